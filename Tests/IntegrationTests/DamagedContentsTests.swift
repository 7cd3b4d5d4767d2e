// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

/// One way to damage a backup whose sums agree with the damage, and what must be found.
struct Damage: Sendable, CustomTestStringConvertible {
    var name: String
    var findings: Set<String>
    var notes: Set<String> = []
    var exitStatus: Int32 = 1
    var level: String? = nil
    var body: @Sendable (BackupSurgeon, OtherBackups) async throws -> Void

    var testDescription: String { name }

    init(
        _ name: String, _ findings: Set<String>, notes: Set<String> = [], exitStatus: Int32 = 1,
        level: String? = nil, _ body: @escaping @Sendable (BackupSurgeon, OtherBackups) async throws -> Void
    ) {
        (self.name, self.findings, self.notes) = (name, findings, notes)
        (self.exitStatus, self.level, self.body) = (exitStatus, level, body)
    }

    init(
        _ name: String, _ findings: Set<String>, notes: Set<String> = [], exitStatus: Int32 = 1,
        level: String? = nil, _ body: @escaping @Sendable (BackupSurgeon) async throws -> Void
    ) {
        self.init(name, findings, notes: notes, exitStatus: exitStatus, level: level) { surgeon, _ in
            try await body(surgeon)
        }
    }
}

/// Other backups that parts can be taken from.
struct OtherBackups: Sendable {
    /// A later backup of the same cluster.
    var later: String
    /// A backup of another cluster.
    var foreign: String
}

@Suite("contents that are not what they should be", .serialized)
struct DamagedContentsTests {
    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `are found for what they are, although all sums agree with them`() async throws {
        try await TemporaryDirectory.with { place in
            let sound = place.path("sound")
            let others = OtherBackups(later: place.path("later"), foreign: place.path("foreign"))
            try await Self.makeBackups(sound, others)
            for (number, damage) in (Damage.members + Damage.archives + Damage.postgres + Damage.wal)
                .enumerated()
            {
                let folder = place.path("store\(number)/x")
                let surgeon = try BackupSurgeon(copying: sound, to: folder)
                try await damage.body(surgeon, others)
                try await surgeon.write()
                try await Self.expect(damage, in: place.path("store\(number)"))
                try FileManager.default.removeItem(atPath: place.path("store\(number)"))
            }
            try await Self.expectLosses(sound, place)
            try await Self.expectForgery(sound, place)
        }
    }

    /// Other settings with the size and the CRC-32C that the manifest wants, and sums made anew.
    ///
    /// Nothing in the backup speaks against them: only who saw it before knows.
    private static func expectForgery(_ sound: String, _ place: TemporaryDirectory) async throws {
        let store = place.path("forged")
        try await BackupSurgeon(copying: sound, to: "\(store)/x").write()
        let binary = try Binary()
        #expect(try await binary("verify", store).status == 0)
        let forged = try BackupSurgeon(copying: sound, to: "\(store)/x")
        try forged.change("postgresql.auto.conf") { content in
            let settings = "restore_command = 'touch /tmp/owned'\n"
            let filler = String(repeating: "#", count: content.count - settings.utf8.count - 4)
            content = Forgery.forge(Array((settings + filler).utf8), likeCRCOf: content)
        }
        try await forged.write()
        let stranger = try await binary("verify", store, "--json", "--no-history")
        let backup = try #require(try stranger.verification().backups.first)
        #expect(stranger.status == 0 && backup.level == "inspected", "\(backup)")
        let pinned = try await binary("verify", store, "--json")
        #expect(pinned.status == 6, "\(pinned)")
        #expect(try pinned.verification().backups.first?.verdict == "tampered")
    }

    /// An archive that the sum file names and that is gone takes its files with it, and they are named.
    private static func expectLosses(_ sound: String, _ place: TemporaryDirectory) async throws {
        let surgeon = try BackupSurgeon(copying: sound, to: place.path("lost/x"))
        let tablespace = try #require(surgeon.others.keys.first { $0.hasSuffix(".tar") })
        let files = surgeon.manifest?.split(separator: "\n").filter { $0.contains("\"pg_tblspc/") }.count ?? 0
        let segment = try #require(surgeon.wal?.members.first { $0.name.utf8.count == 24 }?.name)
        try await surgeon.write()
        for name in [tablespace, "pg_wal.tar"] {
            try FileManager.default.removeItem(atPath: place.path("lost/x/\(name)"))
        }
        let run = try await Binary()("verify", place.path("lost"), "--json", "--no-history")
        let found = try #require(try run.verification().backups.first).errors
        #expect(run.status == 1 && found.count { $0.code == "MISSING_OBJECT" } == 2, "\(run)")
        let lost = try #require(found.first { $0.code == "MISSING_MEMBER" })
        let named = lost.message.split(separator: "pg_tblspc/\(tablespace.dropLast(4))/").count - 1
        #expect(files > 0 && lost.object == tablespace && named == min(files, 100), "\(files): \(lost)")
        let gap = try #require(found.first { $0.code == "WAL_GAP" })
        #expect(gap.object == "pg_wal.tar" && gap.message.contains(segment), "\(gap)")
    }

    private static func expect(_ damage: Damage, in store: String) async throws {
        let run = try await Binary()("verify", store, "--json", "--no-history")
        let backup = try #require(try run.verification().backups.first)
        let found = Set(backup.problems.map(\.code))
        #expect(found == damage.findings, "\(damage.name): \(backup.problems)")
        let notes = Set(backup.findings.filter { $0.severity == "note" }.map(\.code))
        #expect(notes.isSuperset(of: damage.notes), "\(damage.name): \(backup.findings)")
        #expect(run.status == damage.exitStatus, "\(damage.name): \(backup)")
        if let level = damage.level { #expect(backup.level == level, "\(damage.name)") }
    }

    /// Small: segments of WAL have 1 MiB, and there are several.
    private static func makeBackups(_ sound: String, _ others: OtherBackups) async throws {
        let initdb = ["--data-checksums", "--wal-segsize=1"]
        let tar = ["-Ft", "-X", "stream"]
        try await PostgresCluster.with(.v15, initdb: initdb) { cluster in
            let space = try cluster.makeDirectory("space")
            try await cluster.psql("CREATE TABLESPACE elsewhere LOCATION '\(space)'")
            try await cluster.psql(
                "CREATE TABLE t AS SELECT n, md5(n::text) FROM generate_series(1, 20000) n")
            try await cluster.psql("CREATE TABLE u TABLESPACE elsewhere AS SELECT * FROM t LIMIT 500")
            // WAL of several segments comes about meanwhile.
            async let messages = cluster.psql(
                "SELECT pg_logical_emit_message(false, 'x', repeat('x', 1000000)), pg_sleep(0.2) FROM generate_series(1, 20)"
            )
            try await cluster.baseBackup(into: sound, tar + ["--max-rate=20M"])
            _ = try await messages
            try await cluster.psql("INSERT INTO t SELECT n, md5(n::text) FROM generate_series(1, 9000) n")
            try await cluster.baseBackup(into: others.later, tar)
        }
        try await PostgresCluster.with(.v15, initdb: initdb) { cluster in
            try await cluster.baseBackup(into: others.foreign, tar)
        }
    }
}
