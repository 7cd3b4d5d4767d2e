// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import BackupFormats

/// The name of one of the archives that make up a backup in tar format.
public struct TarName: Sendable, Equatable {
    /// What an archive of pg_basebackup holds.
    public enum Content: Sendable, Equatable {
        case base, wal
        case tablespace(UInt32)
    }

    /// What the stem says: nothing of the archive was read.
    public let content: Content
    /// What the suffix says; the archive's own first bytes may say something else.
    public let compression: Compression

    /// Reads `base.tar`, `pg_wal.tar` or `OID.tar`, with `.gz`, `.zst`, `.lz4`, `.bz2` or nothing after it;
    /// nil for any other name.
    public init?(_ name: ObjectName) {
        compression = Compression(suffixOf: name)
        let plain = name.bytes.dropLast(compression.suffix.utf8.count)
        guard plain.count > 4, plain.suffix(4).elementsEqual(".tar".utf8) else { return nil }
        let stem = plain.dropLast(4)
        if stem.elementsEqual("base".utf8) {
            content = .base
        } else if stem.elementsEqual("pg_wal".utf8) {
            content = .wal
        } else if let identifier = BackupManifest.objectIdentifier(stem) {
            content = .tablespace(identifier)
        } else {
            return nil
        }
    }
}
