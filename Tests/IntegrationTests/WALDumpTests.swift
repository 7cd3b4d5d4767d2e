// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Foundation
import TestKit
import Testing

/// The WAL of a server at work against PostgreSQL's own reader of it.
@Suite("WAL as pg_waldump reads it", .serialized)
struct WALDumpTests {
    private static let segmentSize = 1 << 20

    @Test(
        Requires.postgres(.v15, .v16, .v18), .timeLimit(.minutes(20)),
        arguments: PostgresCluster.Version.allCases)
    func `has the same records, and whatever is accepted it accepts`(version: PostgresCluster.Version)
        async throws
    {
        let settings = ["wal_keep_size = '200MB'", "max_wal_size = '400MB'"]
        try await PostgresCluster.with(version, initdb: ["--wal-segsize=1"], settings: settings) { cluster in
            let words = cluster.connection + ["postgres"]
            try await cluster.program("pgbench")(["-i", "-q", "-s", "1"] + words)
            try await cluster.psql("SELECT pg_switch_wal()")
            let from = try await cluster.psql("CHECKPOINT; SELECT pg_current_wal_insert_lsn()")
            try await cluster.program("pgbench")(["-c", "4", "-j", "2", "-t", "300"] + words)
            try await cluster.psql("SELECT pg_switch_wal()")
            try await cluster.program("pgbench")(["-c", "4", "-t", "50"] + words)
            let to = try await cluster.psql("SELECT pg_current_wal_flush_lsn()")
            try await cluster.stop()
            let records = try await Self.records(cluster, from: from, to: to)
            #expect(records.count > 5000)
            try Self.compare(cluster, records)
            try await Self.flip(cluster, records)
        }
    }

    private struct Record {
        var position: LogSequenceNumber
        var previous: LogSequenceNumber
    }

    private static func records(_ cluster: PostgresCluster, from: String, to: String) async throws -> [Record]
    {
        let output = try await cluster.program("pg_waldump")(
            ["-p", "\(cluster.dataDirectory)/pg_wal", "-s", from, "-e", to])
        return output.matches(of: /lsn: ([0-9A-F\/]+), prev ([0-9A-F\/]+)/).compactMap { match in
            guard let position = LogSequenceNumber(String(match.1)),
                let previous = LogSequenceNumber(String(match.2))
            else { return nil }
            return Record(position: position, previous: previous)
        }
    }

    /// Read up to any record, there are as many as pg_waldump has before it, and they end where it begins.
    private static func compare(_ cluster: PostgresCluster, _ records: [Record]) throws {
        let start = records[0].position
        for count in Array(1..<20) + Array(stride(from: 20, to: records.count, by: records.count / 17)) {
            let range = WALRange(timeline: 1, start: start, end: records[count].position)
            let reader = read(range, try segments(cluster, range))
            #expect(reader.faults.isEmpty && reader.outcome(start: nil) == .complete, "\(reader.faults)")
            #expect(reader.soundRecords == UInt64(count), "up to \(range.end)")
            #expect(reader.beyond == nil, "\(range.end): \(reader.beyond.map { "\($0)" } ?? "")")
        }
    }

    private static func names(_ range: WALRange) -> [WALFileName] {
        WALFileName.segments(of: range, size: UInt32(segmentSize)).map {
            WALFileName(timeline: 1, number: $0, size: UInt32(segmentSize))
        }
    }

    private static func segments(_ cluster: PostgresCluster, _ range: WALRange) throws -> [[UInt8]] {
        try names(range).map { name in
            Array(try Data(contentsOf: URL(filePath: "\(cluster.dataDirectory)/pg_wal/\(name)")))
        }
    }

    private static func read(_ range: WALRange, _ segments: [[UInt8]]) -> WALReader {
        var reader = WALReader(ranges: [range], systemIdentifier: nil)
        for (name, bytes) in zip(names(range), segments) {
            reader.beginSegment(name, size: UInt64(segmentSize))
            reader.receive(bytes.span.bytes)
            reader.endSegment()
        }
        return reader
    }

    // MARK: Flipped bits

    /// A stretch over two segments, one bit of which is another one each time.
    private static func flip(_ cluster: PostgresCluster, _ records: [Record]) async throws {
        let boundary = (records[0].position.position / UInt64(segmentSize) + 1) * UInt64(segmentSize)
        let first = try #require(records.firstIndex { $0.position.position > boundary - 30_000 })
        let last = try #require(records.firstIndex { $0.position.position > boundary + 30_000 })
        let range = WALRange(timeline: 1, start: records[first].position, end: records[last].position)
        let sound = try segments(cluster, range)
        let place = try cluster.makeDirectory("flipped")
        let base = range.start.position / UInt64(segmentSize) * UInt64(segmentSize)
        let length = range.end.position - range.start.position
        var (accepted, refused) = (0, 0)
        for number in 0..<200 {
            let position = range.start.position + UInt64(number * 7919) % length
            let offset = Int(position - base)
            var flipped = sound
            flipped[offset / segmentSize][offset % segmentSize] ^= UInt8(1 << (number % 8))
            let isOurs = read(range, flipped).outcome(start: nil) == .complete
            let isTheirs = try await accepts(cluster, range, flipped, in: place)
            #expect(!isOurs || isTheirs, "bit \(number % 8) at \(LogSequenceNumber(position))")
            if isOurs { accepted += 1 } else { refused += 1 }
        }
        print("WAL of PostgreSQL \(cluster.version.rawValue): \(refused) flips refused, \(accepted) accepted")
        #expect(refused > 180)
    }

    private static func accepts(
        _ cluster: PostgresCluster, _ range: WALRange, _ segments: [[UInt8]], in place: String
    ) async throws -> Bool {
        for (name, bytes) in zip(names(range), segments) {
            try Data(bytes).write(to: URL(filePath: "\(place)/\(name)"))
        }
        do {
            try await cluster.program("pg_waldump")(
                ["-q", "-p", place, "-s", "\(range.start)", "-e", "\(range.end)"])
            return true
        } catch is ProgramFailed {
            return false
        }
    }
}
