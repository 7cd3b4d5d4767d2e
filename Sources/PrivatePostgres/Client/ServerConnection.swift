// SPDX-License-Identifier: Apache-2.0

/// How clients reach a private server.
public struct ServerConnection: Sendable {
    /// Where its socket is; a path that only the server's owner and we may enter.
    public let socketDirectory: String
    let scratch: String
    let host: any PostgresHost
    /// The postmaster's; nil where it has none that can be seen.
    var process: Int32?

    /// Which names the socket: nothing listens on a network.
    public var port: String { SocketDirectory.port }

    /// What the server's network has carried since it began, in packets of all interfaces; nil where nobody can tell.
    ///
    /// Only in a network of its own these are its own.
    public var packets: UInt64? { process.flatMap { NetworkCounts.packets(of: $0) } }
}
