// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import TestKit
import Testing

@testable import WALArchive

/// PostgreSQL reads no further than its target, so damage behind that keeps nobody from it.
@Suite("a segment that is damaged behind the goal")
struct DamageBehindGoalTests {
    /// A byte of a record, a page that is none, and the end of the file.
    enum Damage: CaseIterable { case record, page, cutOff }

    private static let place = 800_000

    private static func world(_ damage: Damage) throws -> WALWorld {
        var world = try WALWorld.with(count: 3)
        switch damage {
        case .record: world.segments[1][place] ^= 0x40
        case .page: for offset in 0..<8 { world.segments[1][place / 8192 * 8192 + offset] = 0xCA }
        case .cutOff: world.segments[1].removeSubrange(place...)
        }
        world.put(1, world.name(1))
        return world
    }

    private static func archive(_ world: WALWorld, goal: Int) -> WALArchive {
        let base = (world.maker.first + 1) * UInt64(world.maker.segmentSize)
        let goal = LogSequenceNumber(UInt64(Int(base) + goal))
        return world.archive(tablespaces: .linked([], goal: .position(goal)))
    }

    @Test(arguments: Damage.allCases)
    func `is handed over up to the damage, and nothing of that`(damage: Damage) throws {
        let world = try Self.world(damage)
        let delivery = try world.fetch(world.name(1), from: Self.archive(world, goal: 400_000))
        let end = Int(delivery.bytesOfWAL)
        #expect(end > 400_000 && end <= Self.place && delivery.trouble != nil)
        #expect(world.delivered.count == 1 << 20)
        #expect(Array(world.delivered[..<end]) == Array(world.segments[1][..<end]))
        #expect(world.delivered[end...].allSatisfy { $0 == 0 })
    }

    @Test(arguments: Damage.allCases)
    func `is refused where recovery would come to the damage, or takes all there is`(damage: Damage) throws {
        let world = try Self.world(damage)
        for goal in [Self.place, 1_000_000, 3 << 20] {
            #expect(world.refusal(world.name(1), from: Self.archive(world, goal: goal))?.isDamage == true)
        }
        #expect(world.refusal(world.name(1))?.isDamage == true)
        // A goal of the segment before says nothing of this one.
        #expect(world.refusal(world.name(1), from: Self.archive(world, goal: -100))?.isDamage == true)
    }

    /// PostgreSQL wants a record that begins at the goal or behind it: inside the last sound one there is none.
    @Test func `has to hold a sound record that begins at the goal or behind it`() throws {
        let world = try Self.world(.record)
        var (reached, refused) = (400_000, Self.place)
        while refused - reached > 1 {
            let middle = (reached + refused) / 2
            let archive = Self.archive(world, goal: middle)
            if (try? world.fetch(world.name(1), from: archive)) != nil {
                reached = middle
            } else {
                refused = middle
            }
        }
        let end = Int(try world.fetch(world.name(1), from: Self.archive(world, goal: reached)).bytesOfWAL)
        // The last goal is where the last sound record begins, which says how long it is.
        let length = world.segments[1][reached..<reached + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
        let pages = end / 8192 - reached / 8192
        #expect((reached + length + 24 * pages + 7) / 8 * 8 == end, "\(reached), \(length), \(end)")
    }

    /// WAL is sound to its end, and what is wrong comes behind it.
    @Test func `may end with a switch, and lose none of what comes before`() throws {
        var maker = WALMaker()
        maker.switchAfter = (1 << 20) + 500_000
        var world = try WALWorld(maker: maker)
        let whole = world.segments[1]
        world.segments[1] += [UInt8](repeating: 1, count: 100)
        world.put(1, world.name(1))
        let delivery = try world.fetch(world.name(1), from: Self.archive(world, goal: 400_000))
        #expect(delivery.bytesOfWAL == 1 << 20 && delivery.trouble != nil)
        #expect(world.delivered == whole)
    }

    @Test(arguments: Damage.allCases)
    func `is nobody's choice while there is a sound copy`(damage: Damage) throws {
        let world = try Self.world(damage)
        let sound = WALMaker().segments(3)[1]
        world.store.put(ObjectName("\(world.name(1)).gz"), sound)
        let delivery = try world.fetch(world.name(1), from: Self.archive(world, goal: 400_000))
        #expect(world.delivered == sound && !delivery.isBehindGoal)
    }
}
