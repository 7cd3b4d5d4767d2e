// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests
import Files

/// Tells by a digest whether a file is another one than before.
enum FileDigest {
    /// SHA-256 of a file, in hex digits; nil where it cannot be read.
    static func sha256(of path: String) -> String? {
        guard let file = try? FileDescriptor(file: path), let status = try? file.status() else { return nil }
        var hash = SHA256()
        var start: UInt64 = 0
        while start < status.validators.size {
            guard let piece = try? file.bytes(in: start..<min(status.validators.size, start + 1 << 20)),
                !piece.isEmpty
            else { return nil }
            hash.update(piece.span.bytes)
            start += UInt64(piece.count)
        }
        return hash.finalized().hex
    }
}
