// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

/// WAL names the directories of tablespaces by their absolute paths; on the origin's machine they are live.
@Suite("tablespaces that WAL makes", .serialized)
struct LaterTablespacesTests {
    @Test(
        Requires.postgres(.v15, .v16, .v18), .timeLimit(.minutes(20)),
        arguments: PostgresCluster.Version.allCases)
    func `are restored to where they were mapped, and the origin's stay as they are`(
        version: PostgresCluster.Version
    ) async throws {
        try await Self.with(version) { world, archive in
            try await world.backUp("base", ["-Ft", "-z"])
            let later = try await Self.makeTablespace(world, "later")
            try await world.cluster.psql("SELECT pg_switch_wal()")
            let origin = try await world.dump()
            let live = try await Self.content(of: later.directory, world)

            let planned = try await world.restore("--wal-archive", archive, "--dry-run")
            #expect(planned.output.contains(Self.hasNoPlace(later)), "\(planned)")
            let earlier = try await world.restore(
                "--wal-archive", archive, "--to-lsn", later.before, "--dry-run")
            #expect(!earlier.output.contains(later.oid), "\(earlier)")

            let stopped = try await world.restore("--wal-archive", archive)
            #expect(stopped.status == 17, "\(stopped)")
            #expect(
                stopped.errors.contains("makes tablespace \(later.oid) in '\(later.directory)'"), "\(stopped)"
            )
            #expect(stopped.errors.contains("--map \(later.oid)=DIR"), "\(stopped)")
            #expect(try await Self.content(of: later.directory) == live)

            let place = world.directory.path("placed")
            let words = ["--wal-archive", archive, "--map", "\(later.oid)=\(place)"]
            let gone = try await world.restore(words + ["--json"])
            #expect(gone.status == 0, "\(gone)")
            #expect(try gone.document(RestoredDocument.self).phases.allSatisfy { $0.name != "stream" })
            #expect(try await Self.content(of: later.directory) == live)
            let link = "\(world.target)/pg_tblspc/\(later.oid)"
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == place)
            #expect(try await world.restoredDump() == origin)
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `are found in the backup's own WAL, too`() async throws {
        try await Self.with(.v15) { world, _ in
            try await world.cluster.psql(
                "CREATE TABLE large AS SELECT g, repeat(md5(g::text), 30) FROM generate_series(1, 12000) g")
            async let taken: Void = world.backUp("base", ["-Ft", "-X", "stream", "--max-rate", "6M"])
            try await Task.sleep(for: .seconds(2))
            let later = try await Self.makeTablespace(world, "meanwhile")
            try await taken
            let origin = try await world.dump()
            let live = try await Self.content(of: later.directory, world)
            let planned = try await world.restore("--dry-run")
            #expect(planned.output.contains(Self.hasNoPlace(later)), "\(planned)")
            let stopped = try await world.restore()
            #expect(stopped.status == 17 && stopped.errors.contains("--map \(later.oid)=DIR"), "\(stopped)")
            let place = world.directory.path("placed")
            let done = try await world.restore("--map", "\(later.oid)=\(place)")
            #expect(done.status == 0, "\(done)")
            #expect(try await world.restoredDump() == origin)
            #expect(try await Self.content(of: later.directory) == live)
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `are held by the first start of the user's own, too`() async throws {
        try await Self.with(.v15) { world, archive in
            try await world.backUp("base", ["-Fp"])
            let later = try await Self.makeTablespace(world, "later")
            try await world.cluster.psql("SELECT pg_switch_wal()")
            let live = try await Self.content(of: later.directory, world)
            let place = world.directory.path("placed")
            let run = try await world.restore(
                "--wal-archive", archive, "--map", "\(later.oid)=\(place)", "--no-start")
            #expect(run.status == 0, "\(run)")
            let sql = "SELECT count(*), pg_is_in_recovery() FROM v"
            let rows = try await world.restoredRows(sql, until: "5000|f")
            #expect(rows == "5000|f")
            #expect(try await Self.content(of: later.directory) == live)
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `that were dropped again leave nothing behind`() async throws {
        try await Self.with(.v15) { world, archive in
            try await world.backUp("base", ["-Ft"])
            let later = try await Self.makeTablespace(world, "later")
            try await world.cluster.psql("DROP DATABASE other")
            try await world.cluster.psql("DROP TABLE v")
            try await world.cluster.psql("DROP TABLESPACE later")
            try await world.cluster.psql("SELECT pg_switch_wal()")
            let origin = try await world.dump()
            let place = world.directory.path("placed")
            let run = try await world.restore("--wal-archive", archive, "--map", "\(later.oid)=\(place)")
            #expect(run.status == 0, "\(run)")
            #expect(try await world.restoredDump() == origin)
        }
    }

    // MARK: What the tests above are written with

    private struct Tablespace: Sendable {
        var oid: String
        var directory: String
        /// Where WAL ended before it was made.
        var before: String
    }

    private static func hasNoPlace(_ later: Tablespace) -> Regex<Substring> {
        let pattern =
            "\(later.oid) \\(was in '\(later.directory)'\\) is made by WAL at [0-9A-F/]+: IT HAS NO PLACE"
        return (try? Regex(pattern, as: Substring.self)) ?? /(?!)/
    }

    private static func with(
        _ version: PostgresCluster.Version,
        _ body: @Sendable (RestoreWorld, String) async throws -> Void
    ) async throws {
        let settings = [
            "autovacuum = off", "archive_mode = on", "archive_command = 'cp %p ../archive/%f'",
        ]
        try await RestoreWorld.with(version, settings: settings, hasTablespace: false) { world in
            try await body(world, try world.cluster.makeDirectory("archive"))
        }
    }

    /// With a table and a database in it.
    private static func makeTablespace(_ world: RestoreWorld, _ name: String) async throws -> Tablespace {
        let directory = try world.cluster.makeDirectory("live-\(name)")
        let before = try await world.cluster.psql("SELECT pg_current_wal_insert_lsn()")
        try await world.cluster.psql("CREATE TABLESPACE \(name) LOCATION '\(directory)'")
        try await world.cluster.psql("CREATE TABLE v TABLESPACE \(name) AS SELECT * FROM t")
        try await world.cluster.psql("CREATE DATABASE other TABLESPACE \(name)")
        let oid = try await world.cluster.psql("SELECT oid FROM pg_tablespace WHERE spcname = '\(name)'")
        try await world.cluster.psql("CHECKPOINT")
        return Tablespace(oid: oid, directory: directory, before: before)
    }

    /// Of a tablespace of the running cluster, once all of it is on disk.
    private static func content(of directory: String, _ world: RestoreWorld) async throws -> String {
        try await world.cluster.psql("CHECKPOINT")
        return try await content(of: directory)
    }

    /// A digest of every file's name, time and bytes.
    private static func content(of directory: String) async throws -> String {
        try await Program("sh")([
            "-c",
            "cd '\(directory)' && find . -printf '%p %T@ %s %i\\n' | sort && find . -type f -exec sha256sum {} + | sort",
        ])
    }
}
