// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Diagnostics
import Foundation
import Glibc
import RestoreKit
import TestKit
import Testing

@testable import PrivatePostgres

@Suite("a private server", .serialized)
struct PrivateServerTests {
    @Test(Requires.postgres(.v15, .v16, .v18), arguments: PostgresCluster.Version.allCases)
    func `recovers a backup to its end and shuts down`(version: PostgresCluster.Version) async throws {
        try await PostgresCluster.with(
            version, initdb: ["--data-checksums", "--wal-segsize=1"],
            settings: [
                "max_connections = 300", "max_prepared_transactions = 5", "max_locks_per_transaction = 100",
                "max_worker_processes = 11", "track_commit_timestamp = on", "wal_level = logical",
            ]
        ) { cluster in
            let stamp = "SELECT pg_xact_commit_timestamp(xmin) FROM t LIMIT 1"
            try await cluster.psql("CREATE TABLE t AS SELECT n FROM generate_series(1, 1000) n")
            try await cluster.psql("BEGIN; INSERT INTO t VALUES (0); PREPARE TRANSACTION 'waiting'")
            let expected = try await cluster.psql(stamp)
            let restored = try await RestoredDirectory.take(of: cluster)
            let settings = try restored.bytes(of: "postgresql.auto.conf")
            try await cluster.psql("INSERT INTO t VALUES (-1)")

            let found = try await restored.recover(
                to: .endOfBackup,
                query: """
                    SELECT count(*) FROM t; SELECT gid FROM pg_prepared_xacts; SHOW max_connections;
                    SHOW wal_level; \(stamp)
                    """)
            #expect(!expected.isEmpty && found.result == "1000\nwaiting\n300\nlogical\n\(expected)")
            #expect(found.outcome.target == 1 && found.outcome.timeline == 2)
            #expect(found.outcome.seconds > 0)
            #expect(try restored.bytes(of: "postgresql.auto.conf") == settings)
            try restored.expectNothingLeft()
            let control = try ControlFile.parse(restored.bytes(of: "global/pg_control"))
            #expect(control.clusterState == .shutDown && control.timeline == 2)
        }
    }

    @Test(Requires.postgres(.v15))
    func `goes on with the limits that the origin raised after the backup had begun`() async throws {
        try await TemporaryDirectory.with { place in
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: place.path)
            try await PostgresCluster.with(
                .v15, initdb: ["--wal-segsize=1"],
                settings: WALDirectory.settings(place.path) + ["max_prepared_transactions = 0"]
            ) { cluster in
                let restored = try await RestoredDirectory.take(of: cluster)
                try await cluster.psql("ALTER SYSTEM SET max_prepared_transactions = 7")
                try await cluster.stop()
                try await cluster.start()
                try await cluster.psql("CREATE TABLE t (n int)")
                try await cluster.psql("BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'late'")
                try await cluster.stop()

                let archive = try WALDirectory(place.path, for: cluster)
                let found = try await restored.recover(
                    to: .endOfWAL, archive.command, query: "SELECT gid FROM pg_prepared_xacts")
                #expect(found.result == "late")
                try restored.expectNothingLeft()
            }
        }
    }

    @Test(Requires.postgres(.v15))
    func `tells of a process that was killed, whatever fails because of it`() async throws {
        try await PostgresCluster.with(.v15, initdb: ["--wal-segsize=1"]) { cluster in
            let restored = try await RestoredDirectory.take(of: cluster)
            try await onPlainThread {
                var server = restored.server(.endOfBackup)
                server.limits = ServerLimits(time: .seconds(600))
                let error = #expect(throws: PrivatePostgresError.self) {
                    try server.recover(cancellation: Cancellation()) {
                        (connection) throws(PrivatePostgresError) -> Void in
                        let query = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'"
                        guard let checkpointer = Int32(restored.rows(of: query, connection)) else { return }
                        kill(checkpointer, SIGKILL)
                        // As long as the server needs to see it.
                        sleep(1)
                        throw .failed("asking", reason: "the server is gone", hint: "none")
                    }
                }
                #expect(error?.message == "the server was killed (signal 9)")
            }
            try restored.expectNothingLeft()
        }
    }

    @Test(Requires.postgres(.v18))
    func `runs and writes nothing that the backup's settings name`() async throws {
        try await PostgresCluster.with(.v18, initdb: ["--wal-segsize=1"]) { cluster in
            let restored = try await RestoredDirectory.take(of: cluster)
            let canaries = try cluster.makeDirectory("canaries")
            let hostile =
                [
                    "restore_command", "archive_command", "archive_cleanup_command", "recovery_end_command",
                    "ssl_passphrase_command",
                ].map { "\($0) = 'touch \(canaries)/\($0)'\n" } + [
                    "archive_mode = on\n", "external_pid_file = '\(canaries)/pid'\n",
                    "logging_collector = on\n", "log_directory = '\(canaries)'\n",
                    "unix_socket_directories = '\(canaries)'\n", "shared_preload_libraries = 'canary'\n",
                    "primary_conninfo = 'host=127.0.0.1'\n", "listen_addresses = '*'\n",
                    "hba_file = '\(canaries)/hba'\n", "recovery_target = ''\n",
                    "recovery_target_name = 'never'\n",
                ]
            for file in ["postgresql.conf", "postgresql.auto.conf"] {
                try restored.append(hostile.joined(), to: file)
            }
            let before = try restored.bytes(of: "postgresql.auto.conf")
            try Data().write(to: URL(filePath: "\(restored.path)/standby.signal"))
            let found = try await restored.recover(to: .endOfBackup, query: "SHOW listen_addresses; SELECT 1")
            #expect(found.result == "\n1" || found.result == "1")
            #expect(try FileManager.default.contentsOfDirectory(atPath: canaries) == [])
            #expect(try restored.bytes(of: "postgresql.auto.conf") == before)
            #expect(!restored.holds("standby.signal"))
            try restored.expectNothingLeft()
        }
    }

    @Test(Requires.postgres(.v16))
    func `that was left behind is stopped, and the directory is as it was`() async throws {
        try await PostgresCluster.with(.v16, initdb: ["--wal-segsize=1"]) { cluster in
            let restored = try await RestoredDirectory.take(of: cluster)
            try restored.append("work_mem = '7MB'\n", to: "postgresql.auto.conf")
            let before = try restored.bytes(of: "postgresql.auto.conf")
            let server = restored.server(.endOfBackup)
            try await onPlainThread { try Self.leaveBehind(server) }
            guard case .live = ServerPresence.of(restored.path) else {
                Issue.record("the server does not run")
                return
            }
            let refused = try await failure { () throws(PrivatePostgresError) in
                _ = try server.recover(cancellation: Cancellation()) { _ throws(PrivatePostgresError) in () }
            }
            #expect(refused?.exitStatus == .unsafeOperation)
            #expect(restored.holds(KeptSettings.kept) && !restored.holds("postgresql.auto.conf"))

            #expect(try LeftoverServer.stop(in: restored.path, cancellation: Cancellation()))
            #expect(try !LeftoverServer.stop(in: restored.path, cancellation: Cancellation()))
            try PrivateServer.repair(restored.path, owner: restored.launcher.owner)
            #expect(try restored.bytes(of: "postgresql.auto.conf") == before)
            #expect(ServerPresence.of(restored.path) == .none)
        }
    }

    /// What is there after a SIGKILL of who recovers: all but the one who waits.
    private static func leaveBehind(_ server: PrivateServer) throws {
        _ = try ServerSession(server, Cancellation()) { _ in }
    }

    @Test(Requires.postgres(.v15))
    func `of somebody else is never stopped`() async throws {
        try await PostgresCluster.with(.v15, initdb: ["--wal-segsize=1"]) { cluster in
            do throws(PrivatePostgresError) {
                try LeftoverServer.stop(in: cluster.dataDirectory, cancellation: Cancellation())
                Issue.record("a server that is not ours was stopped")
            } catch {
                #expect(error.exitStatus == .unsafeOperation)
            }
            #expect(throws: PrivatePostgresError.self) { try ServerPresence.refuse(cluster.dataDirectory) }
            let answer = try await cluster.psql("SELECT 1")
            #expect(answer == "1")
        }
    }

    @Test(Requires.postgres(.v15))
    func `ends when it is asked to, when nothing happens any more, or when the archive fails`() async throws {
        try await PostgresCluster.with(.v15, initdb: ["--wal-segsize=1"]) { cluster in
            let restored = try await RestoredDirectory.take(of: cluster)
            let program = "\(try cluster.makeDirectory("slow"))/fetch"
            try Data("#!/bin/sh\nexec sleep 600\n".utf8).write(to: URL(filePath: program))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
            let slow = RestoreCommand(program: program, arguments: [], needsNetwork: false)
            let cancellation = Cancellation()
            cancellation.request(.terminated)
            let interrupted = try await failure { () throws(PrivatePostgresError) in
                _ = try restored.server(.endOfWAL, slow).recover(cancellation: cancellation) {
                    _ throws(PrivatePostgresError) in ()
                }
            }
            #expect(interrupted == .interrupted(.terminated))
            try restored.expectNoServer()

            let stalled = try await failure { () throws(PrivatePostgresError) in
                var server = restored.server(.endOfWAL, slow)
                server.patience = .seconds(2)
                _ = try server.recover(cancellation: Cancellation()) { _ throws(PrivatePostgresError) in () }
            }
            #expect(stalled?.message.contains("nothing happened for 2 seconds") == true, "\(stalled as Any)")
            try restored.expectNoServer()

            try Data("#!/bin/sh\nexit 126\n".utf8).write(to: URL(filePath: program))
            let broken = try await failure { () throws(PrivatePostgresError) in
                _ = try restored.server(.endOfWAL, slow).recover(cancellation: Cancellation()) {
                    _ throws(PrivatePostgresError) in ()
                }
            }
            #expect(
                broken?.message.contains("the archive of WAL could not be read") == true, "\(broken as Any)")
            try restored.expectNoServer()
        }
    }
}
