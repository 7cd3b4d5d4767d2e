// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Foundation

/// A directory of one test's own, removed with everything in it when nobody holds it any more.
public final class FileTree: Sendable {
    public let path: String

    public init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(
            "pg_backctl-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file in place, with the directories above it; the name may be any bytes but NUL.
    public func write(_ name: ObjectName, _ bytes: [UInt8]) throws {
        let whole = fullPath(name)
        for end in whole.indices.dropFirst(path.utf8.count + 1) where whole[end] == UInt8(ascii: "/") {
            mkdir(whole[..<end].map { CChar(bitPattern: $0) } + [0], 0o755)
        }
        let file = open(cString(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
            written += count
        }
    }

    public func remove(_ name: ObjectName) throws {
        guard unlink(cString(name)) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }

    /// The path of something in here, for calls of C.
    public func cString(_ name: ObjectName) -> [CChar] { fullPath(name).map { CChar(bitPattern: $0) } + [0] }

    public func write(_ name: String, text: String) throws { try write(ObjectName(name), Array(text.utf8)) }
    public func cString(_ name: String) -> [CChar] { cString(ObjectName(name)) }

    private func fullPath(_ name: ObjectName) -> [UInt8] {
        Array(path.utf8) + [UInt8(ascii: "/")] + name.bytes
    }
}
