// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import ObjectStore
import TestKit
import Testing

@testable import WALArchive

@Suite("a file of WAL in an archive")
struct WALFindingTests {
    @Test(arguments: [
        ("", ""), ("0000000100000000/", ""), ("wals/0000000100000000/", ""), ("wal_005/", ""),
        ("", ".gz"), ("0000000100000000/", ".zst"),
    ])
    func `is found in the layouts of the usual tools`(before: String, after: String) throws {
        // What a name says of compression is not believed: these are plain.
        let world = try WALWorld.with(before: before, after: after)
        let archive = world.archive()
        for index in [1, 0, 2] {
            let delivery = try world.fetch(world.name(index), from: archive)
            #expect(delivery.object == ObjectName("\(before)\(world.name(index))\(after)"))
            #expect(world.delivered == world.segments[index] && world.remains == ["RECOVERYXLOG"])
        }
        #expect(throws: WALArchiveError.absent(world.name(3), unfinished: nil)) {
            try world.fetch(world.name(3), from: archive)
        }
        #expect(throws: WALArchiveError.absent("00000002.history", unfinished: nil)) {
            try world.fetch("00000002.history")
        }
    }

    @Test func `is found with pgBackRest's sum in its name, which must be right`() throws {
        let world = try WALWorld.with(count: 1)
        let right = "-3d0b1b2d6c4cf0b0a4a3b9a5d3d0b1b2d6c4cf0b"
        world.put(0, "0000000100000000/\(world.name(0))\(right)")
        world.store.remove(ObjectName(world.name(0)))
        guard case .damaged(_, "its SHA-1", _, let found, _)? = world.refusal(world.name(0)) else {
            Issue.record("a wrong sum was taken")
            return
        }
        world.put(0, "0000000100000000/\(world.name(0))-\(found)")
        #expect(try world.fetch(world.name(0)).object.hasSuffix(found))
        #expect(found.utf8.count == 40)
    }

    @Test func `is not what only begins with its name`() throws {
        let world = try WALWorld.with(count: 1)
        for rest in [
            ".partial", ".partial.gz", ".gz.tmp", ".00000028.backup", ".00000028.backup.gz", ".part",
            ".ready",
        ] { world.put(0, world.name(1) + rest) }
        #expect(
            throws: WALArchiveError.absent(
                world.name(1), unfinished: ObjectName("\(world.name(1)).partial.gz"))
        ) {
            try world.fetch(world.name(1))
        }
    }

    @Test(arguments: [".br", ".xz", ".gpg", ".gz.enc", "-0123", ".sha256", "/x", "0", ".backup2"])
    func `is no end of WAL in a form that cannot be read`(rest: String) throws {
        let world = try WALWorld.with(count: 1)
        let name = world.name(1) + rest
        world.put(0, name)
        #expect(world.refusal(world.name(1)) == .unknownFormat(world.name(1), found: ObjectName(name)))
    }

    @Test(arguments: [
        [], ["notes.txt"], ["base/1/x"], ["0000readme"], ["wals/x", "other/000000010000000000000003"],
    ])
    func `is never called absent from a place without WAL`(names: [String]) throws {
        let world = try WALWorld(count: 1)
        for name in names { world.put(0, name) }
        let refusal = world.refusal(world.name(0))
        #expect(refusal == .noWAL("memory:///wal") && refusal?.exitStatus.rawValue == 126)
    }

    @Test func `is never called absent once the archive has emptied`() throws {
        let world = try WALWorld.with(count: 1)
        let archive = world.archive()
        _ = try world.fetch(world.name(0), from: archive)
        world.store.remove(ObjectName(world.name(0)))
        #expect(throws: WALArchiveError.noWAL("memory:///wal")) {
            try world.fetch(world.name(1), from: archive)
        }
    }

    @Test func `may be a history`() throws {
        let world = try WALWorld.with(count: 1)
        world.store.put("00000002.history", "1\t0/3000000\tno recovery target specified\n")
        world.store.put("00000003.history", "1\t0/3000000\n")
        world.store.put("00000004.history", "here was a history\n")
        world.store.put(ObjectName("\(world.name(0)).00000028.backup"), "START WAL LOCATION: 0/3000028\n")
        for name in ["00000002.history", "00000003.history", "\(world.name(0)).00000028.backup"] {
            #expect(try world.fetch(name).facts == nil)
        }
        guard case .damaged(_, "line 1", _, _, _)? = try? refused(world, "00000004.history") else {
            Issue.record("a wrong history was taken")
            return
        }
    }

    private func refused(_ world: WALWorld, _ name: String) throws -> WALArchiveError? {
        do throws(WALArchiveError) {
            _ = try world.archive().fetch(ArchivedWALFile(name), to: world.destination + "2")
            return nil
        } catch { return error }
    }
}
