// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Foundation
import TestKit
import Testing

@testable import WALArchive

extension [UInt8] {
    fileprivate func contains(_ text: String) -> Bool { firstRange(of: Array(text.utf8)) != nil }
}

@Suite("what one wal-get leaves for the next")
struct WALSpoolTests {
    private func names(_ world: WALWorld, _ indices: Range<Int>) throws -> [WALFileName] {
        try indices.map { try #require(WALFileName(Array(world.name($0).utf8))) }
    }

    private func contents(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).filter { $0 != ".lock" }.sorted()
    }

    @Test func `is checked anew when it is taken, and removed with all before it`() throws {
        let world = try WALWorld.with(count: 6)
        let place = "\(world.tree.path)/spool"
        let spool = try WALSpool(place, for: world.archive())
        let names = try names(world, 0..<6)
        spool.fill(names, from: world.archive())
        #expect(try contents(place) == names.map(\.description))
        #expect(try spool.take(names[2], to: world.destination)?.size == 1 << 20)
        #expect(world.delivered == world.segments[2])
        spool.drop(upTo: names[2])
        #expect(try contents(place) == names[3...].map(\.description))
        let file = "\(place)/\(names[3])"
        try Data(world.segments[3].dropLast(1)).write(to: URL(filePath: file))
        #expect(try spool.take(names[3], to: world.destination) == nil)
        #expect(world.delivered == world.segments[2] && !spool.holds(names[3]))
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "\(place)/\(names[4])")
        #expect(try spool.take(names[3], to: world.destination) == nil)
    }

    /// Another run may have left it, for a server that writes where the origin wrote.
    @Test func `gives no tablespace without a place, and takes the path out of others`() throws {
        var maker = WALMaker()
        maker.tablespaceAt = 300_000
        let world = try WALWorld.with(maker: maker)
        let place = "\(world.tree.path)/spool"
        let names = try names(world, 0..<3)
        try WALSpool(place, for: world.archive()).fill(names, from: world.archive())
        let unplaced = world.archive(tablespaces: .linked([]))
        #expect(try WALSpool(place, for: unplaced).take(names[0], to: world.destination) == nil)
        #expect(world.delivered.isEmpty)
        let placed = world.archive(tablespaces: .linked([16_400]))
        #expect(try WALSpool(place, for: placed).take(names[0], to: world.destination) != nil)
        #expect(!world.delivered.isEmpty && !world.delivered.contains("/srv/space"))
        #expect(world.segments[0].contains("/srv/space"))
    }

    @Test func `is filled up to what is not to be had`() throws {
        let world = try WALWorld.with(count: 3)
        let place = "\(world.tree.path)/spool"
        let spool = try WALSpool(place, for: world.archive())
        world.store.remove(ObjectName(world.name(1)))
        spool.fill(try names(world, 0..<3), from: world.archive())
        #expect(try contents(place) == [world.name(0)])
    }

    @Test func `is no directory that others can write to`() throws {
        let world = try WALWorld.with(count: 1)
        let place = "\(world.tree.path)/spool"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        chmod(place, 0o777)
        #expect(throws: WALArchiveError.self) { try WALSpool(place, for: world.archive()) }
        #expect(throws: WALArchiveError.self) { try WALSpool("\(place)/a/b", for: world.archive()) }
    }

    @Test func `is as far ahead as was asked for`() throws {
        let world = try WALWorld(count: 1)
        let name = try names(world, 0..<1)[0]
        #expect(
            WALSpool.ahead(of: name, segmentSize: 1 << 20, count: 3).map(\.description)
                == (1...3).map(world.name))
        #expect(WALSpool.ahead(of: name, segmentSize: 1 << 30, count: 3).count == 1)
        #expect(WALSpool.ahead(of: name, segmentSize: 3, count: 3).isEmpty)
        #expect(WALSpool.ahead(of: name, segmentSize: 1 << 20, count: 0).isEmpty)
    }
}
