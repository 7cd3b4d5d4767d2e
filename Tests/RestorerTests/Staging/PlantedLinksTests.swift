// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Foundation
import Glibc
import TestKit
import Testing
import WALArchive

@testable import PrivatePostgres
@testable import Restorer

/// What the server's owner can put where a restore, which may be root, is at work.
@Suite("links that the server's owner plants")
struct PlantedLinksTests {
    private let place: OwnedDirectory
    private let owner = ServerOwner(user: geteuid(), group: getegid(), name: nil)
    private var victim: String { "\(place.path)/victim" }

    init() throws {
        place = try OwnedDirectory()
        try makeFolder("victim")
        try write("victim/.s.PGSQL.5432", "a server's")
    }

    private func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(
            atPath: "\(place.path)/\(name)", withIntermediateDirectories: true)
    }

    private func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(place.path)/\(name)"))
    }

    private func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    }

    private var isVictimWhole: Bool {
        FileManager.default.fileExists(atPath: "\(victim)/.s.PGSQL.5432")
    }

    @Test func `find no place where sockets are made, for that is not theirs`() throws {
        // Only root can work for somebody else.
        let other = geteuid() == 0 ? 65534 : geteuid()
        let area = try StagingArea(
            .init(
                backup: "/b", objects: "o", target: "\(place.path)/db", tablespaces: [:], request: "r",
                files: "f"),
            restarts: false, owner: ServerOwner(user: other, group: getegid(), name: nil)
        ) { _ in }
        for name in ["server", "wal"] {
            var status = stat()
            try #require(lstat(try area.scratch(name), &status) == 0)
            #expect(status.st_uid == geteuid() && status.st_mode & 0o7777 == 0o711, "\(name)")
        }
    }

    @Test func `lead no removal of a socket to that of another server`() throws {
        let socket = try SocketDirectory(in: place.path, owner: owner)
        try FileManager.default.moveItem(atPath: socket.path, toPath: "\(place.path)/aside")
        try link(socket.path, to: victim)
        socket.remove()
        #expect(isVictimWhole)
        #expect(throws: PrivatePostgresError.self) { try SocketDirectory(in: place.path, owner: owner) }
        #expect(isVictimWhole)
    }

    @Test func `lead nowhere from what a killed server says of its socket`() throws {
        let name = "/tmp/pg_backctl-s" + String(UInt32.random(in: 0x10_0000...0xFF_FFFF), radix: 16)
        try link(name, to: victim)
        defer { unlink(name) }
        try makeFolder("data")
        try write("data/postmaster.pid", "4194305\n/data\n1\n5432\n\(name)\n")
        _ = try LeftoverServer.stop(in: "\(place.path)/data", cancellation: Cancellation())
        #expect(isVictimWhole)
    }

    @Test func `in the place of the folder for WAL open nothing to anybody`() throws {
        chmod(victim, 0o700)
        try link("\(place.path)/socket", to: victim)
        var options = WALServer.Options()
        options.owner = (geteuid(), getegid())
        #expect(throws: WALArchiveError.self) {
            let archive = WALArchive(MemoryStore(url: "memory:///wal"), cancellation: Cancellation())
            try WALServer(archive, in: "\(place.path)/socket", options).stop()
        }
        var status = stat()
        #expect(stat(victim, &status) == 0 && status.st_mode & 0o7777 == 0o700)
    }

    @Test func `are not read through in a data directory`() throws {
        try write("victim/PG_VERSION", "15\n")
        try write("victim/backup_label", "")
        try makeFolder("data")
        for name in ["PG_VERSION", "backup_label"] {
            try link("\(place.path)/data/\(name)", to: "\(victim)/\(name)")
        }
        #expect(throws: RestoreError.self) { try DataDirectory("\(place.path)/data").majorVersion() }
        let data = try OwnedFolder("\(place.path)/data", owner: owner)
        let isPossible = RecoveryResumption.isPossible(in: data)
        #expect(!isPossible)
        try link("\(place.path)/data/global", to: victim)
        let error = Self.error(of: data, reading: "global/PG_VERSION")
        let plain = try OwnedFolder(victim, owner: owner).read("PG_VERSION")
        #expect(error?.exitStatus == .unsafeOperation && plain == Array("15\n".utf8))
    }

    private static func error(
        of folder: borrowing OwnedFolder, reading path: String
    ) -> PrivatePostgresError? {
        do throws(PrivatePostgresError) { _ = try folder.read(path) } catch { return error }
        return nil
    }

    @Test func `are not given away with those of tablespaces`() throws {
        try makeFolder("data/pg_tblspc/16384.new/full")
        try TablespaceLinks(data: "\(place.path)/data", places: [16384: "/space"], owner: owner).make()
        let made = try FileManager.default.destinationOfSymbolicLink(
            atPath: "\(place.path)/data/pg_tblspc/16384")
        #expect(made == "/space")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: place.path).sorted() == ["data", "victim"])
    }
}
