// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Foundation
import TestKit
import Testing

@Suite("what PostgreSQL writes", .serialized)
struct ClusterFormatsTests {
    @Test(Requires.postgres(.v15, .v16, .v18), arguments: PostgresCluster.Version.allCases)
    func `is read as its own programs read it, and no flipped bit passes`(version: PostgresCluster.Version)
        async throws
    {
        try await PostgresCluster.with(
            version, initdb: ["--data-checksums", "--wal-segsize=1"], settings: ["wal_keep_size = '100MB'"]
        ) { cluster in
            try await cluster.psql("CREATE TABLE t AS SELECT n, md5(n::text) FROM generate_series(1, 3000) n")
            let start = try await Self.position(cluster)
            try await cluster.psql("CHECKPOINT")
            try await cluster.psql("UPDATE t SET md5 = upper(md5)")
            try await cluster.psql("SELECT pg_switch_wal()")
            try await cluster.psql("SELECT pg_logical_emit_message(false, 'x', repeat('long', 700000))")
            try await cluster.psql("SET wal_compression = on; UPDATE t SET n = n + 1")
            let end = try await Self.position(cluster)
            try await cluster.stop()
            try await Self.checkControl(cluster)
            try Self.checkPages(cluster)
            try await Self.checkWAL(cluster, start, end)
        }
    }

    private static func position(_ cluster: PostgresCluster) async throws -> LogSequenceNumber {
        try #require(LogSequenceNumber(try await cluster.psql("SELECT pg_current_wal_insert_lsn()")))
    }

    private static func bytes(_ cluster: PostgresCluster, _ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(cluster.dataDirectory)/\(path)")))
    }

    // MARK: pg_control

    private static func checkControl(_ cluster: PostgresCluster) async throws {
        let bytes = try bytes(cluster, "global/pg_control")
        let control = try ControlFile.parse(bytes)
        let output = try await cluster.program("pg_controldata")(["-D", cluster.dataDirectory])
        func says(_ name: String, _ value: Any) {
            let line = output.split(separator: "\n").first { $0.hasPrefix("\(name):") }
            #expect(line?.hasSuffix(" \(value)") == true, "\(name): \(value), but \(line ?? "nothing")")
        }
        says("pg_control version number", control.version)
        says("Catalog version number", control.catalogVersion)
        says("Database system identifier", control.systemIdentifier)
        says("Database cluster state", "shut down")
        #expect(control.clusterState == .shutDown)
        says("Latest checkpoint location", control.checkpoint)
        says("Latest checkpoint's REDO location", control.redo)
        says("Latest checkpoint's TimeLineID", control.timeline)
        says("Minimum recovery ending location", control.minimumRecoveryPoint)
        says("max_connections setting", control.limits.connections)
        says("max_worker_processes setting", control.limits.workerProcesses)
        says("max_wal_senders setting", control.limits.walSenders)
        says("max_prepared_xacts setting", control.limits.preparedTransactions)
        says("max_locks_per_xact setting", control.limits.locksPerTransaction)
        says("Database block size", control.blockSize)
        says("Blocks per segment of large relation", control.relationSegmentBlocks)
        says("WAL block size", control.walBlockSize)
        says("Bytes per WAL segment", control.walSegmentSize)
        says("Data page checksum version", control.pageChecksumVersion)
        #expect(MajorVersion.controlVersion(of: cluster.version.rawValue) == control.version)
        for bit in Array(0..<300 * 8) + Array(stride(from: 300 * 8, to: bytes.count * 8, by: 37)) {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: FormatError.self, "bit \(bit)") { try ControlFile.parse(flipped) }
        }
    }

    // MARK: Pages

    private static func checkPages(_ cluster: PostgresCluster) throws {
        let files = try FileManager.default.subpathsOfDirectory(atPath: cluster.dataDirectory)
            .compactMap { path in RelationFile(ObjectName(path)).map { (path, $0) } }
        var pages: UInt64 = 0
        for (path, file) in files {
            let damage = judge(try bytes(cluster, path), file, pieces: 10_000)
            #expect(!damage.isDamaged, "\(path): \(damage)")
            pages += damage.pages
        }
        #expect(files.count > 200 && pages > 500)
        let largest = try #require(files.max { size(cluster, $0.0) < size(cluster, $1.0) })
        try flipPage(try bytes(cluster, largest.0), largest.1)
    }

    private static func size(_ cluster: PostgresCluster, _ path: String) -> Int {
        (try? bytes(cluster, path).count) ?? 0
    }

    private static func judge(_ bytes: [UInt8], _ file: RelationFile, pieces: Int) -> PageDamage {
        var check = PageCheck(file)
        var rest = bytes[...]
        while !rest.isEmpty {
            check.receive(Array(rest.prefix(pieces)).span.bytes)
            rest = rest.dropFirst(pieces)
        }
        return check.finish()
    }

    private static func flipPage(_ bytes: [UInt8], _ file: RelationFile) throws {
        let pages = Array(bytes.prefix(3 * 8192))
        for pieces in [1, 8191, 8192, 8193, 24_576] { #expect(!judge(pages, file, pieces: pieces).isDamaged) }
        var unseen = 0
        for bit in stride(from: 0, to: 8192 * 8, by: 3) {
            var flipped = pages
            flipped[8192 + bit / 8] ^= 1 << (bit % 8)
            let failing = judge(flipped, file, pieces: .max).failing.map(\.block)
            if failing != [1] { unseen += 1 }
        }
        // A checksum of 16 bits stays the same for one change in 65,535.
        #expect(unseen <= 4)
        #expect(judge(Array(pages.dropLast(100)), file, pieces: 777).trailingBytes == 8092)
        let swapped = Array(pages[8192..<16_384]) + pages[0..<8192]
        #expect(judge(swapped, file, pieces: .max).count == 2)
        var moved = file
        moved.segment = 1
        #expect(judge(pages, moved, pieces: .max).failing.map(\.block) == [131_072, 131_073, 131_074])
        #expect(!judge([UInt8](repeating: 0, count: 8192), file, pieces: .max).hasChecksums)
    }

    // MARK: WAL

    private struct Segment {
        var name: WALFileName
        var bytes: [UInt8]
    }

    private static func checkWAL(
        _ cluster: PostgresCluster, _ start: LogSequenceNumber, _ end: LogSequenceNumber
    ) async throws {
        let range = WALRange(timeline: 1, start: start, end: end)
        let system = try ControlFile.parse(try bytes(cluster, "global/pg_control")).systemIdentifier
        let segments = try WALFileName.segments(of: range, size: 1 << 20).map { number in
            let name = WALFileName(timeline: 1, number: number, size: 1 << 20)
            return Segment(name: name, bytes: try bytes(cluster, "pg_wal/\(name)"))
        }
        #expect(segments.count > 3)
        let reader = read(segments, [range], system: system)
        #expect(reader.faults.isEmpty && reader.outcome(start: nil) == .complete, "\(reader.faults)")
        #expect(reader.systemIdentifier == system)
        try await compareImages(cluster, reader, start, end)

        #expect(read(segments, [range], system: system &+ 1).faults.map(\.kind) == [.foreign])
        var fewer = segments
        fewer.remove(at: 1)
        #expect(read(fewer, [range], system: system).outcome(start: nil) == .gap([segments[1].name]))
        var swapped = segments
        (swapped[1].bytes, swapped[2].bytes) = (segments[2].bytes, segments[1].bytes)
        #expect(read(swapped, [range], system: system).faults.map(\.kind) == [.invalid])
        flipWAL(segments, range, system)
    }

    private static func read(_ segments: [Segment], _ ranges: [WALRange], system: UInt64) -> WALReader {
        var reader = WALReader(ranges: ranges, systemIdentifier: system)
        for segment in segments {
            reader.beginSegment(segment.name, size: UInt64(segment.bytes.count))
            reader.receive(segment.bytes.span.bytes)
            reader.endSegment()
        }
        return reader
    }

    /// pg_waldump names the blocks with images: all of them must have been seen.
    private static func compareImages(
        _ cluster: PostgresCluster, _ reader: WALReader, _ start: LogSequenceNumber, _ end: LogSequenceNumber
    ) async throws {
        let output = try await cluster.program("pg_waldump")(
            ["-b", "-p", "\(cluster.dataDirectory)/pg_wal", "-s", "\(start)", "-e", "\(end)"])
        var count = 0
        for match in output.matches(of: /rel (\d+)\/(\d+)\/(\d+) (?:fork|fork )?\s?(\w+)? ?blk (\d+) \(FPW\)/)
        {
            guard let tablespace = UInt32(match.1), let database = UInt32(match.2),
                let node = UInt32(match.3),
                let block = UInt32(match.5),
                let path = RelationFile(
                    ObjectName(database == 0 ? "global/\(node)" : "base/\(database)/\(node)"))
            else { continue }
            var file = path
            file.tablespace = tablespace
            file.fork = RelationFile.Fork(rawValue: String(match.4 ?? "main")) ?? .main
            #expect(reader.hasImage(of: BlockReference(file, block: block)), "\(match.0)")
            count += 1
        }
        #expect(count > 20, "\(output.prefix(3000))")
        #expect(!reader.hasImage(of: BlockReference(try #require(RelationFile("base/1/999")), block: 0)))
    }

    private static func flipWAL(_ segments: [Segment], _ range: WALRange, _ system: UInt64) {
        let from = Int(range.start.position % (1 << 20))
        let short = WALRange(
            timeline: 1, start: range.start, end: LogSequenceNumber(range.start.position + 2000))
        var unseen = 0
        for bit in from * 8..<(from + 600) * 8 {
            var flipped = [segments[0]]
            flipped[0].bytes[bit / 8] ^= 1 << (bit % 8)
            // Up to seven zeros between two records are covered by nothing.
            if read(flipped, [short], system: system).outcome(start: nil) == .complete {
                #expect(segments[0].bytes[bit / 8] == 0, "bit \(bit)")
                unseen += 1
            }
        }
        #expect(unseen < 300)
        var after = segments
        after[after.count - 1].bytes[(1 << 20) - 5] ^= 1
        #expect(read(after, [range], system: system).outcome(start: nil) == .complete)
    }
}
