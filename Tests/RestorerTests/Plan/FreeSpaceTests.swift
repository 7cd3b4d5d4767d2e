// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import ObjectStore
import PrivatePostgres
import TestKit
import Testing

@testable import Restorer

@Suite struct `Room for a restore` {
    private static func room(
        _ bytes: SpaceEstimate, _ files: SpaceEstimate, free: UInt64, inodes: UInt64? = nil
    ) throws(RestoreError) -> RestorePlan.Room {
        try FreeSpace.room(
            for: .init(path: "/srv", bytes: bytes, files: files), .init(bytes: free, files: inodes))
    }

    @Test func `is refused for what is surely needed`() throws {
        let bytes = #expect(throws: RestoreError.self) {
            try Self.room(.exactly(101), .none, free: 100)
        }
        #expect(bytes?.exitStatus == .noSpace && bytes?.message.contains("at least 101 bytes") == true)
        let inodes = #expect(throws: RestoreError.self) {
            try Self.room(.none, .exactly(11), free: 100, inodes: 10)
        }
        #expect(inodes?.message.contains("at least 11 inodes needed, 10 inodes available") == true)
    }

    @Test(
        arguments: [
            (SpaceEstimate(least: 100, likely: 100), SpaceEstimate(least: 10, likely: 10), false),
            (SpaceEstimate(least: 10, likely: 101), SpaceEstimate(least: 10, likely: 10), true),
            (SpaceEstimate(least: 100, likely: 100), SpaceEstimate(least: 0, likely: 11), true),
            (SpaceEstimate(least: 0, likely: .max), SpaceEstimate(least: 0, likely: .max), true),
        ])
    func `is only told of when it is a guess`(
        bytes: SpaceEstimate, files: SpaceEstimate, isTight: Bool
    ) throws {
        #expect(try Self.room(bytes, files, free: 100, inodes: 10).isTight == isTight)
    }

    @Test func `is refused nowhere where files may be stored compressed`() throws {
        let room = try FreeSpace.room(
            for: .init(path: "/srv", bytes: .exactly(101), files: .exactly(11)),
            .init(bytes: 100, files: 10, mayCompress: true))
        #expect(room.isTight)
    }

    @Test func `is less by what an interrupted restore has written`() async throws {
        try await TemporaryDirectory.with { place in
            try place.write([UInt8](repeating: 1, count: 1 << 20), to: ".db.pg_backctl/data/base/1")
            let demand = FreeSpace.Demand(
                path: place.path, bytes: .exactly(3 << 20), files: SpaceEstimate(least: 2, likely: 10))
            let staged = ["db", "none"].map { StagedPlace(place.path($0)) }
            let rooms = try FreeSpace.room(for: [demand], heldIn: staged)
            let room = try #require(rooms.first)
            #expect(rooms.count == 1 && (1 << 20...2 << 20).contains(room.bytes.least))
            #expect(room.files == SpaceEstimate(least: 0, likely: 7))
        }
    }

    @Test func `that ran out while a restore was interrupted is told before it goes on`() async throws {
        try await TemporaryDirectory.with { place in
            try place.write([1], to: ".db.pg_backctl/data/base/1")
            let demand = FreeSpace.Demand(path: place.path, bytes: .exactly(1 << 60), files: .none)
            let error = #expect(throws: RestoreError.self) {
                try FreeSpace.room(for: [demand], heldIn: [StagedPlace(place.path("db"))])
            }
            #expect(error?.exitStatus == .noSpace)
        }
    }

    @Test func `inodes are not counted where they are made as they are needed`() throws {
        #expect(try !Self.room(.none, .exactly(1 << 40), free: 100).isTight)
    }

    @Test(arguments: [("cat", 8 << 20), ("gzip", 8 << 20)] as [(String, UInt64)])
    func `an archive without a manifest is guessed to go on as it begins`(tool: String, size: UInt64)
        async throws
    {
        try await TemporaryDirectory.with { place in
            let text = Array("a row of a table; ".utf8)
            try place.write((0..<Int(size)).map { text[$0 % text.count] }, to: "base/1")
            try await Program("sh")(
                ["-c", "tar --format=ustar -cf - base | \(tool) > base.tar"], in: place.path)
            let store = try LocalDirectory(place.path, cancellation: Cancellation())
            let object = try store.head("base.tar")
            let guess = try TarHead(of: object, in: store).unpacked(object.size)
            #expect((size * 9 / 10...size * 11 / 10).contains(guess.likely) && guess.least <= size)
        }
    }

    @Test func `sums have an end`() {
        let sum = SpaceEstimate.exactly(.max) + SpaceEstimate(least: 1, likely: 2)
        #expect(sum == .exactly(.max))
        #expect(UInt64.max.inBlocks >= UInt64.max - 4095 && UInt64(1).inBlocks == 4096)
    }

    @Test func `files of a data directory are counted where they lie`() {
        var sizes = ContentSizes()
        for (name, size) in [
            ("PG_VERSION", 3), ("base/5/1", 8192), ("pg_wal/000000010000000000000002", 1 << 24),
            ("pg_tblspc/16384/PG_16_1/5/2", 5000),
        ] as [(ObjectName, UInt64)] { sizes.addFile(name, size) }
        #expect(
            sizes.bytes == [
                .tablespace(nil): .exactly(12288), .wal: .exactly(1 << 24),
                .tablespace(16384): .exactly(8192),
            ])
        #expect(sizes.files[.tablespace(nil)] == 2)
    }

    @Test(
        arguments: [
            ("0/2000028", "000000010000000000000002", 16 << 20),
            ("5/50000028", "000000010000000500000001", 1 << 30),
            ("0/300028", "000000010000000000000003", 1 << 20), ("1/28", "000000010000000100000000", nil),
        ] as [(String, String, UInt32?)])
    func `the size of segments follows from the label, mostly`(
        start: String, segment: String, size: UInt32?
    ) throws {
        let text = """
            START WAL LOCATION: \(start) (file \(segment))
            CHECKPOINT LOCATION: \(start)
            BACKUP METHOD: streamed
            BACKUP FROM: primary
            START TIME: 2026-11-01 00:00:00 UTC
            LABEL: x
            START TIMELINE: 1

            """
        #expect(try BackupLabel.parse(Array(text.utf8)).segmentSize == size)
    }
}
