// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import TestKit
import Testing

@testable import WALArchive

@Suite("what an archive holds of a stretch of WAL")
struct WALCoverageTests {
    private static let size: UInt32 = 1 << 20

    private static func range(_ first: UInt64, _ end: UInt64) -> WALRange {
        WALRange(
            timeline: 1, start: LogSequenceNumber(first << 20), end: LogSequenceNumber(end << 20))
    }

    /// Names alone are looked at.
    private static func world(_ before: String, after: String, numbers: [UInt64]) throws -> WALWorld {
        let world = try WALWorld(count: 1)
        for number in numbers {
            let name = WALFileName(timeline: 1, number: number, size: size)
            let group = before.contains("?") ? "\(name)".prefix(16) : ""
            world.store.put(ObjectName("\(before.replacing("?", with: group))\(name)\(after)"), "x")
        }
        return world
    }

    @Test(arguments: ["", "?/", "wals/?/", "wal_005/"])
    func `is told by names, over the borders of folders`(before: String) throws {
        let world = try Self.world(before, after: ".gz", numbers: Array(4090..<4100))
        let archive = world.archive()
        let all = try archive.coverage(of: [Self.range(4090, 4100)], segmentSize: Self.size)
        #expect(all.isComplete && all.present == 10)
        let more = try archive.coverage(of: [Self.range(4088, 4102)], segmentSize: Self.size)
        #expect(more.present == 10 && more.missingCount == 4)
        #expect(more.missing.compactMap { $0.number(size: Self.size) } == [4088, 4089, 4100, 4101])
    }

    @Test(arguments: [".partial", ".gz.tmp", ".00000028.backup", ".gpg"])
    func `does not count what is no segment`(after: String) throws {
        let world = try Self.world("", after: after, numbers: [3, 4])
        let coverage = try world.archive().coverage(of: [Self.range(3, 5)], segmentSize: Self.size)
        #expect(coverage.present == 0 && coverage.missingCount == 2)
    }

    @Test func `is within limits`() throws {
        let archive = try Self.world("", after: "", numbers: [3]).archive()
        #expect(throws: WALArchiveError.self) {
            try archive.coverage(of: [Self.range(0, 1 << 40)], segmentSize: Self.size)
        }
        let wide = try archive.coverage(of: [Self.range(0, 100_000)], segmentSize: Self.size)
        #expect(wide.missingCount == 99_999 && wide.missing.count == 1000)
    }

    @Test func `comes with the histories of its timelines`() throws {
        let world = try WALWorld.with(count: 1)
        world.store.put("00000002.history", "1\t0/3000000\n")
        world.store.put("00000003.history", "1\t0/3000000\n2\t0/4000000\n")
        world.store.put("00000005.history", "1\t0/3000000\n")
        let archive = world.archive()
        #expect(try archive.newestTimeline(after: 1) == 3)
        #expect(try archive.history(of: 3)?.branches.map(\.timeline) == [1, 2])
        #expect(try archive.history(of: 4) == nil)
        world.store.put("00000004.history", "what is this\n")
        #expect(throws: WALArchiveError.self) { try archive.newestTimeline(after: 1) }
    }
}
