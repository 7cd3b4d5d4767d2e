// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue

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

extension BackupFacts {
    static let usualSegmentSize: UInt32 = 16 << 20

    /// The OIDs of its tablespaces, ascending.
    public var tablespaces: [UInt32] {
        Set((manifest?.tablespaces ?? []) + origins.keys + archives).sorted()
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

extension BackupLabel {
    /// How large segments are for the start to lie in the one that is named beside it; nil when that leaves a choice.
    var segmentSize: UInt32? {
        let sizes = (20...30).map { UInt32(1) << $0 }.filter { size in
            startSegment.number(size: size) == start.position / UInt64(size)
        }
        return sizes.count == 1 ? sizes[0] : nil
    }
}
