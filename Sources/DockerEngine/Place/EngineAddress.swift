// SPDX-License-Identifier: Apache-2.0

/// Where an engine listens: a Unix socket of this machine.
public struct EngineAddress: Sendable, Equatable, Hashable {
    /// The path of the socket.
    public let socket: String

    /// The kernel's `sun_path` has 108 bytes, the NUL at the end included.
    private static let longestPath = 107

    /// An absolute path of at most 107 bytes.
    public init(socket: String) throws(EngineError) {
        guard socket.hasPrefix("/"), socket.utf8.count <= Self.longestPath, !socket.utf8.contains(0) else {
            throw .unsupported(
                "the engine's address '\(socket.printable)'",
                reason: "it is no absolute path of at most \(Self.longestPath) bytes",
                hint: "give the path of its socket, as in DOCKER_HOST=unix:///var/run/docker.sock.")
        }
        self.socket = socket
    }

    /// What `DOCKER_HOST` and contexts hold: `unix:///var/run/docker.sock`.
    ///
    /// Engines of other machines are refused: a restore there would be no restore here, and the socket is the one
    /// way that needs no keys.
    public init(host: String) throws(EngineError) {
        guard host.hasPrefix("unix://") else {
            throw .unsupported(
                "the engine's address '\(Self.withoutPassword(host).printable)'",
                reason: "only engines of this machine are used, over their Unix socket",
                hint: "run this program where the engine runs, with DOCKER_HOST=unix:///PATH or none at all.")
        }
        try self.init(socket: String(host.dropFirst(7)))
    }

    /// An address may hold a user and a password.
    private static func withoutPassword(_ host: String) -> String {
        guard let scheme = host.firstRange(of: "://"), let at = host.lastIndex(of: "@") else { return host }
        return host[..<scheme.upperBound] + "…" + host[at...]
    }
}
