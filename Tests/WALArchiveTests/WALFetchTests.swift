// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import ObjectStore
import TestKit
import Testing

@testable import WALArchive

@Suite("what is handed over to PostgreSQL")
struct WALFetchTests {
    @Test func `is whole and sound, or not there at all`() throws {
        let world = try WALWorld.with()
        let name = ObjectName(world.name(0))
        let sound = world.segments[0]
        for (change, place) in Self.damage {
            var bytes = sound
            change(&bytes)
            world.store.put(name, bytes)
            let refusal = world.refusal(world.name(0))
            #expect(refusal?.exitStatus == .walUnreadable && refusal?.isDamage == true, "\(place)")
            #expect(refusal?.message.contains(place) == true, "\(String(describing: refusal))")
            #expect(refusal?.hints.isEmpty == false)
        }
    }

    private static let damage: [(@Sendable (inout [UInt8]) -> Void, String)] = [
        ({ $0[0] ^= 1 }, "byte 0"),
        ({ $0[12] ^= 1 }, "byte 0 (0/300000"),
        ({ $0[8192 * 7 + 8] ^= 0x80 }, "byte 57344 (0/30E000"),
        ({ $0[600_000] ^= 1 }, "CRC"),
        ({ $0.removeLast() }, "a segment of 1048576 bytes"),
        ({ $0.removeAll() }, "byte 0"),
        ({ $0.append(0) }, "byte 1048576"),
        ({ $0.replaceSubrange((8192 * 9)..., with: repeatElement(0, count: (1 << 20) - 8192 * 9)) }, "zeros"),
        ({ $0 = [0x1F, 0x8B, 8, 0] + $0 }, "gzip"),
        ({ $0 = [0x28, 0xB5, 0x2F, 0xFD] + $0 }, "zstd"),
    ]

    @Test func `is of the cluster, the size and the position that was asked for`() throws {
        let world = try WALWorld.with()
        _ = try world.fetch(
            world.name(0), from: world.archive(system: world.maker.systemIdentifier, size: 1 << 20))
        try FileManager.default.removeItem(atPath: world.destination)
        #expect(
            world.refusal(world.name(0), from: world.archive(system: 1))?.message.contains("system") == true)
        #expect(world.refusal(world.name(0), from: world.archive(size: 16 << 20))?.isDamage == true)
        world.put(1, world.name(0))
        #expect(world.refusal(world.name(0))?.isDamage == true)
    }

    @Test func `may be the end of WAL for those who ask for it`() throws {
        let world = try WALWorld.with()
        var bytes = world.segments[0]
        bytes.replaceSubrange((8192 * 9)..., with: repeatElement(0, count: bytes.count - 8192 * 9))
        world.store.put(ObjectName(world.name(0)), bytes)
        #expect(world.refusal(world.name(0))?.hints.first?.contains("--allow-unfinished") == true)
        let delivery = try world.fetch(world.name(0), from: world.archive(allowsUnfinished: true))
        #expect(delivery.endsAt != nil && world.delivered == bytes)
    }

    @Test func `is read once more before it is called damaged`() throws {
        let world = try WALWorld.with()
        world.store.setFault { _, number in number == 0 ? .flip(byte: 600_000, bit: 1) : nil }
        let delivery = try world.fetch(world.name(0))
        #expect(delivery.trouble?.contains("is damaged") == true && world.delivered == world.segments[0])
        #expect(world.store.requests.map(\.isSecondLook) == [false, true])
    }

    @Test func `is one thing: two sound copies must be the same, whatever they are compressed by`() throws {
        let world = try WALWorld.with()
        var other = world.maker
        other.sizes = [200, 24, 9000]
        world.put(0, "\(world.name(0)).zst")
        #expect(try world.fetch(world.name(0)).object == ObjectName(world.name(0)))
        try FileManager.default.removeItem(atPath: world.destination)
        world.store.put(ObjectName("\(world.name(0)).gz"), other.segments(1)[0])
        let refusal = world.refusal(world.name(0))
        #expect(
            refusal
                == .differing(
                    world.name(0), ObjectName(world.name(0)), ObjectName("\(world.name(0)).gz")))
        #expect(refusal?.exitStatus == .walUnreadable && refusal?.hints.isEmpty == false)
        // A damaged one is no other.
        world.store.flip(ObjectName("\(world.name(0)).gz"), byte: 700_000)
        #expect(try world.fetch(world.name(0)).object == ObjectName(world.name(0)))
    }

    @Test func `comes from another copy when one is damaged`() throws {
        let world = try WALWorld.with()
        world.store.put(ObjectName("\(world.name(0)).gz"), Array(world.segments[0].dropLast(9)))
        world.store.flip(ObjectName(world.name(0)), byte: 700_000)
        #expect(world.refusal(world.name(0))?.message.hasPrefix("'\(world.name(0))'") == true)
        world.put(0, "\(world.name(0)).gz")
        #expect(try world.fetch(world.name(0)).object == ObjectName("\(world.name(0)).gz"))
    }

    @Test(arguments: [
        ObjectStoreError.denied("x", reason: "403", hint: "h"), .gaveUp("x", attempts: "500"),
        .missing("x"), .noSuchStore("x"), .changed("x", expected: "a", found: "b"),
        .coldStorage("x", storageClass: "GLACIER"),
    ])
    func `is never absent because a store fails`(error: ObjectStoreError) throws {
        let world = try WALWorld.with()
        world.store.setFault { _, _ in .error(error) }
        #expect(world.refusal(world.name(0)) == .store(error))
        #expect(WALArchiveError.store(error).exitStatus == .walUnreadable)
    }

    @Test func `is nothing when the run is ended`() throws {
        let world = try WALWorld.with()
        world.store.setFault { _, _ in .interrupted(after: 500_000) }
        world.cancellation.request(.terminated)
        #expect(world.refusal(world.name(0)) == .interrupted(.terminated))
    }

    @Test func `replaces what a killed run left, and follows no link`() throws {
        let world = try WALWorld.with()
        let victim = "\(world.tree.path)/victim"
        try Data([1]).write(to: URL(filePath: victim))
        try FileManager.default.createSymbolicLink(
            atPath: "\(world.tree.path)/.RECOVERYXLOG.pg_backctl", withDestinationPath: victim)
        _ = try world.fetch(world.name(0))
        #expect(try Data(contentsOf: URL(filePath: victim)) == Data([1]))
        #expect(world.remains.sorted() == ["RECOVERYXLOG", "victim"])
        let mode = try FileManager.default.attributesOfItem(atPath: world.destination)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test(arguments: ["", "/", "no/such/directory", "..", "a/.."])
    func `needs a place that can be written to`(path: String) throws {
        let world = try WALWorld.with()
        let place = path.hasPrefix("no") ? "\(world.tree.path)/\(path)" : path
        #expect(throws: WALArchiveError.self) {
            try world.archive().fetch(ArchivedWALFile(world.name(0)), to: place)
        }
        #expect(world.remains == [])
    }
}
