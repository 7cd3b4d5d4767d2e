// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import BackupFormats
import Digests
import TestKit

@testable import Inspection

/// A small data directory of PostgreSQL 15, backed up from one WAL segment to the next, whose parts can be made wrong.
struct DataDirectory {
    var wal = WALMaker()
    var files: [ObjectName: [UInt8]] = [:]
    /// As the manifest lists them; what is in `files` when the directory is made.
    var listed: [ManifestFile] = []
    var manifestSystem: UInt64?
    /// How many segments of WAL the backup needs, as the manifest says.
    var segments: UInt64 = 1
    /// Objects that were not taken apart to their end.
    var broken: Set<ObjectName> = []

    init(control: ControlBytes = ControlBytes()) {
        wal.switchAfter = 300_000
        files = [
            "PG_VERSION": Array("15\n".utf8), "global/pg_control": control.bytes,
            "backup_label": Array(label().utf8), "global/pg_filenode.map": Self.relationMap(),
        ]
        for folder in ["pg_xact", "pg_multixact/offsets", "pg_multixact/members"] {
            files[ObjectName(folder + "/0000")] = [0]
        }
        manifestSystem = wal.systemIdentifier
        listed = files.map { Self.promise($0.key, $0.value) }
        files[segment] = wal.segments(1)[0]
    }

    /// Where the backup starts; it ends where the segment does.
    var start: UInt64 { wal.first * UInt64(wal.segmentSize) + 40 }
    var segment: ObjectName { ObjectName("pg_wal/\(wal.name(0))") }

    func label(start: String? = nil, timeline: UInt32 = 1, checkpoint: String? = nil) -> String {
        let start = start ?? "\(LogSequenceNumber(self.start))"
        return """
            START WAL LOCATION: \(start) (file \(wal.name(0)))
            CHECKPOINT LOCATION: \(checkpoint ?? start)
            BACKUP METHOD: streamed
            BACKUP FROM: primary
            START TIME: 2026-11-02 03:00:00 UTC
            LABEL: pg_basebackup base backup
            START TIMELINE: \(timeline)

            """
    }

    /// `pg_filenode.map` as PostgreSQL 15 writes it (`RelMapFile` in src/backend/utils/cache/relmapper.c).
    static func relationMap(_ nodes: [(UInt32, UInt32)] = [(1262, 1262)]) -> [UInt8] {
        func bytes(_ word: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
        var map = bytes(0x59_2717) + bytes(UInt32(nodes.count))
        for (catalogue, node) in nodes { map += bytes(catalogue) + bytes(node) }
        map += [UInt8](repeating: 0, count: 504 - map.count)
        var crc = CRC32C()
        crc.update(map.span.bytes)
        return map + bytes(crc.value) + [0, 0, 0, 0]
    }

    static func promise(_ path: ObjectName, _ bytes: [UInt8]) -> ManifestFile {
        var digest = StreamingDigest(.crc32c)
        digest.update(bytes.span.bytes)
        return ManifestFile(
            path: path, size: UInt64(bytes.count), algorithm: .crc32c, checksum: digest.finalized())
    }

    var plan: InspectionPlan {
        let end = (wal.first + segments) * UInt64(wal.segmentSize)
        let range = WALRange(timeline: 1, start: LogSequenceNumber(start), end: LogSequenceNumber(end))
        return InspectionPlan(
            manifest: BackupManifest(
                version: 2, systemIdentifier: manifestSystem, files: ManifestFiles(listed),
                walRanges: [range],
                checksum: ""))
    }

    /// All of it, as the files of a store.
    var contents: BackupContents {
        let plan = plan
        return BackupContents(
            plan,
            files.sorted { $0.key < $1.key }.map { name, bytes in
                var contents = Self.contents(of: name, bytes, plan)
                if broken.contains(name) { contents.isWhole = false }
                return contents
            })
    }

    /// Of a segment, `wal` is how the one before it ended.
    static func contents(
        of name: ObjectName, _ bytes: [UInt8], _ plan: InspectionPlan, after wal: WALReader? = nil
    ) -> ObjectContents {
        var order = InspectionOrder(name, .directory, size: UInt64(bytes.count), plan: plan)
        if order.isSegment { order.wal = wal }
        let inspector = order.inspector()
        inspector.receive(bytes.span.bytes)
        return inspector.finish()
    }
}

/// `global/pg_control` as PostgreSQL 15 writes it (`ControlFileData` in src/include/catalog/pg_control.h).
struct ControlBytes {
    var system: UInt64 = WALMaker().systemIdentifier
    var version: UInt32 = 1300
    var catalog: UInt32 = 202_209_061
    var checkpoint = WALMaker().first * UInt64(WALMaker().segmentSize) + 40
    /// Where recovery begins; at the checkpoint if nil.
    var redo: UInt64?
    var minimumRecoveryPoint: UInt64 = 0
    var timeline: UInt32 = 1
    var blockSize: UInt32 = 8192
    var walBlockSize: UInt32 = 8192
    var hasPageChecksums = true
    /// `DB_IN_PRODUCTION`.
    var state: UInt32 = 6

    var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 8192)
        func put(_ number: some FixedWidthInteger, at offset: Int) {
            for index in 0..<number.bitWidth / 8 {
                bytes[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * index))
            }
        }
        put(system, at: 0)
        put(version, at: 8)
        put(catalog, at: 12)
        put(state, at: 16)
        put(checkpoint, at: 32)
        put(redo ?? checkpoint, at: 40)
        put(timeline, at: 48)
        put(minimumRecoveryPoint, at: 136)
        put(blockSize, at: 216)
        put(UInt32(131_072), at: 220)
        put(walBlockSize, at: 224)
        put(UInt32(WALMaker().segmentSize), at: 228)
        put(UInt32(hasPageChecksums ? 1 : 0), at: 252)
        var crc = CRC32C()
        crc.update(Array(bytes[..<288]).span.bytes)
        put(crc.value, at: 288)
        return bytes
    }
}

extension [Finding] {
    var codes: [FindingCode] { map(\.code) }
}
