// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A directory that exists as long as a closure runs.
///
/// Others may enter it, as servers that refuse to be root run in there.
public struct TemporaryDirectory: Sendable {
    public let path: String

    /// Makes a directory, and removes it with all it holds whether `body` returns or throws.
    public static func with<T: Sendable>(
        _ body: @Sendable (TemporaryDirectory) async throws -> T
    ) async throws -> T {
        // The name is short, for the path of a Unix socket may have 107 bytes only.
        let name = "pgb-\(String(UInt32.random(in: .min ... .max), radix: 36))"
        let url = FileManager.default.temporaryDirectory.appending(path: name)
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        defer { try? FileManager.default.removeItem(at: url) }
        return try await body(TemporaryDirectory(path: url.path))
    }

    /// The path of something in the directory, whether it is there or not.
    public func path(_ name: String) -> String {
        "\(path)/\(name)"
    }

    /// Writes a file, and makes the folders on its way.
    @discardableResult
    public func write(_ bytes: [UInt8], to name: String) throws -> String {
        let url = URL(filePath: path(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        return url.path
    }

    @discardableResult
    public func makeDirectory(_ name: String) throws -> String {
        let path = path(name)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }
}
