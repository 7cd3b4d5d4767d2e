// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

/// A cluster whose configuration lies outside of its data directory, so that no backup has it.
@Suite(
    "a cluster of Debian", .serialized,
    .enabled(if: geteuid() == 0, "its access rules are for the user postgres"))
struct DebianClusterTests {
    private static let limits = ["max_connections = 321", "max_prepared_transactions = 7"]

    /// Shows a world with a backup that has no configuration.
    private static func with(_ body: @Sendable (RestoreWorld) async throws -> Void) async throws {
        try await RestoreWorld.with(.v15, settings: limits, hasTablespace: false) { world in
            try await world.backUp("base", ["-Fp"], hasSums: false)
            for name in ["postgresql.conf", "pg_hba.conf", "pg_ident.conf", "backup_manifest"] {
                try FileManager.default.removeItem(atPath: "\(world.store)/base/\(name)")
            }
            try await writeSumFile(in: "\(world.store)/base")
            try await body(world)
        }
    }

    /// The folder of a configuration, as in /etc/postgresql/15/main.
    private static func makeConfiguration(_ world: RestoreWorld) throws -> String {
        let folder = try world.directory.makeDirectory("etc")
        let main = """
            data_directory = '\(world.cluster.dataDirectory)'
            hba_file = '\(folder)/pg_hba.conf'
            ident_file = '\(folder)/pg_ident.conf'
            external_pid_file = '\(world.directory.path("main.pid"))'
            max_connections = 400
            max_prepared_transactions = 7
            include_dir = 'conf.d'
            """
        for (name, text) in [
            ("postgresql.conf", main), ("pg_hba.conf", "local all all trust\n# ours\n"),
            ("pg_ident.conf", "# ours\n"), ("start.conf", "auto\n"),
            ("conf.d/memory.conf", "work_mem = 7MB\n"),
            ("conf.d/ignored", "no setting"),
        ] {
            try world.directory.write(Array(text.utf8), to: "etc/\(name)")
        }
        return folder
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `starts with the least that is made for it, and the commands that are told`() async throws {
        try await Self.with { world in
            let plan = try await world.restore("--dry-run")
            #expect(plan.status == 0 && plan.output.contains("the backup has no postgresql.conf"), "\(plan)")
            let run = try await world.restore("--json")
            #expect(run.status == 0, "\(run)")
            let document = try JSONDecoder().decode(Document.self, from: Data(run.output.utf8))
            #expect(document.made == ["postgresql.conf", "pg_hba.conf", "pg_ident.conf"])
            #expect(document.firstStart.allSatisfy { $0.weight == "note" }, "\(document)")
            let shown = try await world.restoredRows(
                "SELECT current_setting('max_connections'), current_setting('max_prepared_transactions'), count(*) FROM t"
            )
            #expect(shown == "321|7|5000")
            let direct = try #require(document.startCommands.direct)
            let socket = try world.cluster.makeDirectory("told-socket")
            try await Program("sh")([
                "-c", "\(direct) -o '-c port=5432 -c unix_socket_directories=\(socket) -c listen_addresses='",
            ])
            let rows = try await world.cluster.program("psql")(
                [
                    "-X", "-A", "-t", "-h", socket, "-d", "postgres", "-U", "postgres", "-c",
                    "SELECT count(*) FROM t",
                ])
            try await world.cluster.program("pg_ctl")(
                ["stop", "-D", world.target, "-m", "fast", "-w", "-s"], in: socket)
            #expect(rows == "5000\n")
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)), arguments: [[], ["--no-start"]])
    func `takes the configuration that is brought, without the places that it names`(words: [String])
        async throws
    {
        try await Self.with { world in
            let folder = try Self.makeConfiguration(world)
            let plan = try await world.restore(["--conf", folder, "--dry-run"])
            #expect(plan.output.contains("external_pid_file was"), "\(plan)")
            #expect(plan.output.contains("(the line is taken out)"), "\(plan)")
            let run = try await world.restore(words + ["--conf", folder])
            #expect(run.status == 0, "\(run)")
            for name in ["data_directory", "hba_file", "ident_file", "external_pid_file"] {
                #expect(run.output.contains("\(name) was"), "\(run)")
            }
            #expect(!run.output.contains("made:"), "\(run)")
            let shown = try await world.restoredRows(
                "SELECT current_setting('work_mem'), current_setting('max_connections'), current_setting('data_directory')",
            )
            #expect(shown == "7MB|400|\(world.target)")
            #expect(!FileManager.default.fileExists(atPath: world.directory.path("main.pid")))
            let others = try await Program("find")([
                world.target, "!", "-user", "postgres", "-o", "-perm", "/7",
            ])
            #expect(others == "")
            #expect(!FileManager.default.fileExists(atPath: "\(world.target)/conf.d/ignored"))
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(20)))
    func `takes nothing through a link that leads out of the folder that is brought`() async throws {
        try await Self.with { world in
            let folder = try Self.makeConfiguration(world)
            let link = "\(folder)/conf.d/secret.conf"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/etc/shadow")
            let run = try await world.restore("--conf", folder)
            #expect(run.status == 14 && run.errors.contains("leads out of that folder"), "\(run)")
            #expect(world.isUntouched)
            let missing = try await world.restore("--conf", world.directory.path("nowhere"))
            #expect(missing.status == 3 && world.isUntouched, "\(missing)")
        }
    }

    @Test(
        Requires.postgres(.v15), .timeLimit(.minutes(20)),
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/bin/pg_createcluster"),
            "postgresql-common is not installed"))
    func `is looked after by Debian's own tools with the commands that are told`() async throws {
        try await Self.with { world in
            let folder = try Self.makeConfiguration(world)
            let name = "pgb\(UInt32.random(in: 0...UInt32.max))"
            let target = world.directory.path(name)
            let run = try await world.binary.run([
                "restore", world.store, "--target", target, "--conf", folder, "--yes", "--json",
            ])
            #expect(run.status == 0, "\(run)")
            let document = try JSONDecoder().decode(Document.self, from: Data(run.output.utf8))
            let copied = document.startCommands.debian.filter { $0.contains("cp -a ") }
            #expect(copied.count == 2 && copied[1].contains("/start.conf "), "\(document)")
            let script = (["set -e"] + document.startCommands.debian).joined(separator: "\n")
            let outcome: Result<String, any Error>
            do { outcome = .success(try await Self.rows(of: name, startedBy: script)) } catch {
                outcome = .failure(error)
            }
            _ = try? await Program("pg_dropcluster")(["15", name, "--stop"])
            // What was copied there by hand it leaves.
            try? FileManager.default.removeItem(atPath: "/etc/postgresql/15/\(name)")
            #expect(try outcome.get() == "7MB|5000|\(target)\n")
        }
    }

    private static func rows(of name: String, startedBy script: String) async throws -> String {
        try await Program("sh")(["-c", script])
        let sql = "SELECT current_setting('work_mem'), count(*), current_setting('data_directory') FROM t"
        return try await Program("runuser")([
            "-u", "postgres", "--", "psql", "--cluster", "15/\(name)", "-X", "-A", "-t", "-d", "postgres",
            "-c", sql,
        ])
    }

    private struct Document: Decodable {
        struct Remark: Decodable {
            var weight, message: String
        }
        struct Commands: Decodable {
            var direct: String?
            var debian: [String]
        }
        var made: [String]
        var firstStart: [Remark]
        var startCommands: Commands
    }
}
