// SPDX-License-Identifier: Apache-2.0

/// How clients reach a private server.
public struct ServerConnection: Sendable {
    /// Where its socket is; a path that only the server's owner and we may enter.
    public let socketDirectory: String
    let scratch: String
    let host: any PostgresHost

    /// Which names the socket: nothing listens on a network.
    public var port: String { SocketDirectory.port }
}
