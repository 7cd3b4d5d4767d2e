// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import TestKit
import Testing

@testable import WALArchive

@Suite("how far an archive leads from a backup")
struct WALOutlookTests {
    private static let size: UInt32 = 1 << 20

    private static func position(_ number: UInt64, _ offset: UInt64 = 0) -> LogSequenceNumber {
        LogSequenceNumber(number << 20 + offset)
    }

    private static func world(_ segments: [UInt32: [UInt64]], histories: [UInt32: String] = [:]) throws
        -> WALWorld
    {
        let world = try WALWorld(count: 1)
        for (timeline, numbers) in segments {
            for number in numbers {
                let name = WALFileName(timeline: timeline, number: number, size: size)
                world.store.put(ObjectName("\(name).gz"), "x")
            }
        }
        for (timeline, text) in histories {
            world.store.put(ObjectName(TimelineHistory.name(of: timeline)), text)
        }
        return world
    }

    private static func outlook(
        _ world: WALWorld, to timeline: TimelineChoice = .latest,
        end: LogSequenceNumber = position(4, 40)
    ) throws -> WALOutlook? {
        let range = WALRange(timeline: 1, start: position(3, 40), end: end)
        return try world.archive().outlook(after: end, on: 1, [range], to: timeline, segmentSize: size)
    }

    @Test func `is up to the first segment that is missing`() throws {
        let outlook = try #require(try Self.outlook(Self.world([1: [3, 4, 5, 6, 8]])))
        #expect(outlook.segments == 3 && outlook.end == Self.position(7) && outlook.timeline == 1)
        #expect(outlook.last?.number(size: Self.size) == 6 && outlook.archived != nil && !outlook.isCut)
        #expect(outlook.own.present == 2 && outlook.own.missingCount == 0)
    }

    @Test func `begins after the backup where the archive lacks the segment in which that ends`() throws {
        let outlook = try #require(try Self.outlook(Self.world([1: [5, 6]])))
        #expect(outlook.segments == 2 && outlook.end == Self.position(7) && outlook.own.missingCount == 2)
        let nothing = try #require(try Self.outlook(Self.world([1: [1, 2]])))
        #expect(nothing.segments == 0 && nothing.last == nil && nothing.end == Self.position(4, 40))
    }

    /// Rules of a bucket put the oldest away first, so its end may be read all the same.
    @Test func `tells of the first that has to be brought back before it can be read`() throws {
        let world = try Self.world([1: [3, 4, 5, 6, 7]])
        #expect(try Self.outlook(world)?.cold == nil)
        func name(_ number: UInt64, _ after: String = ".gz") -> ObjectName {
            ObjectName("\(WALFileName(timeline: 1, number: number, size: Self.size))\(after)")
        }
        // The one before the backup's end is not on the way; of this one there is another copy.
        world.store.freeze(name(3))
        world.store.freeze(name(5))
        world.store.put(name(5, ""), "x")
        #expect(try Self.outlook(world)?.cold == nil)
        for number in [UInt64(6), 7] { world.store.freeze(name(number), into: "DEEP_ARCHIVE") }
        let outlook = try #require(try Self.outlook(world))
        #expect(outlook.segments == 4 && outlook.gap == nil)
        #expect(
            outlook.cold
                == .init(object: name(6), storageClass: "DEEP_ARCHIVE", start: Self.position(6)))
    }

    @Test func `follows the timelines, each up to where the next begins`() throws {
        let histories: [UInt32: String] = [2: "1\t0/600028\n", 3: "1\t0/600028\n2\t0/800100\n"]
        let world = try Self.world([1: [4, 5, 6], 2: [6, 7], 3: [8, 9]], histories: histories)
        let latest = try #require(try Self.outlook(world))
        #expect(latest.segments == 6 && latest.end == Self.position(10) && latest.timeline == 3)
        let second = try #require(try Self.outlook(world, to: .number(2)))
        #expect(second.segments == 4 && second.end == Self.position(8) && second.timeline == 2)
        let own = try #require(try Self.outlook(world, to: .current))
        #expect(own.segments == 3 && own.end == Self.position(7) && own.timeline == 1)
        // Timeline 1 was left before this backup ended, and there is no fourth.
        #expect(try Self.outlook(world, to: .latest, end: Self.position(7)) == nil)
        #expect(try Self.outlook(world, to: .number(4)) == nil)
    }

    /// Timeline 3 was on its way along 2, and left 1 before 2 did.
    @Test func `follows a timeline that began before those that it comes from ended`() throws {
        let history = "1\t0/800028\tx\n2\t0/600028\tx\n"
        let world = try Self.world([1: [4, 5, 6, 7], 2: [8], 3: [6, 7]], histories: [3: history])
        let latest = try #require(try Self.outlook(world, to: .number(3)))
        #expect(latest.segments == 4 && latest.end == Self.position(8) && latest.timeline == 3)
        #expect(try Self.outlook(world, to: .number(3), end: Self.position(7)) == nil)
    }

    @Test func `stops at a gap before a timeline is left`() throws {
        let world = try Self.world([1: [4, 6], 2: [7, 8]], histories: [2: "1\t0/700028\n"])
        let outlook = try #require(try Self.outlook(world))
        #expect(outlook.segments == 1 && outlook.end == Self.position(5) && outlook.timeline == 1)
    }
}
