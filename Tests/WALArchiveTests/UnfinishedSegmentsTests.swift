// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import Foundation
import TestKit
import Testing

@testable import WALArchive

@Suite("the unfinished segment at the end of an archive")
struct UnfinishedSegmentsTests {
    /// By pg_receivewal, a promoted server, rclone, pgBackRest, WinSCP, `cp` and rename.
    private static let names = [
        ".partial", ".gz.partial", ".lz4.partial", ".zst.partial", ".partial.gz", ".partial.zst",
        ".partial.lz4", ".1a2b3c4d.partial", ".gz.1a2b3c4d.partial",
        ".partial-3d0b1b2d6c4cf0b0a4a3b9a5d3d0b1b2d6c4cf0b.gz", ".tmp", ".gz.tmp", ".tmp.4711", ".tmpXyZ123",
        ".part", ".temp", ".new", ".filepart", ".4711", "~", ".gz.pgbackrest.tmp", ".inprogress",
    ]

    @Test(arguments: names)
    func `is absent by its name, and is recovered when somebody asks for it`(rest: String) throws {
        let world = try WALWorld.with(count: 2)
        world.store.remove(ObjectName(world.name(1)))
        world.store.put(ObjectName(world.name(1) + rest), Array(world.segments[1][..<700_001]))
        let name = ObjectName(world.name(1) + rest)
        let refusal = world.refusal(world.name(1))
        #expect(refusal == .absent(world.name(1), unfinished: name))
        #expect(refusal?.exitStatus == .nothingThere && refusal?.hints.isEmpty == false)
        let delivery = try world.fetch(world.name(1), from: world.archive(allowsUnfinished: true))
        #expect(delivery.object == name && delivery.endsAt != nil && delivery.size == 1 << 20)
        #expect(Array(world.delivered[..<700_001]) == Array(world.segments[1][..<700_001]))
        #expect(world.delivered.count == 1 << 20 && world.delivered[700_001...].allSatisfy { $0 == 0 })
    }

    @Test(arguments: [".gpg", ".sha256", ".br", "-0123", ".xz", ".partially"])
    func `is not what has another name`(rest: String) throws {
        let world = try WALWorld.with(count: 1)
        world.put(0, world.name(1) + rest)
        #expect(
            world.refusal(world.name(1))
                == .unknownFormat(world.name(1), found: ObjectName(world.name(1) + rest)))
    }

    @Test(arguments: [".%.Ab12xY", ".%.tmp"])
    func `may be hidden, as rsync's are`(pattern: String) throws {
        let world = try WALWorld.with(count: 2)
        world.store.remove(ObjectName(world.name(1)))
        let name = ObjectName(pattern.replacing("%", with: world.name(1)))
        world.store.put(name, Array(world.segments[1][..<500_000]))
        #expect(world.refusal(world.name(1)) == .absent(world.name(1), unfinished: nil))
        let delivery = try world.fetch(world.name(1), from: world.archive(allowsUnfinished: true))
        #expect(delivery.object == name && delivery.endsAt != nil)
    }

    /// `cp` and `scp` write under the whole name; a server that was killed leaves such a one.
    @Test func `may have the whole name, and is then the end as long as nothing follows`() throws {
        let world = try WALWorld.with(count: 2)
        var older = WALMaker()
        older.first = 1
        let cuts: [[UInt8]] = [
            Array(world.segments[1][..<600_000]),
            Array(world.segments[1][..<(8192 * 60)]) + Array(older.segments(1)[0][(8192 * 60)...]),
            Array(world.segments[1][..<(8192 * 60)]) + [UInt8](repeating: 0, count: (1 << 20) - 8192 * 60),
        ]
        for bytes in cuts {
            world.store.put(ObjectName(world.name(1)), bytes)
            #expect(
                world.refusal(world.name(1))
                    == .absent(world.name(1), unfinished: ObjectName(world.name(1))))
            let delivery = try world.fetch(world.name(1), from: world.archive(allowsUnfinished: true))
            #expect(delivery.endsAt != nil && world.delivered.count == 1 << 20)
            try FileManager.default.removeItem(atPath: world.destination)
        }
    }

    @Test func `is damage where WAL goes on, on a later timeline too`() throws {
        let world = try WALWorld.with(count: 3)
        world.store.put(ObjectName(world.name(1)), Array(world.segments[1][..<600_000]))
        #expect(world.refusal(world.name(1))?.isDamage == true)
        world.store.remove(ObjectName(world.name(2)))
        #expect(world.refusal(world.name(1))?.isAbsence == true)
        world.store.put("00000002.history", "1\t0/400028\tx\n")
        world.store.put(ObjectName("00000002" + world.name(2).dropFirst(8)), "x")
        #expect(world.refusal(world.name(1))?.isDamage == true)
    }

    @Test func `is taken where it reaches furthest`() throws {
        let world = try WALWorld.with(count: 2)
        world.store.remove(ObjectName(world.name(1)))
        world.store.put(ObjectName(world.name(1) + ".partial"), Array(world.segments[1][..<300_000]))
        world.store.put(ObjectName(world.name(1) + ".tmp"), Array(world.segments[1][..<900_000]))
        let delivery = try world.fetch(world.name(1), from: world.archive(allowsUnfinished: true))
        #expect(delivery.object == ObjectName(world.name(1) + ".tmp"))
        world.put(1, world.name(1) + ".gz")
        let whole = try world.fetch(world.name(1), from: world.archive(allowsUnfinished: true))
        #expect(whole.endsAt == nil && whole.object == ObjectName(world.name(1) + ".gz"))
    }

    @Test func `is damaged where it is, whoever asks for it`() throws {
        let world = try WALWorld.with(count: 2)
        var bytes = Array(world.segments[1][..<900_000])
        bytes[400_000] ^= 1
        world.store.put(ObjectName(world.name(1)), bytes)
        #expect(world.refusal(world.name(1))?.isDamage == true)
        #expect(world.refusal(world.name(1), from: world.archive(allowsUnfinished: true))?.isDamage == true)
    }
}
