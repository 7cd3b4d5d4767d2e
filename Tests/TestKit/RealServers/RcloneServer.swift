// SPDX-License-Identifier: Apache-2.0

/// `rclone serve s3`: starts fast, checks signatures, shows a directory as it is.
///
/// Each folder of the directory is a bucket. Its quirks are worth testing against: it answers a Range
/// with status 200, ignores If-Match, and its ETag is the MD5 of the bytes as they are now.
public struct RcloneServer: Sendable {
    public let endpoint: String
    public let accessKeyID = "rclone-key"
    public let secretAccessKey = "rclone-secret"
    public let region = "us-east-1"
    /// The directory whose folders are the buckets.
    public let directory: String

    /// Serves `directory` while `body` runs.
    public static func with<T: Sendable>(
        serving directory: String, _ body: @Sendable (RcloneServer) async throws -> T
    ) async throws -> T {
        try await TemporaryDirectory.with { place in
            let port = try LoopbackPort.unused()
            let rclone = RcloneServer(endpoint: "http://127.0.0.1:\(port)", directory: directory)
            let server = Server(
                program: Program(Testbed.rclone), arguments: rclone.arguments(port: port, place: place),
                port: port, log: place.path("log"))
            return try await server.with { try await body(rclone) }
        }
    }

    private func arguments(port: UInt16, place: TemporaryDirectory) -> [String] {
        [
            "serve", "s3", directory, "--addr", "127.0.0.1:\(port)",
            "--auth-key", "\(accessKeyID),\(secretAccessKey)",
            // Neither settings of the person who runs the tests nor yesterday's listing.
            "--config", "/dev/null", "--cache-dir", place.path("cache"), "--dir-cache-time", "0s",
        ]
    }
}
