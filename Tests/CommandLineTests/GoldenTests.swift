// SPDX-License-Identifier: Apache-2.0
import TestKit
import Testing

@Suite("what the program prints")
struct GoldenTests {
    @Test(arguments: [
        [], ["verify"], ["list"], ["history"], ["history", "backups"], ["history", "objects"],
        ["history", "findings"], ["history", "runs"], ["history", "restores"],
        ["history", "trials"], ["history", "accept"], ["wal-get"], ["restore"], ["trial"], ["posture"],
        ["config"], ["config", "check"], ["sweep"], ["serve"], ["status"], ["notify"], ["notify", "test"],
        ["gate"], ["gate", "delete"], ["gate", "prune"], ["history", "keep"], ["history", "prune"],
        ["history", "copy"], ["history", "sweeps"], ["history", "merge"],
    ])
    func `help says what a command does`(command: [String]) async throws {
        let run = try await Binary().run(command + ["--help"])
        #expect(run.status == 0 && run.stderr.isEmpty)
        try expectGolden((["help"] + command).joined(separator: "-"), run.output)
        let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.filter { $0.count > 80 && !$0.hasPrefix("USAGE: ") } == [])
        // A row that was too long goes on where rows begin, as if it were one.
        let wrapped = zip(lines, lines.dropFirst()).prefix { !$0.0.hasPrefix("USAGE: ") }
            .filter { $0.hasPrefix(" ") && !$1.isEmpty && !$1.hasPrefix(" ") }
        #expect(wrapped.map(\.0) == [])
    }

    @Test func `the first verification and the list after it`() async throws {
        let store = try LocalStore()
        try store.tree.write("notes.txt", text: "nothing of ours")
        let before = try await store.binary("list", store.path)
        #expect(before.status == 0 && before.stderr.isEmpty)
        let run = try await store.verify()
        #expect(run.status == 0 && run.stderr.isEmpty)
        try expectGolden("verify-sound", store.normalized(run.output))
        try expectGolden("verify-sound-verbose", store.normalized(try await store.verify("--verbose").output))
        let ages = /\d+ (ms|s|min|d)( ago)?\b/
        try expectGolden("list", store.normalized(before.output.replacing(ages, with: "AGE")))
    }

    @Test func `a sound backup as a document`() async throws {
        let store = try LocalStore()
        let run = try await store.verify("--json")
        #expect(run.status == 0)
        try expectGolden("verify-sound-json", store.normalized(run.output))
        try expectGolden("verify-sound-json-stderr", store.normalized(run.errors))
    }

    @Test func `rot in a backup that was good`() async throws {
        let store = try LocalStore()
        try await store.verify()
        try store.tree.rot(LocalStore.base, at: 12_345)
        let run = try await store.verify()
        #expect(run.status == 1)
        try expectGolden("verify-damaged", dated(store.normalized(run.output)))
        let document = try await store.verify("--json")
        #expect(document.status == 1)
        try expectGolden("verify-damaged-json", dated(store.normalized(document.output)))
        for noun in ["backups", "objects", "findings", "runs"] {
            let history = try await store.binary("history", noun)
            #expect(history.status == 0)
            try expectGolden("history-\(noun)", dated(columns(store.normalized(history.output))))
        }
    }

    @Test func `a backup that was replaced, sum file and all`() async throws {
        let store = try LocalStore()
        try await store.verify()
        try store.tamper()
        let run = try await store.verify()
        #expect(run.status == 6)
        try expectGolden("verify-tampered", dated(store.normalized(run.output)))
    }

    @Test func `a failure, for people and for programs`() async throws {
        let store = try LocalStore(nil)
        try expectGolden("nothing-there", store.normalized(try await store.verify().errors))
        try expectGolden("nothing-there-json", store.normalized(try await store.verify("--json").output))
    }

    @Test func `restores that succeeded, failed, were killed, or nobody knows`() async throws {
        let store = try LocalStore()
        try await store.verify()
        try await store.binary.change(Self.restores)
        let table = try await store.binary("history", "restores", "--label", LocalStore.label)
        #expect(table.status == 0 && table.stderr.isEmpty)
        try expectGolden("history-restores", table.output)
        let document = try await store.binary("history", "restores", "--json")
        #expect(document.status == 0)
        let text = document.output.replacing(store.path, with: "STORE")
            .replacing(/"host" : "[^"]*"/, with: "\"host\" : \"HOST\"")
        try expectGolden("history-restores-json", text)
        for (options, count) in [
            (["--open"], 2), (["--since", "2026-11-02T04:00:00Z"], 3), (["--limit", "1"], 1),
        ] {
            let run = try await store.binary.run(["history", "restores"] + options)
            #expect(run.output.split(separator: "\n").count == count + 1, "\(options): \(run)")
        }
        #expect(try await store.binary("history", "restores", "--label", "none").status == 9)
    }

    @Test func `trials that passed, failed, were killed, or nobody knows`() async throws {
        let store = try LocalStore()
        try await store.verify()
        try await store.binary.change(Self.trials)
        let table = try await store.binary("history", "trials", "--label", LocalStore.label)
        #expect(table.status == 0 && table.stderr.isEmpty)
        try expectGolden("history-trials", table.output.replacing(store.path, with: "STORE"))
        let document = try await store.binary("history", "trials", "--json")
        #expect(document.status == 0)
        let text = document.output.replacing(store.path, with: "STORE")
            .replacing(/"host" : "[^"]*"/, with: "\"host\" : \"HOST\"")
        try expectGolden("history-trials-json", text)
        #expect(try await store.binary("history", "trials", "--open").output.contains("killed"))
        #expect(try await store.binary("history", "trials", "--label", "none").status == 9)
    }

    @Test func `the list and the proofs tell of the last trial`() async throws {
        let store = try LocalStore()
        try await store.verify()
        #expect(try await store.binary("list", store.path, "--json").output.contains(#""lastTrial" : null"#))
        try await store.binary.change(Self.trials)
        let list = try await store.binary("list", store.path)
        #expect(list.output.contains(/LAST PROOF +LAST TRIAL\n.* FAILED \(exit 18\) .* ago/))
        let document = try await store.binary("list", store.path, "--json").output
        #expect(
            document.contains(
                /"lastTrial" : \{\s*"exitStatus" : 18,\s*"level" : "restored",\s*"secondsToAnswer" : 44,/))
        #expect(try await store.binary("history", "backups").output.contains(/verified +restored +2/))
        #expect(
            try await store.binary("history", "backups", "--json").output.contains(
                /"trial" : \{\s*"ended" : "2026-11-02T04:02:00Z",\s*"level" : "restored"/))
    }

    @Test func `the list tells of damage that the newest proof could not see`() async throws {
        let store = try LocalStore()
        try await store.verify()
        try await store.binary.change(
            """
            INSERT INTO restore SELECT 1, backup.id, '/srv/pg', 'end of backup', 0, 0, 0, '1.0', host, boot_id, 1, 1, NULL
                FROM backup, run;
            INSERT INTO restore_end (restore_id, exit_status, findings, findings_found, ended, newest_proof)
                SELECT 1, 1, '[]', 0, unixepoch('2026-11-02') * 1000000000, max(id) FROM proof;
            """)
        #expect(
            try await store.binary("list", store.path).output.contains(
                /verified checksummed .* ago, but DAMAGED since 2026-11-02/))
        let document = try await store.binary("list", store.path, "--json").output
        #expect(
            document.contains(/"knownBad" : \{\s*"since" : "2026-11-02T00:00:00Z",\s*"verdict" : "damaged"/))
        try await store.verify()
        #expect(try await !store.binary("list", store.path).output.contains("DAMAGED"))
        #expect(try await store.binary("list", store.path, "--json").output.contains(#""knownBad" : null"#))
    }

    /// What four restores of the one backup leave in a history that knows it.
    private static let restores = """
        CREATE TEMP TABLE new (id, target, goal, accepts_damage, is_resumed, started, host, boot);
        INSERT INTO new VALUES
            (1, '/srv/pg', 'end of backup', 0, 0, '2026-11-02T03:00:00Z', NULL, NULL),
            (2, '/srv/pg', 'time 2026-11-02 02:30:00+00', 1, 1, '2026-11-02T04:00:00Z', NULL, NULL),
            (3, '/srv/' || char(27) || '[31m', 'end of backup', 0, 0, '2026-11-02T05:00:00Z', NULL, 'before'),
            (4, '/srv/other', 'end of WAL', 0, 0, '2026-11-02T06:00:00Z', 'elsewhere', NULL);
        INSERT INTO restore (id, backup_id, target, goal, accepts_damage, is_resumed, started, tool_version,
            host, boot_id, pid, process_start)
        SELECT new.id, backup.id, target, goal, accepts_damage, is_resumed,
            unixepoch(new.started) * 1000000000, '1.0', ifnull(new.host, run.host),
            ifnull(boot, run.boot_id), 4711, 1
        FROM new, backup, run;
        INSERT INTO restore_phase (restore_id, name, seconds, bytes) VALUES
            (1, 'stream', 740.25, 22400000000), (1, 'sync', 3.5, NULL), (1, 'recover', 41, 16777216),
            (2, 'stream', 75, 1000000), (3, 'stream', 12, 99);
        INSERT INTO restore_end (restore_id, exit_status, failure, findings, findings_found, end_position,
            timeline, ended) VALUES
            (1, 0, NULL, '[]', 0, '0/3000150', 1, unixepoch('2026-11-02T03:13:10Z') * 1000000000),
            (2, 17, 'recovery failed: ' || char(27) || ' WAL ends at 0/2000000',
                '[{"code":"WAL_GAP","message":"m","severity":"warning"}]', 500, '0/2000000', NULL,
                unixepoch('2026-11-02T04:02:00Z') * 1000000000);
        """

    /// What five trials of the one backup leave in a history that knows it.
    private static let trials = """
        CREATE TEMP TABLE new (id, runtime, scratch, archive, passed_over, by, started, host, boot);
        INSERT INTO new VALUES
            (1, 'local', '/var/tmp/trial-1', 0, '[]', NULL, '2026-11-02T03:00:00Z', NULL, NULL),
            (2, 'local', '/var/tmp/trial-2', 1, '[{"label":"20251028T143000","reason":"damaged"}]', 'systemd',
                '2026-11-02T04:00:00Z', NULL, NULL),
            (3, 'docker', 'pg_backctl-3', 0, '[]', 'anna', '2026-11-02T05:00:00Z', NULL, 'before'),
            (4, 'local', '/var/tmp/trial-4', 0, '[]', 'anna', '2026-11-02T06:00:00Z', 'elsewhere', NULL),
            (5, 'local', '/var/tmp/trial-5', 0, '[]', 'anna', '2026-11-02T07:00:00Z', NULL, NULL);
        INSERT INTO trial (id, backup_id, runtime, scratch, goal, replays_archive, passed_over, started_by, started,
            tool_version, host, boot_id, pid, process_start)
        SELECT new.id, backup.id, runtime, scratch, 'end of backup', archive, passed_over, by,
            unixepoch(new.started) * 1000000000, '1.0', ifnull(new.host, run.host), ifnull(boot, run.boot_id),
            4711, 1
        FROM new, backup, run;
        INSERT INTO trial_phase (trial_id, name, seconds, bytes) VALUES
            (1, 'stream', 30.25, 22400000000), (1, 'recover', 11, 16777216), (1, 'checks', 600, NULL),
            (1, 'clean-up', 1.5, NULL), (2, 'stream', 33, 22400000000);
        INSERT INTO trial_check (trial_id, name, origin, database, outcome, severity, seconds, words, measured)
        VALUES
            (1, 'opens', 'built-in', NULL, 'passed', 'error', 0.5, 'all 3 databases open', 3),
            (2, 'opens', 'built-in', NULL, 'passed', 'error', 0.5, 'all 3 databases open', 3),
            (2, 'orders', 'user', 'shop', 'failed', 'error', 0.25, 'expected at least 95, found 0', 0),
            (2, 'fresh', 'user', 'shop', 'not run', 'warning', 0, 'the trial broke off', NULL);
        INSERT INTO trial_end (trial_id, exit_status, level, failure, findings, findings_found, neutralised,
            isolation, system_identifier, server_version, image, seconds_to_answer, newest_data, end_position,
            clean_up, kept_until, clean_up_failure, ended, newest_proof)
        SELECT column1, column2, column3, column4, column5, column6, column7, column8, column9, '15.10', column10,
            column11, unixepoch(column12) * 1000000000, column13, column14,
            unixepoch(column15) * 1000000000, column16, unixepoch(column17) * 1000000000,
            (SELECT max(id) FROM proof)
        FROM (VALUES
            (1, 0, 'exercised', NULL, '[]', 0, '["archive_command"]', '["landlock"]', '18446744073709551615',
                NULL, 41.25, '2026-11-02T02:00:00Z', '0/3000150', 'removed', NULL, NULL,
                '2026-11-02T03:13:10Z'),
            (2, 18, 'restored', 'check ''orders'' failed ' || char(27),
                '[{"code":"WAL_GAP","message":"m","severity":"warning"}]', 500, '[]', '[]',
                '18446744073709551615', 'sha256:abc', 44, NULL, NULL, 'kept', '2026-11-02T08:00:00Z', NULL,
                '2026-11-02T04:02:00Z'),
            (5, 130, NULL, 'interrupted', '[]', 0, '[]', '[]', NULL, NULL, NULL, NULL, NULL, 'failed', NULL,
                'volume is in use', '2026-11-02T07:00:05Z'));
        """

    private func dated(_ text: String) -> String {
        text.replacing(/\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?/, with: "DATE")
    }

    /// Tables are as wide as their widest cell, which is a path here.
    private func columns(_ text: String) -> String {
        text.replacing(/[ ]{2,}/, with: "  ").replacing(/^[ ]+RUN/, with: "RUN")
    }
}
