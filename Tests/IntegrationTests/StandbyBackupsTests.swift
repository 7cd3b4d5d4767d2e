// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Foundation
import TestKit
import Testing

@Suite("a backup taken from a standby", .serialized)
struct StandbyBackupsTests {
    /// The standby follows another one, which is promoted while the backup is taken: its WAL begins on one timeline and
    /// ends on the next.
    @Test(
        Requires.postgres(.v15, .v18), .timeLimit(.minutes(20)),
        arguments: [PostgresCluster.Version.v15, .v18])
    func `is inspected and restored, with WAL of two timelines`(version: PostgresCluster.Version) async throws
    {
        try await RestoreWorld.with(version, hasTablespace: false) { world in
            try await world.cluster.psql(
                "CREATE TABLE large AS SELECT n, repeat(md5(n::text), 20) FROM generate_series(1, 20000) n")
            try await world.cluster.withStandby { middle in
                try await middle.withStandby { standby in
                    try await standby.baseBackup(into: "\(world.store)/20251101T000000", ["-Ft", "-z"])
                    try await Self.backUpWhilePromoted(world, middle, standby)
                }
            }
            for label in ["20251101T000000", "20251102T000000"] {
                try await writeSumFile(in: "\(world.store)/\(label)")
            }
            try await Self.expectSound(world)
            try await Self.expectRanges(world)
        }
    }

    private static func backUpWhilePromoted(
        _ world: RestoreWorld, _ middle: PostgresCluster, _ standby: PostgresCluster
    ) async throws {
        async let backup: Void = standby.baseBackup(
            into: "\(world.store)/20251102T000000", ["-Ft", "-X", "stream", "--max-rate=8M"])
        try await wait(for: "t", "SELECT count(*) > 0 FROM pg_stat_progress_basebackup", standby)
        try await middle.psql("SELECT pg_promote()")
        try await middle.psql("UPDATE t SET md5 = 'later'")
        try await middle.psql("CHECKPOINT")
        try await wait(for: "5000", "SELECT count(*) FROM t WHERE md5 = 'later'", standby)
        try await standby.psql("CHECKPOINT")
        try await backup
    }

    private static func wait(for answer: String, _ sql: String, _ cluster: PostgresCluster) async throws {
        for _ in 0..<600 {
            if try await cluster.psql(sql) == answer { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("'\(sql)' never was \(answer)")
    }

    private static func expectSound(_ world: RestoreWorld) async throws {
        let run = try await world.binary("verify", world.store, "--json")
        #expect(run.status == 0, "\(run)")
        for backup in try run.verification().backups {
            #expect(backup.level == "inspected" && backup.errors.isEmpty, "\(backup)")
        }
        for (label, rows) in [("20251101T000000", "0"), ("20251102T000000", "5000")] {
            let restored = try await world.restore("--backup", label)
            #expect(restored.status == 0, "\(label): \(restored)")
            let later = try await world.restoredRows("SELECT count(*) FROM t WHERE md5 = 'later'")
            #expect(later == rows, "\(label)")
            try await world.cluster.program("pg_checksums")(["--check", "-D", world.target])
            try world.removeRestored()
        }
    }

    /// With a segment of either timeline or the history of the later one lost, it cannot be recovered.
    private static func expectRanges(_ world: RestoreWorld) async throws {
        let source = "\(world.store)/20251102T000000"
        let manifest = try BackupManifest.parse(
            Array(try Data(contentsOf: URL(filePath: "\(source)/backup_manifest"))))
        #expect(manifest.walRanges.map(\.timeline).sorted() == [1, 2], "\(manifest.walRanges)")
        for name in [/00000001.{16}/, /00000002.{16}/, /00000002\.history/] {
            let surgeon = try BackupSurgeon(copying: source, to: world.directory.path("lost/x"))
            let place = try #require(
                surgeon.wal?.members.firstIndex { $0.name.wholeMatch(of: name) != nil })
            let lost = surgeon.wal?.members.remove(at: place).name ?? ""
            try await expect(["WAL_GAP"], naming: lost, surgeon, world)
        }
        let surgeon = try BackupSurgeon(copying: source, to: world.directory.path("lost/x"))
        let place = try #require(surgeon.wal?.members.firstIndex { $0.name == "00000002.history" })
        surgeon.wal?.members[place].content = Array("1\t0/1000\tno recovery target specified\n".utf8)
        surgeon.wal?.members[place].seal()
        try await expect(["WAL_INVALID"], naming: "00000002.history", surgeon, world)
    }

    private static func expect(
        _ codes: [String], naming name: String, _ surgeon: BackupSurgeon, _ world: RestoreWorld
    ) async throws {
        try await surgeon.write()
        let store = world.directory.path("lost")
        let run = try await world.binary("verify", store, "--json", "--no-history")
        let found = try #require(try run.verification().backups.first).errors
        #expect(run.status == 1 && found.map(\.code) == codes, "\(name): \(found)")
        #expect(found.first?.message.contains(name) == true, "\(found)")
        try FileManager.default.removeItem(atPath: store)
    }
}
