// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

/// Exit 0 means that the databases are there.
@Suite("what a restore sees inside", .serialized)
struct InsideTests {
    struct Document: Decodable {
        struct Inside: Decodable {
            struct Finding: Decodable {
                var code: String
                var severity: String
                var message: String
            }
            var databases: Int?
            var findings: [Finding]
        }
        var inside: Inside?
        var isResumed: Bool
        var phases: [RestoredDocument.Phase]
    }

    @Test(
        Requires.postgres(.v15, .v18), .timeLimit(.minutes(20)),
        arguments: [PostgresCluster.Version.v15, .v18])
    func `a database that was dropped after the goal is whole, or named with the goal that gives it back`(
        version: PostgresCluster.Version
    ) async throws {
        try await Self.withArchive(version) { world, archive in
            try await world.cluster.psql("CREATE DATABASE shop")
            try await world.cluster.psql(
                "CREATE TABLE x AS SELECT * FROM generate_series(1, 10) g", database: "shop")
            try await world.backUp("base", ["-Ft"])
            try await world.cluster.psql("INSERT INTO x VALUES (11)", database: "shop")
            try await Task.sleep(for: .milliseconds(1100))
            let time = try await world.cluster.psql("SELECT now()")
            try await Task.sleep(for: .milliseconds(1100))
            try await world.cluster.psql("DROP DATABASE shop")
            try await world.cluster.psql("CREATE TABLE later ()")
            try await world.cluster.psql("SELECT pg_switch_wal()")
            let words = ["--wal-archive", archive, "--to-time", time]

            // Nothing was committed since the drop was begun, so its beginning is what was asked for.
            let whole = try await world.restore(words + ["--json"])
            #expect(whole.status == 0, "\(whole)")
            let told = try whole.document(Document.self).inside?.findings ?? []
            #expect(told.map(\.code) == ["ENDED_EARLIER"] && told[0].message.contains("'shop'"), "\(whole)")
            #expect(try await Self.rows(world) == "11")
            try world.removeRestored()
            // A trial has no copy of the files, and comes to the same.
            let trials = try world.directory.makeDirectory("trials")
            let tried = try await world.binary.run(
                [
                    "trial", world.store, "--scratch", trials, "--pg-bin", world.cluster.binaries,
                    "--no-history",
                ]
                    + words)
            #expect(tried.status == 0 && tried.output.contains("lies inside a DROP"), "\(tried)")

            // Once scripts have run, nobody begins again without being asked.
            var scripting = world.binary
            scripting.environment["POST_INIT_SCRIPT_USER"] = "postgres"
            scripting.environment["POST_INIT_SCRIPT_DATABASE"] = "postgres"
            let scripts = try world.directory.makeDirectory("scripts")
            try Data("SELECT 1;".utf8).write(to: URL(filePath: "\(scripts)/1.sql"))
            let lost = try await world.restore(words + ["-I", scripts], by: scripting)
            #expect(lost.status == 17, "\(lost)")
            #expect(lost.errors.contains("database 'shop' is a row without its directory"), "\(lost)")
            #expect(FileManager.default.fileExists(atPath: world.staging))
            #expect(!FileManager.default.fileExists(atPath: world.target))
            let position = try #require(lost.errors.firstMatch(of: /--to-lsn ([0-9A-F]+\/[0-9A-F]+)/)?.1)

            // Nobody has to read it again to take it as it is.
            let taken = try await world.restore(
                words + ["-I", scripts, "--accept-unreachable", "shop", "--json"], by: scripting)
            #expect(taken.status == 0, "\(taken)")
            let document = try taken.document(Document.self)
            #expect(document.isResumed && document.phases.allSatisfy { $0.name != "stream" })
            #expect(document.inside?.findings.map(\.severity) == ["warning"], "\(taken)")
            try world.removeRestored()

            let back = try await world.restore("--wal-archive", archive, "--to-lsn", String(position))
            #expect(back.status == 0, "\(back)")
            #expect(try await Self.rows(world) == "11")
        }
    }

    /// How many there are in the database that was dropped.
    private static func rows(_ world: RestoreWorld) async throws -> String {
        try await world.withRestored { connection in
            try await world.cluster.program("psql")(
                ["-X", "-q", "-A", "-t"] + connection + ["-d", "shop", "-c", "SELECT count(*) FROM x"])
        }.trimmingCharacters(in: .newlines)
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `nobody can connect to ends a restore, whatever the reason`() async throws {
        try await RestoreWorld.with(.v15) { world in
            try await world.cluster.psql("CREATE DATABASE half")
            try await world.cluster.psql("CREATE DATABASE \"fremde \"\" 'Sprache\"")
            try await world.cluster.psql(
                "UPDATE pg_database SET datconnlimit = -2 WHERE datname = 'half'")
            try await world.cluster.psql(
                "UPDATE pg_database SET datcollate = 'xx_XX.UTF-8', datctype = 'xx_XX.UTF-8' WHERE datname LIKE 'fremde%'"
            )
            try await world.cluster.psql(
                "INSERT INTO pg_tablespace (oid, spcname, spcowner) VALUES (77777, 'gone', 10)")
            try await world.backUp("base", ["-Ft"])
            let all = try await world.restore()
            #expect(all.status == 17, "\(all)")
            #expect(all.errors.contains("database 'half' is invalid"), "\(all)")
            #expect(all.errors.contains(#"database 'fremde " 'Sprache' takes no connection"#), "\(all)")
            #expect(all.errors.contains("tablespace 'gone' (77777) is a row without its directory"), "\(all)")
            #expect(all.errors.contains("xx_XX.UTF-8"), "\(all)")
            #expect(all.errors.contains("localedef"), "\(all)")
            let again = try await world.restore("--accept-unreachable", "half")
            #expect(again.status == 17 && !again.errors.contains("'half'"), "\(again)")
            let names = ["half", "gone", #"fremde " 'Sprache"#]
            let taken = try await world.restore(names.flatMap { ["--accept-unreachable", $0] })
            #expect(taken.status == 0, "\(taken)")
        }
    }

    @Test(
        Requires.postgres(.v15, .v18), .timeLimit(.minutes(20)),
        arguments: [PostgresCluster.Version.v15, .v18])
    func `only worries is a warning`(version: PostgresCluster.Version) async throws {
        try await RestoreWorld.with(version, hasTablespace: false) { world in
            try await world.backUp("sound", ["-Ft"])
            let sound = try await world.restore("--json")
            #expect(sound.status == 0, "\(sound)")
            let inside = try #require(try sound.document(Document.self).inside)
            #expect(inside.findings.isEmpty && inside.databases == 2, "\(sound)")
            try world.removeRestored()

            // The wheel of 18 knows no ICU, and glibc gives its C locales no version.
            let locale = version == .v15 ? "LOCALE_PROVIDER icu ICU_LOCALE 'de' TEMPLATE template0" : ""
            try await world.cluster.psql("CREATE DATABASE sorted \(locale)")
            try await world.cluster.psql(
                "UPDATE pg_database SET datcollversion = '1.0' WHERE datname = 'sorted'")
            try await world.cluster.psql(
                """
                CREATE FUNCTION absent() RETURNS int LANGUAGE sql AS 'SELECT 1';
                UPDATE pg_proc SET prolang = 13, probin = '$libdir/nowhere-3', prosrc = 'f' WHERE proname = 'absent'
                """)
            try await world.cluster.psql(
                "ALTER DATABASE sorted SET session_preload_libraries = 'per_session'")
            try await Self.append(
                "shared_preload_libraries = 'pg_stat_statements, not_here'\nlc_time = 'xx_XX.UTF-8'\n", world)
            try await world.backUp("worries", ["-Ft"])
            let run = try await world.restore("--json")
            #expect(run.status == 0, "\(run)")
            let found = try #require(try run.document(Document.self).inside?.findings)
            let libraries = found.filter { $0.code == "LIBRARY_MISSING" }.map(\.message)
            for name in ["$libdir/nowhere-3", "not_here", "per_session"] {
                #expect(libraries.contains { $0.contains("'\(name)'") }, "\(run)")
            }
            #expect(
                found.contains { $0.code == "LOCALE_MISSING" && $0.message.contains("lc_time") }, "\(run)")
            #expect(found.allSatisfy { $0.severity == "warning" }, "\(run)")
            if version == .v15 {
                #expect(
                    found.contains { $0.code == "COLLATION_CHANGED" && $0.message.contains("'sorted'") },
                    "\(run)")
            }
            let history = try await world.binary("history", "restores", "--json")
            #expect(history.output.contains("LIBRARY_MISSING"), "\(history)")
            try world.removeRestored()

            let left = try await world.restore("--no-start")
            #expect(left.status == 0 && left.output.contains("nobody has looked inside"), "\(left)")
        }
    }

    // MARK: What the tests above are written with

    private static func withArchive(
        _ version: PostgresCluster.Version, _ body: @Sendable (RestoreWorld, String) async throws -> Void
    ) async throws {
        let settings = ["autovacuum = off", "archive_mode = on", "archive_command = 'cp %p ../archive/%f'"]
        try await RestoreWorld.with(version, settings: settings, hasTablespace: false) { world in
            try await body(world, try world.cluster.makeDirectory("archive"))
        }
    }

    private static func append(_ text: String, _ world: RestoreWorld) async throws {
        let path = "\(world.cluster.dataDirectory)/postgresql.conf"
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
    }
}
