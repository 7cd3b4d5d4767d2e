// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

/// What a backup holds, as far as it shows before it is read.
struct ContentSizes: Sendable, Equatable {
    enum Part: Hashable {
        /// Nil means the data directory without its tablespaces and WAL.
        case tablespace(UInt32?)
        case wal
    }

    private(set) var bytes: [Part: SpaceEstimate] = [:]
    /// Known only where each object is a file.
    private(set) var files: [Part: UInt64] = [:]

    mutating func add(_ estimate: SpaceEstimate, to part: Part) {
        bytes[part] = (bytes[part] ?? .none) + estimate
    }

    mutating func addFile(_ name: ObjectName, _ size: UInt64) {
        let part: Part =
            name.hasPrefix("pg_wal/") ? .wal : .tablespace(BackupManifest.tablespace(of: name))
        add(.exactly(size.inBlocks), to: part)
        files[part, default: 0] += 1
    }
}
