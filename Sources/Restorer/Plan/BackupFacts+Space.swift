// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue

extension BackupFacts {
    static let usualSegmentSize: UInt32 = 16 << 20

    /// The OIDs of its tablespaces, ascending.
    public var tablespaces: [UInt32] {
        Set((manifest?.tablespaces ?? []) + origins.keys + archives + catalogued).sorted()
    }

    /// In bytes on disk; nil means the data directory without its tablespaces and WAL.
    func space(of tablespace: UInt32?) -> SpaceEstimate {
        if let manifest { return .exactly(manifest.share(of: tablespace).bytes) }
        return contents.bytes[.tablespace(tablespace)] ?? .none
    }

    /// In bytes: the segments that make the backup consistent, wherever they come from.
    var spaceOfWAL: SpaceEstimate {
        if kind == .plain || manifest == nil { return contents.bytes[.wal] ?? .none }
        return .perhaps(manifest?.bytesOfWAL(segmentSize ?? Self.usualSegmentSize) ?? 0)
    }

    func files(of tablespace: UInt32?) -> SpaceEstimate {
        if let manifest { return .exactly(UInt64(manifest.share(of: tablespace).files)) }
        return contents.files[.tablespace(tablespace)].map { .exactly($0) } ?? .perhaps(1000)
    }
}
