// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Foundation
import TestKit
import Testing

@testable import PrivatePostgres

@Suite struct `The owner of a server` {
    private static let accounts: Accounts = {
        let entries = [
            Accounts.Entry(name: "postgres", user: 103, group: 104), .init(name: "root", user: 0, group: 0),
            .init(name: "anna", user: 1000, group: 1001),
        ]
        return Accounts(
            byName: { name in entries.first { $0.name == name } },
            byUser: { user in entries.first { $0.user == user } })
    }()

    @Test(arguments: [
        (String?.none, UInt32(0), "'postgres' 103:104"), ("anna", 0, "'anna' 1000:1001"),
        ("103", 0, "'postgres' 103:104"), ("70:71", 0, "user 70:71 70:71"), ("1000:70", 0, "'anna' 1000:70"),
        (nil, 1000, "'anna' 1000:1001"), ("anna", 1000, "'anna' 1000:1001"),
        ("1000", 1000, "'anna' 1000:1001"),
    ])
    func `is who was asked for, or who runs this`(_ text: String?, _ me: UInt32, _ expected: String) throws {
        let owner = try ServerOwner.choose(text, effectiveUser: me, accounts: Self.accounts)
        #expect("\(owner) \(owner.user):\(owner.group)" == expected)
    }

    @Test(arguments: [
        ("root", UInt32(0)), ("0:0", 0), ("nobody-here", 0), ("", 0), ("70", 0), ("-1", 0), ("70:", 0),
        ("70:71:72", 0), ("4294967295:1", 0), ("postgres", 1000), ("103", 1000),
    ])
    func `is nobody that the system would not allow`(_ text: String, _ me: UInt32) {
        #expect {
            try ServerOwner.choose(text, effectiveUser: me, accounts: Self.accounts)
        } throws: { ($0 as? PrivatePostgresError)?.exitStatus == .usage }
    }

    @Test func `must be named by root where there is no user postgres`() {
        let none = Accounts(byName: { _ in nil }, byUser: { _ in nil })
        #expect {
            try ServerOwner.choose(nil, effectiveUser: 0, accounts: none)
        } throws: { ($0 as? PrivatePostgresError)?.exitStatus == .argumentMissing }
    }

    @Test func `may be without a name in the system`() throws {
        let found = Accounts.system.byName("root")
        #expect(found == Accounts.Entry(name: "root", user: 0, group: 0))
        #expect(Accounts.system.byUser(0) == found && Accounts.system.byName("no such user") == nil)
    }
}

@Suite struct `PostgreSQL's programs` {
    @Test(Requires.postgres(.v15)) func `must be of the version that is needed`() async throws {
        let error = try await failure { () throws(PrivatePostgresError) in
            let launcher = try Launcher(for: ServerOwner.find(nil), search: [])
            let found = try PostgresBinaries.find(
                major: 15, named: nil, search: [], launcher: launcher, needed: [.postgres, .psql])
            #expect(found.directory == "/usr/lib/postgresql/15/bin")
            _ = try PostgresBinaries.find(
                major: 17, named: nil, search: ["bin", "/usr/lib/postgresql/15/bin"], launcher: launcher)
        }
        #expect(error?.exitStatus == .commandNotFound)
        #expect(
            error?.message.contains("version 15 in '/usr/lib/postgresql/15/bin'") == true, "\(error as Any)")
        #expect(error?.hints.first?.contains("/usr/lib/postgresql/17/bin") == true)
    }

    @Test func `that are missing are named`() async throws {
        let error = try await failure { () throws(PrivatePostgresError) in
            let launcher = try Launcher(for: ServerOwner.find(nil), search: [])
            _ = try PostgresBinaries.find(
                major: 15, named: "/usr/lib/postgresql/15/bin", search: [], launcher: launcher,
                needed: [.combineBackup])
        }
        #expect(
            error?.message.contains("pg_combinebackup") == true || error?.message.contains("none") == true)
    }

    @Test(arguments: [
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", Int?.some(15)),
        ("postgres (PostgreSQL) 19devel", 19), ("postgres (PostgreSQL) x", nil),
        ("psql (PostgreSQL) 15.1", nil), ("", nil),
    ])
    func `say their version`(_ text: String, _ major: Int?) {
        #expect(PostgresBinaries.major(ofVersion: text) == major)
    }
}

@Suite struct `The file postmaster.pid` {
    private static func presence(_ text: String) async throws -> ServerPresence {
        try await TemporaryDirectory.with { place in
            try place.write(Array(text.utf8), to: PostmasterFile.name)
            return ServerPresence.of(place.path)
        }
    }

    @Test func `is read as PostgreSQL writes it`() throws {
        let text = "4711\n/data\n1764000000\n5432\n/tmp/s\n\n  5432001  12345\nready   \n"
        let file = try #require(PostmasterFile(Array(text.utf8)))
        #expect(file.identifier == 4711 && file.socketDirectory == "/tmp/s" && file.status == "ready")
        #expect(PostmasterFile(Array("-12\n".utf8))?.identifier == 12)
        #expect(PostmasterFile(Array("12".utf8))?.status == nil)
        for text in ["", "x\n", "0\n", "99999999999\n", "-2147483648\n"] {
            #expect(PostmasterFile(Array(text.utf8)) == nil, "\(text)")
        }
    }

    @Test func `of a process that is gone, or is something else, is no obstacle`() async throws {
        // The highest process number of Linux is 2^22.
        #expect(try await Self.presence("4194305\n") == .stale(4_194_305))
        guard case .foreign(getpid(), _) = try await Self.presence("\(getpid())\n") else {
            Issue.record("this is no server")
            return
        }
        #expect(try await Self.presence("what\n") == .unreadable)
        try await TemporaryDirectory.with { place in
            #expect(
                ServerPresence.of(place.path) == .none && ServerPresence.of(place.path("nowhere")) == .none)
        }
    }
}

@Suite struct `The directory of a socket` {
    @Test func `is in /tmp where its path would be too long`() async throws {
        try await TemporaryDirectory.with { place in
            let owner = ServerOwner(user: geteuid(), group: getegid(), name: nil)
            let near = try SocketDirectory(in: place.path, owner: owner)
            #expect(near.path == "\(place.path)/socket" && !SocketDirectory.isOurs(near.path))
            let long = try place.makeDirectory(String(repeating: "d", count: 100))
            let far = try SocketDirectory(in: long, owner: owner)
            #expect(SocketDirectory.isOurs(far.path))
            let attributes = try FileManager.default.attributesOfItem(atPath: far.path)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
            near.remove()
            far.remove()
            #expect(!FileManager.default.fileExists(atPath: far.path))
        }
    }

    @Test func `is found again after a kill, with all that was in it`() async throws {
        try await TemporaryDirectory.with { place in
            let scratch = try place.makeDirectory(String(repeating: "d", count: 100))
            let far = try SocketDirectory(in: scratch, owner: nil)
            try FileManager.default.createDirectory(
                atPath: "\(far.path)/wal-ahead", withIntermediateDirectories: false)
            try Data([1]).write(to: URL(filePath: "\(far.path)/wal-ahead/000000010000000000000001"))
            SocketDirectory.removeNoted(in: scratch)
            #expect(!FileManager.default.fileExists(atPath: far.path))
            // Nothing else is removed, whatever the note says.
            let other = try place.makeDirectory("other")
            try FileManager.default.createSymbolicLink(
                atPath: "\(other)/elsewhere", withDestinationPath: scratch)
            SocketDirectory.removeNoted(in: other)
            #expect(FileManager.default.fileExists(atPath: scratch))
        }
    }

    @Test func `is ours by its name`() {
        #expect(
            !SocketDirectory.isOurs("/tmp/pg_backctl-s/abcde") && !SocketDirectory.isOurs("/tmp/pg_backctl-s")
        )
    }
}

@Suite struct `What scripts need and say` {
    @Test func `is a password with its colons escaped`() throws {
        #expect(try PasswordFile.text(Secret(#"a:b\c"#)) == #"*:*:*:*:a\:b\\c"# + "\n")
        #expect(throws: PrivatePostgresError.self) { try PasswordFile.text(Secret("a\nb")) }
    }

    @Test func `is the first error with its line, or how psql ended`() {
        var report = ScriptReport()
        #expect(report.reason(.exited(3)) == "psql ended with status 3")
        report.receive("CREATE TABLE")
        #expect(report.reason(.signalled(9)) == "psql was ended by signal 9: CREATE TABLE")
        for line in [
            "psql:<stdin>:12: ERROR:  relation \"x\" does not exist",
            "LINE 1: ALTER ROLE app PASSWORD 'secret'",
            "        ^", "HINT:  make it", "QUERY:  ALTER ROLE app PASSWORD 'secret'",
            "CONTEXT:  SQL statement \"ALTER ROLE app PASSWORD 'secret'\"",
        ] { report.receive(line) }
        // What the user wrote is not repeated: it may be a password.
        #expect(report.reason(.exited(3)) == "line 12: ERROR:  relation \"x\" does not exist; HINT:  make it")
    }
}

@Suite struct `Settings out of the way` {
    private static let owner = ServerOwner(user: geteuid(), group: getegid(), name: nil)

    @Test(arguments: ["", "a = 1\n", "a = 1", "# only\n"], ["", "# Do not edit\nb = 2\nc = 3\n"])
    func `come back as they were, with what was added after them`(_ old: String, _ new: String) async throws {
        try await TemporaryDirectory.with { place in
            try place.write(Array(old.utf8), to: KeptSettings.file)
            let folder = try OwnedFolder(place.path, owner: Self.owner)
            try KeptSettings.putAway(in: folder)
            try place.write(Array(new.utf8), to: KeptSettings.file)
            try KeptSettings.putBack(in: folder, keepingNew: true)
            let gap = old.isEmpty || old.hasSuffix("\n") || new.isEmpty ? "" : "\n"
            let found = String(decoding: try folder.read(KeptSettings.file) ?? [], as: UTF8.self)
            #expect(found == old + gap + (new.isEmpty ? "" : "b = 2\nc = 3\n"))
            let isLeft = try folder.holds(KeptSettings.kept)
            #expect(!isLeft)
        }
    }

    @Test func `survive that nobody put them back`() async throws {
        try await TemporaryDirectory.with { place in
            try place.write(Array("a = 1\n".utf8), to: KeptSettings.file)
            let folder = try OwnedFolder(place.path, owner: Self.owner)
            try KeptSettings.putAway(in: folder)
            try place.write(Array("b = 2\n".utf8), to: KeptSettings.file)
            // Here the first run was killed.
            try KeptSettings.putAway(in: folder)
            let isThere = try folder.holds(KeptSettings.file)
            #expect(!isThere)
            try KeptSettings.putBack(in: folder, keepingNew: false)
            try KeptSettings.putBack(in: folder, keepingNew: false)
            let found = try folder.read(KeptSettings.file)
            #expect(found == Array("a = 1\n".utf8))
        }
    }

    @Test func `are never written through a link`() async throws {
        try await TemporaryDirectory.with { place in
            let outside = try place.write(Array("x".utf8), to: "outside")
            let data = try place.makeDirectory("data")
            try FileManager.default.createSymbolicLink(atPath: "\(data)/name", withDestinationPath: outside)
            try FileManager.default.createSymbolicLink(
                atPath: "\(data)/name.pg_backctl-new", withDestinationPath: outside)
            let folder = try OwnedFolder(data, owner: Self.owner)
            var isRefused = false
            do { _ = try folder.read("name") } catch { isRefused = true }
            #expect(isRefused)
            try folder.write(Array("y".utf8), to: "name")
            #expect(try String(contentsOfFile: outside, encoding: .utf8) == "x")
            let found = try folder.read("name")
            #expect(found == Array("y".utf8))
            try FileManager.default.createSymbolicLink(atPath: place.path("link"), withDestinationPath: data)
            #expect(throws: PrivatePostgresError.self) {
                let other = try OwnedFolder(place.path("link"), owner: Self.owner)
                _ = other.path
            }
        }
    }
}
