// SPDX-License-Identifier: Apache-2.0
import AuditModel
import TestKit
import Testing

@testable import BackupFormats
@testable import WALArchive

@Suite("WAL that makes a tablespace")
struct TablespacesInWALTests {
    private static let size = 1 << 20

    private static func world(at place: Int, _ tablespace: [UInt8]? = nil) throws -> WALWorld {
        var maker = WALMaker()
        maker.tablespaceAt = place
        if let tablespace { maker.tablespace = tablespace }
        return try WALWorld.with(maker: maker)
    }

    private static func position(_ place: Int) -> LogSequenceNumber {
        LogSequenceNumber(UInt64(3 * size + place))
    }

    /// In the middle, over the end of a page, and the last record of its segment.
    @Test(arguments: [300_000, 8192 * 9 - 8, 8192 * 9 - 32, size - 64])
    func `is handed over without the path where the tablespace has a place, and else not at all`(place: Int)
        throws
    {
        let world = try Self.world(at: place)
        #expect(world.segments[0].firstRange(of: Array("/srv/space".utf8)) != nil || place == 8192 * 9 - 32)
        let refusal = world.refusal(world.name(0), from: world.archive(tablespaces: .linked([])))
        let unplaced = Self.unplaced(refusal)
        #expect(unplaced?.identifier == 16_400 && unplaced?.path == "/srv/space")
        #expect(unplaced?.position == Self.position(place))
        _ = try world.fetch(world.name(0), from: world.archive(tablespaces: .linked([16_400])))
        #expect(world.delivered.count == Self.size && world.delivered != world.segments[0])
        #expect(world.delivered.firstRange(of: Array("/srv/space".utf8)) == nil)
        var check = WALSegmentCheck(try #require(WALFileName(Array(world.name(0).utf8))))
        check.receive(world.delivered.span.bytes)
        guard case .sound(let facts) = check.finish() else { Issue.record("no sound WAL"); return }
        #expect(facts.events.tablespaces.map(\.event) == [.tablespaceCreated(16_400, path: "")])
    }

    /// The record at the goal, or the first behind it, is the last that is replayed.
    @Test func `needs no place where recovery ends before it, and loses its path all the same`() throws {
        let world = try Self.world(at: 300_000)
        let previous = try #require(
            Self.unplaced(world.refusal(world.name(0), from: world.archive(tablespaces: .linked([]))))?
                .previous)
        #expect(previous < Self.position(300_000) && previous > Self.position(290_000))
        for goal in [previous, Self.position(0)] {
            _ = try world.fetch(
                world.name(0), from: world.archive(tablespaces: .linked([], goal: .position(goal))))
            #expect(world.delivered.firstRange(of: Array("/srv/space".utf8)) == nil)
        }
        for goal in [previous.position + 1, Self.position(300_000).position, 1 << 40] {
            let archive = world.archive(tablespaces: .linked([], goal: .position(LogSequenceNumber(goal))))
            #expect(throws: WALArchiveError.self) { try world.fetch(world.name(0), from: archive) }
        }
    }

    private static func unplaced(_ refusal: WALArchiveError?) -> UnplacedTablespace? {
        guard case .unplaced(let tablespace, _)? = refusal else { return nil }
        return tablespace
    }

    /// The manager of a record is its eighteenth byte: up to then only the next segment says what it is.
    @Test(arguments: [8, 16, 24, 32, 40], [false, true])
    func `is refused when its record goes over the end of the segment`(rest: Int, isPacked: Bool) throws {
        let world = try Self.world(at: Self.size - rest)
        if isPacked {
            world.store.remove(ObjectName(world.name(1)))
            world.store.put(ObjectName(world.name(1) + ".gz"), Self.gzip(world.segments[1]))
        }
        let refusal = world.refusal(world.name(0), from: world.archive(tablespaces: .linked([16_400])))
        guard case .unplaced(let tablespace, let object)? = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(tablespace.position == Self.position(Self.size - rest) && tablespace.path == nil)
        #expect(object == ObjectName(world.name(0)))
    }

    /// Not packed at all (RFC 1951, 3.2.4); what stands behind the first block is never looked at.
    private static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        return header + [0, 0, 0x10, 0xFF, 0xEF] + bytes.prefix(0x1000)
    }

    @Test(arguments: [8, 16])
    func `cannot be replayed without the next segment, and is no reason against this one then`(rest: Int)
        throws
    {
        let world = try Self.world(at: Self.size - rest)
        world.store.remove(ObjectName(world.name(1)))
        _ = try world.fetch(world.name(0), from: world.archive(tablespaces: .linked([])))
        #expect(world.delivered == world.segments[0])
    }

    /// Every other record may go over the end as it likes.
    @Test(arguments: [8, 16])
    func `is told apart from other records that go over the end`(rest: Int) throws {
        var maker = WALMaker()
        maker.tablespaceAt = Self.size - rest
        maker.manager = 4
        let world = try WALWorld.with(maker: maker)
        _ = try world.fetch(world.name(0), from: world.archive(tablespaces: .linked([])))
        #expect(world.delivered == world.segments[0])
    }

    @Test(arguments: [[255, 3, 1, 2, 3], [0, 0, 0, 0, 255, 5, 16, 64, 0, 0, 0], []] as [[UInt8]])
    func `is refused when nobody can read where to`(record: [UInt8]) throws {
        let world = try Self.world(at: 300_000, record)
        let refusal = world.refusal(world.name(0), from: world.archive(tablespaces: .linked([16_400, 0])))
        #expect(
            refusal == .unplaced(.init(0, path: nil, at: Self.position(300_000)), ObjectName(world.name(0))))
    }

    @Test func `is refused when there is more of it than anybody keeps`() {
        var events = WALEventLog()
        let dropped = (0...WALEventLog.limit).map {
            PlacedWALEvent(.tablespaceDropped(UInt32($0)), at: LogSequenceNumber(UInt64($0)))
        }
        for event in dropped.dropLast() { events.note(event.event, at: event.position) }
        #expect(throws: Never.self) { try TablespacePolicy.linked([]).relocations(of: events, open: nil) }
        events.note(.tablespaceCreated(16_400, path: ""), at: LogSequenceNumber(9_999))
        #expect(events.hasMoreTablespaces)
        #expect(throws: UnplacedTablespaceError.self) {
            try TablespacePolicy.linked([16_400]).relocations(of: events, open: nil)
        }
    }
}
