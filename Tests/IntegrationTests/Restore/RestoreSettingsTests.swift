// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("a restored server", .serialized)
struct RestoreSettingsTests {
    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `has the settings and the access rules that were given, and those that scripts set`() async throws {
        try await RestoreWorld.with(.v15, hasTablespace: false) { world in
            try await world.backUp("base", ["-Ft", "-z"])
            let settings = "work_mem = '7MB'\nmaintenance_work_mem = '70MB'"
            try world.directory.write(Array(settings.utf8), to: "auto.conf")
            try world.directory.write(Array("local all all trust\n# ours\n".utf8), to: "hba.conf")
            let sql = "ALTER SYSTEM SET maintenance_work_mem = '77MB';\nALTER SYSTEM SET jit = off;\n"
            try world.directory.write(Array(sql.utf8), to: "scripts/1.sql")
            let further = "CREATE DATABASE other;\n\\c other\nCREATE TABLE there ();\n"
            try world.directory.write(Array(further.utf8), to: "scripts/2.sql")
            var binary = world.binary
            binary.environment["POST_INIT_SCRIPT_USER"] = "postgres"
            binary.environment["POST_INIT_SCRIPT_DATABASE"] = "postgres"
            let files = ["-c", world.directory.path("auto.conf"), "--hba", world.directory.path("hba.conf")]
            let run = try await world.restore(
                files + ["-I", world.directory.path("scripts")], by: binary)
            #expect(run.status == 0, "\(run)")
            let kept = try String(contentsOfFile: "\(world.target)/postgresql.auto.conf", encoding: .utf8)
            #expect(kept == settings + "\nmaintenance_work_mem = '77MB'\njit = 'off'\n")
            let shown = try await world.restoredRows(
                "SELECT string_agg(setting, ',' ORDER BY name) FROM pg_settings WHERE name IN ('work_mem', 'maintenance_work_mem', 'jit')"
            )
            #expect(shown == "off,78848,7168")
            let rules = try await world.restoredRows("SELECT count(*) FROM pg_hba_file_rules")
            #expect(rules == "1")
            let other = try await world.withRestored { connection in
                try await world.cluster.program("psql")(
                    ["-X", "-q", "-A", "-t"] + connection
                        + ["-d", "other", "-c", "SELECT count(*) FROM pg_class WHERE relname = 'there'"])
            }
            #expect(other.trimmingCharacters(in: .newlines) == "1", "\\c goes to another database")
            let phases = try binary.query("SELECT name FROM restore_phase ORDER BY rowid")
            #expect(
                Set(phases).isSuperset(of: [
                    "download", "write", "stream", "sync", "recover", "scripts", "switch",
                ]), "\(phases)")
            try world.removeRestored()
            try await Self.expectUnread(world)
        }
    }

    /// What would keep any server from starting is not read by ours, and is put in its place byte for byte.
    private static func expectUnread(_ world: RestoreWorld) async throws {
        let settings = Data("shared_preload_libraries = 'no_such_library'\narchive_mode = off".utf8)
        try world.directory.write(Array(settings), to: "odd.conf")
        let run = try await world.restore("-c", world.directory.path("odd.conf"))
        #expect(run.status == 0, "\(run)")
        #expect(FileManager.default.contents(atPath: "\(world.target)/postgresql.auto.conf") == settings)
        try world.removeRestored()
    }

    @Test(
        Requires.postgres(.v15, .v18), .timeLimit(.minutes(20)),
        arguments: [PostgresCluster.Version.v15, .v18])
    func `follows its primary as a standby`(version: PostgresCluster.Version) async throws {
        try await RestoreWorld.with(version, hasTablespace: false) { world in
            try await world.backUp("base", ["-Ft", "-z"])
            try await world.cluster.psql("SELECT pg_create_physical_replication_slot('s', true)")
            let primary = "host=\(world.cluster.connection[1]) user=postgres"
            let run = try await world.restore(
                "--standby", "--primary-conninfo", primary, "--primary-slot", "s")
            #expect(run.status == 0 && run.output.contains("as a standby"), "\(run)")
            #expect(FileManager.default.fileExists(atPath: "\(world.target)/standby.signal"))
            #expect(!FileManager.default.fileExists(atPath: "\(world.target)/recovery.signal"))
            try await world.cluster.psql("CREATE TABLE later AS SELECT 1 AS a")
            try await world.withRestored { connection in
                let later = try await Self.rows(
                    "SELECT count(*) FROM pg_class WHERE relname = 'later'", until: "1", connection, world)
                #expect(later == "1")
                #expect(
                    try await Self.rows("SELECT pg_is_in_recovery()", until: "t", connection, world) == "t")
                #expect(try await world.cluster.psql("SELECT active FROM pg_replication_slots") == "t")
            }
            try world.removeRestored()
            let alone = try await world.restore("--standby")
            #expect(alone.status == 0 && alone.output.contains("no primary_conninfo given"), "\(alone)")
            #expect(FileManager.default.fileExists(atPath: "\(world.target)/standby.signal"))
            let settings = try String(
                contentsOfFile: "\(world.target)/postgresql.auto.conf", encoding: .utf8)
            #expect(!settings.contains("primary_conninfo"))
        }
    }

    /// While a script runs, no process shows its user's password to everybody; the server wants it, though.
    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `keeps the password of its scripts to itself`() async throws {
        try await RestoreWorld.with(.v15, hasTablespace: false) { world in
            try await world.cluster.psql("CREATE ROLE scripter SUPERUSER LOGIN PASSWORD 'open-sesame'")
            try await world.backUp("base", ["-Ft", "-z"])
            let seen = world.directory.path("seen")
            let look = "\\! for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline; echo; done > \(seen)\n"
            try world.directory.write(Array("SELECT 1;\n\(look)".utf8), to: "scripts/1.sql")
            try Data().write(to: URL(filePath: seen))
            try await Program("chmod")(["a+w", seen])
            var binary = world.binary
            binary.environment["POST_INIT_SCRIPT_USER"] = "scripter"
            binary.environment["POST_INIT_SCRIPT_DATABASE"] = "postgres"
            binary.environment["POST_INIT_SCRIPT_PASSWORD"] = "open-sesame"
            let run = try await world.restore("-I", world.directory.path("scripts"), by: binary)
            #expect(run.status == 0, "\(run)")
            let words = try String(contentsOfFile: seen, encoding: .utf8)
            #expect(words.contains("psql") && !words.contains("sesame"), "\(words)")
            try world.removeRestored()
            binary.environment["POST_INIT_SCRIPT_PASSWORD"] = "guessed"
            let refused = try await world.restore("-I", world.directory.path("scripts"), by: binary)
            #expect(refused.status == 17 && world.isUntouched, "\(refused)")
            #expect(!refused.errors.contains("guessed"), "\(refused)")
        }
    }

    @Test(
        Requires.postgres(.v15), .enabled(if: geteuid() == 0, "only root can be somebody else"),
        .timeLimit(.minutes(20)))
    func `belongs to the owner that was named`() async throws {
        try await RestoreWorld.with(.v15) { world in
            try await world.backUp("base", ["-Ft", "-z"])
            let run = try await world.restore("--owner", "nobody", "--no-start")
            #expect(run.status == 0, "\(run)")
            for place in [world.target, world.space] {
                let others = try await Program("find")([place, "!", "-user", "nobody"])
                #expect(others == "", "\(place)")
            }
        }
    }

    /// Asks until the answer is there, for half a minute at most.
    private static func rows(
        _ sql: String, until answer: String, _ connection: [String], _ world: RestoreWorld
    ) async throws -> String {
        var rows = ""
        for _ in 0..<1200 where rows != answer {
            rows = try await world.cluster.program("psql")(
                ["-X", "-q", "-A", "-t"] + connection + ["-d", "postgres", "-c", sql]
            ).trimmingCharacters(in: .newlines)
            if rows != answer { try await Task.sleep(for: .milliseconds(100)) }
        }
        return rows
    }

    @Test(
        Requires.postgres(.v15), .enabled(if: geteuid() == 0, "only root can be somebody else"),
        .timeLimit(.minutes(20)))
    func `is made by a user who is not root, and is that user's`() async throws {
        try await RestoreWorld.with(.v15, hasTablespace: false) { world in
            try await world.backUp("base", ["-Ft", "-z"])
            let mine = try world.directory.makeDirectory("mine")
            let user = "54321"
            try await Program("chown")(["-R", user, world.store, mine, world.binary.home.path])
            var binary = world.binary
            let somebody = ["setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups", "--"]
            binary.wrapper = somebody
            let run = try await binary(
                "restore", world.store, "--target", "\(mine)/db", "--pg-bin", world.cluster.binaries, "--yes")
            #expect(run.status == 0, "\(run)")
            let others = try await Program("find")(["\(mine)/db", "!", "-uid", user])
            #expect(others == "")
            let other = try await binary(
                "restore", world.store, "--target", "\(mine)/other", "--owner", "postgres", "--no-start",
                "--yes")
            #expect(other.status == 14 && other.errors.contains("only root"), "\(other)")
            let shell = """
                pg_ctl=\(world.cluster.binaries)/pg_ctl; cd \(mine)
                $pg_ctl start -D db -l log -w -s -o "-c unix_socket_directories=\(mine) -c listen_addresses="
                \(world.cluster.binaries)/psql -X -A -t -h \(mine) -U postgres -d postgres -c 'SELECT count(*) FROM t'
                $pg_ctl stop -D db -m fast -w -s
                """
            let rows = try await Program(somebody[0])(Array(somebody.dropFirst()) + ["sh", "-c", shell])
            #expect(rows == "5000\n")
        }
    }
}
