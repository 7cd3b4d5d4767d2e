// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Digests

extension ManifestFile {
    /// Whether `bytes` are this file as promised, followed by what pg_basebackup appends and nothing else.
    func isPrefix(of bytes: [UInt8]) -> Bool {
        guard algorithm != .none, let size = Int(exactly: size), size < bytes.count else { return false }
        var digest = StreamingDigest(algorithm)
        digest.update(Array(bytes[..<size]).span.bytes)
        return digest.finalized() == checksum && RecoverySettings.areAll(of: bytes[size...])
    }
}
