// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

@Suite("trial restores that show something", .serialized)
struct FailedTrialTests {
    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `a broken btree fails it, and the backup before it is named`() async throws {
        try await TrialWorld.with(.v15, hasTablespace: false) { world in
            try await world.restore.backUp("20251101T000000", ["-Ft", "-z"])
            #expect(try await world.trial().status == 0)
            try await world.cluster.psql(CheckedCluster.brokenIndex)
            try await world.restore.backUp("20251102T000000", ["-Ft", "-z"])
            let (told, run) = try await world.told()
            #expect(run.status == 18 && told.level == "restored", "\(run)")
            #expect(told.failing == ["amcheck: failed"] && told.failure?.contains("fickle_index") == true)
            #expect(told.nextBest?.label == "20251101T000000")
            let words = try await world.trial("--backup", "20251102T000000")
            #expect(words.output.contains("TRIAL FAILED") && words.output.contains("Next best: 20251101T"))
            // What is switched off is not proven.
            let (less, _) = try await world.told(
                "--no-amcheck", "--no-tables", "--no-pages", "--no-notes", "--no-baseline")
            #expect(less.exitStatus == 0 && less.level == "restored" && less.checks.isEmpty)
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `a restore that checks ends before its last step, and goes on without`() async throws {
        try await TrialWorld.with(.v15, hasTablespace: false) { world in
            try await world.cluster.psql("CREATE EXTENSION amcheck; " + CheckedCluster.brokenIndex)
            try await world.restore.backUp("20251101T000000", ["-Ft", "-z"])
            let checked = try await world.restore.restore("--check", "--no-history")
            #expect(checked.status == 17 && checked.errors.contains("fickle_index"), "\(checked)")
            #expect(!FileManager.default.fileExists(atPath: world.restore.target))
            // What was recovered is kept, and asked again.
            let again = try await world.restore.restore("--check", "--no-history")
            #expect(again.status == 17 && again.errors.contains("fickle_index"), "\(again)")
            let taken = try await world.restore.restore("--no-history")
            #expect(taken.status == 0, "\(taken)")
            let refused = try await world.restore.restore("--check", "--no-start", "--no-history")
            #expect(refused.status == 14, "\(refused)")
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `a server that is killed is no fault of its backup, and what commands left is ended`() async throws {
        try await TrialWorld.with(.v15, hasTablespace: false) { world in
            try await world.restore.backUp("20251101T000000", ["-Ft", "-z"])
            let checks = try world.checks(
                """
                  - {name: fine, database: postgres, sql: SELECT 1, expect: = 1}
                  - name: kill
                    database: postgres
                    command:
                      - /bin/sh
                      - -c
                      - |
                        setsid sleep 4711.25 >/dev/null 2>&1 &
                        data=$(psql -XAtc 'SHOW data_directory')
                        for p in /proc/[0-9]*; do
                          [ "$p/cwd" -ef "$data" ] && grep -q checkpointer "$p/cmdline" && kill -9 "${p#/proc/}"
                        done
                        true
                """)
            let (told, run) = try await world.told("--checks", checks)
            #expect(run.status == 5 && told.failure == "the server was killed (signal 9)", "\(run)")
            #expect(told.checks.contains { $0.name == "fine" && $0.outcome == "passed" })
            #expect(told.level == nil && told.secondsToAnswer != nil)
            let left = try await Program("sh")(["-c", "pgrep -f 'sleep 4711[.]25' || true"])
            #expect(left.isEmpty, "\(left)")
            #expect(try await world.leavings() == [])
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `checks of its user that fail, hang or are wrong are told each in its own way`() async throws {
        try await TrialWorld.with(.v15, hasTablespace: false) { world in
            try await world.cluster.psql(
                """
                CREATE FUNCTION public.short() RETURNS int LANGUAGE plpgsql AS
                    $$ BEGIN RAISE 'no room' USING ERRCODE = '53100'; END $$
                """)
            try await world.restore.backUp("20251101T000000", ["-Ft", "-z"])
            let checks = try world.checks(
                """
                  - {name: few, database: postgres, sql: SELECT count(*) FROM public.t, expect: "> 9000"}
                  - {name: hanging, database: postgres, sql: SELECT pg_sleep(100), expect: = 1, timeout: 1s}
                  - {name: fine, database: postgres, sql: SELECT 1, expect: = 1}
                """)
            let (told, run) = try await world.told("--checks", checks)
            #expect(run.status == 18 && told.level == "restored", "\(run)")
            #expect(told.failing == ["few: failed", "hanging: hung"], "\(told.checks)")
            let wrong = try world.checks("  - {name: few, database: postgres, sql: SELECT 1, expects: = 1}")
            let refused = try await world.trial("--checks", wrong)
            #expect(refused.status == 14 && refused.errors.contains("line 2, column"), "\(refused)")
            // Nobody may take the silence of a check for a yes.
            let lost = try world.checks(
                "  - {name: smoke, database: postgres, command: [/no/such/program]}")
            let (unasked, _) = try await world.told("--checks", lost, "--no-amcheck")
            #expect(unasked.exitStatus == 5 && unasked.level == "restored", "\(unasked)")
            #expect(unasked.failure?.hasPrefix("smoke in 'postgres': the command could not be run") == true)
            let kept = try await world.trial("--checks", lost, "--promotable")
            #expect(kept.status == 14 && kept.errors.contains("is a command"), "\(kept)")
            // PostgreSQL's words that the machine fell short are no fault of the backup.
            let short = try world.checks(
                "  - {name: short, database: postgres, sql: SELECT public.short(), expect: = 1}")
            let (full, _) = try await world.told("--checks", short, "--no-amcheck")
            #expect(full.exitStatus == 5 && full.failing == ["short: not run"], "\(full)")
            #expect(full.failure?.contains("the disk is full (SQLSTATE 53100)") == true, "\(full)")
            let right = try world.checks("  - {name: few, database: postgres, sql: SELECT 1, expect: = 1}")
            let explained = try await world.binary("trial", "--checks", right, "--dry-run")
            #expect(explained.status == 0, "\(explained)")
            #expect(explained.output.contains("few: in database 'postgres', the query's one value is = 1"))
            #expect(try await world.leavings() == [])
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `a page that was damaged before the backup is found where the cluster has no page checksums`()
        async throws
    {
        try await PostgresCluster.with(.v15, initdb: ["--wal-segsize=1"]) { cluster in
            try await TemporaryDirectory.with { directory in
                try await cluster.psql(
                    "CREATE TABLE t AS SELECT g FROM generate_series(1, 5000) g; CHECKPOINT")
                let file = try await cluster.psql("SELECT pg_relation_filepath('t')")
                try await cluster.stop()
                let handle = try FileHandle(forUpdating: URL(filePath: "\(cluster.dataDirectory)/\(file)"))
                try handle.seek(toOffset: 8192)
                try handle.write(contentsOf: Data(repeating: 0xCA, count: 24))
                try handle.close()
                try await cluster.start()
                try await cluster.baseBackup(into: directory.path("store/20251101T000000"), ["-Ft", "-z"])
                try directory.makeDirectory("trials")
                let run = try await Binary()(
                    "trial", directory.path("store"), "--scratch", directory.path("trials"), "--pg-bin",
                    cluster.binaries, "--no-history", "--json")
                let told = try run.document(TrialTold.self)
                #expect(run.status == 18 && told.failing.contains("table public.t: failed"), "\(run)")
            }
        }
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `damaged bytes, missing programs and a file system that is full are no fault of its cluster`()
        async throws
    {
        try await TrialWorld.with(.v15, hasTablespace: false) { world in
            try await world.restore.backUp("20251101T000000", ["-Ft"])
            let none = try await world.trial("--pg-bin", "/no/such/place")
            #expect(none.status == 10, "\(none)")
            let small = try world.directory.makeDirectory("small")
            try await Program("mount")(["-t", "tmpfs", "-o", "size=8m", "none", small])
            let full: BinaryRun
            do { full = try await world.trial("--scratch", small) } catch {
                try await Program("umount")([small])
                throw error
            }
            try await Program("umount")([small])
            #expect(full.status == 16, "\(full)")
            try Self.flip("\(world.restore.store)/20251101T000000/base.tar")
            let (told, damaged) = try await world.told("--backup", "20251101T000000")
            #expect(damaged.status == 1 && told.level == nil, "\(damaged)")
            #expect(told.checks.allSatisfy { $0.outcome == "not run" } && !told.checks.isEmpty)
            #expect(try await world.leavings() == [])
        }
    }

    private static func flip(_ path: String) throws {
        let handle = try FileHandle(forUpdating: URL(filePath: path))
        defer { try? handle.close() }
        try handle.seek(toOffset: 2_000_000)
        let byte = try #require(try handle.read(upToCount: 1)?.first)
        try handle.seek(toOffset: 2_000_000)
        try handle.write(contentsOf: Data([byte ^ 1]))
    }

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `what failed is kept as long as was asked for, and goes with the next trial after that`()
        async throws
    {
        try await TrialWorld.with(.v15, hasTablespace: false) { world in
            try await world.restore.backUp("20251101T000000", ["-Ft", "-z"])
            let checks = try world.checks(
                "  - {name: few, database: postgres, sql: SELECT 1, expect: = 2}")
            let (told, run) = try await world.told("--checks", checks, "--keep-on-failure", "1s")
            let kept = try #require(told.kept, "\(run)")
            #expect(run.status == 18 && FileManager.default.fileExists(atPath: kept))
            let (other, _) = try await world.told("--checks", checks, "--keep-on-failure", "1h")
            let longer = try #require(other.kept)
            try await Task.sleep(for: .seconds(1.1))
            // What only looks like one of a trial's is somebody's.
            let stranger = "\(world.scratch)/pg_backctl-trial-0123456789abcdef-00000000"
            try FileManager.default.createDirectory(atPath: stranger, withIntermediateDirectories: false)
            try Data("{".utf8).write(to: URL(filePath: "\(longer)/trial.json"))
            let next = try await world.trial("--check-limit", "30m")
            #expect(next.status == 0, "\(next)")
            #expect(!FileManager.default.fileExists(atPath: kept))
            // Nobody can tell how long it is to be kept.
            #expect(next.errors.contains(longer), "\(next)")
            #expect(
                FileManager.default.fileExists(atPath: longer)
                    && FileManager.default.fileExists(atPath: stranger))
        }
    }
}
