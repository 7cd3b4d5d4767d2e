// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import GRDB
import Testing

@testable import History

@Suite struct SchemaTests {
    private let scratch: Scratch
    private let history: HistoryDatabase

    init() throws {
        scratch = try Scratch()
        history = try scratch.open()
    }

    private func fill() throws {
        let finding = Finding.recorded(.checksumMismatch, object: "base.tar", message: "m")
        try history.verify(
            place, .tampered, objects: [reading("base.tar", .tampered, sha256: digest("b"))],
            findings: [finding],
            pins: [firstPin("base.tar")], inspection: inspection())
        _ = try history.accept(label: "A", reason: "moved on purpose", who: "tester")
        try history.restore(findings: [finding])
        try history.tryOut()
        try history.sweep()
        try history.tell()
    }

    @Test(arguments: [
        "proof", "reading", "finding", "finding_sighting", "pin", "event", "run", "inspection",
        "inspection_relations", "restore", "restore_phase", "restore_end", "trial", "trial_phase",
        "trial_check", "trial_end", "sweep", "sweep_store", "sweep_end", "given_up_slot", "message",
        "message_end",
    ])
    func `rows of evidence are neither changed, replaced nor deleted`(table: String) throws {
        try fill()
        let before = try history.count(table)
        #expect(before > 0)
        let column =
            [
                "reading": "seconds", "inspection_relations": "bytes", "restore_end": "ended",
                "trial_end": "ended", "sweep_end": "ended", "message_end": "at",
            ][table] ?? "id"
        let attempts = [
            "UPDATE \(table) SET \(column) = \(column) + 100", "DELETE FROM \(table)",
            "INSERT OR REPLACE INTO \(table) SELECT * FROM \(table)",
        ]
        for attempt in attempts {
            let error = #expect(throws: DatabaseError.self, "\(attempt)") { try history.tamper(attempt) }
            let message = try #require(error?.message)
            #expect(
                message == "\(table) is append-only" || message.hasPrefix("a run can only be ended")
                    || message.hasPrefix("a restore that has ended")
                    || message.hasPrefix("a trial that has ended")
                    || message.hasPrefix("a sweep that has ended") || message.hasPrefix("that slot was"))
        }
        #expect(try history.count(table) == before)
    }

    @Test func `a run is ended once and nothing else about it changes`() throws {
        let run = try history.begin(start())
        #expect(throws: DatabaseError.self) {
            try history.tamper("UPDATE run SET ended = 1, exit_status = 0, command = 'other'")
        }
        try history.end(run, exitStatus: 1, verdict: .damaged)
        #expect(throws: HistoryError.noSuchRun(run.value)) {
            try history.end(run, exitStatus: 0, verdict: .verified)
        }
        #expect(throws: DatabaseError.self) { try history.tamper("UPDATE run SET exit_status = 0") }
        #expect(try history.runs().first?.exitStatus == 1)
    }

    @Test(arguments: Verdict.allCases) func `every verdict fits`(verdict: Verdict) throws {
        try history.verify(place, verdict, objects: [reading("o", verdict)])
        #expect(try history.lastProof(of: place)?.verdict == verdict)
    }

    @Test(arguments: Level.allCases) func `every level fits`(level: Level) throws {
        try history.verify(place, asked: level)
        #expect(try history.lastProof(of: place)?.level == level)
    }

    @Test(arguments: FindingCode.allCases) func `every finding code fits`(code: FindingCode) throws {
        try history.verify(findings: [Finding.recorded(code, message: "m")])
        #expect(try history.findings().first?.code == code.rawValue)
    }

    @Test(arguments: Cause.allCases) func `every cause fits`(cause: Cause) throws {
        try history.verify(findings: [Finding.recorded(.checksumMismatch, cause: cause, message: "m")])
        #expect(try history.findings().first?.cause == cause.rawValue)
    }

    @Test(arguments: Severity.allCases) func `every severity fits`(severity: Severity) throws {
        try history.verify(findings: [Finding.recorded(.unlistedObject, severity, message: "m")])
        #expect(try history.findings().first?.severity == severity)
    }

    @Test(arguments: PinChange.Reason.allCases.filter { $0 != .accepted && $0 != .removed })
    func `every reason of a pin fits`(reason: PinChange.Reason) throws {
        var change = firstPin("o")
        change.reason = reason
        try history.verify(pins: [change])
        #expect(try history.memory(of: place).pins["o"] == change.pin)
    }

    @Test(arguments: RestorePhase.Name.allCases) func `every phase of a restore fits`(
        name: RestorePhase.Name
    ) throws {
        try history.restore(phases: [RestorePhase(name, seconds: 1)])
        #expect(try history.restores().first?.phases.map(\.name) == [name])
    }

    @Test(arguments: RestorePhase.Name.allCases) func `every phase of a trial fits`(
        name: RestorePhase.Name
    ) throws {
        try history.tryOut { $0.phases = [RestorePhase(name, seconds: 1)] }
        #expect(try history.trials().first?.end?.phases.map(\.name) == [name])
    }

    @Test(arguments: SweepEnd.Reason.allCases, GivenUpSlot.Reason.allCases)
    func `every end of a sweep and of a slot fits`(end: SweepEnd.Reason, slot: GivenUpSlot.Reason) throws {
        try history.sweep(end, slot: slot)
        #expect(try history.sweeps().first?.end?.reason == end)
        #expect(try history.givenUpSlots().first?.reason == slot)
    }

    @Test(arguments: TrialStart.Runtime.allCases) func `every runtime fits`(
        runtime: TrialStart.Runtime
    ) throws {
        var start = trialStart(at: history.clock.now)
        start.runtime = runtime
        _ = try history.begin(start)
        #expect(try history.trials().first?.start.runtime == runtime)
    }

    @Test(arguments: CheckResult.Origin.allCases, CheckResult.Outcome.allCases)
    func `every check fits`(origin: CheckResult.Origin, outcome: CheckResult.Outcome) throws {
        let checks = Severity.allCases.map {
            CheckResult("c", origin, database: "d", outcome, severity: $0, words: "w")
        }
        try history.tryOut(checks: checks)
        #expect(try history.trials().first?.end?.checks == checks)
    }

    @Test(arguments: [
        TrialEnd.CleanUp.removed, .kept(until: Timestamp(seconds: 7)), .failed(reason: "busy"),
        .failed(reason: ""),
    ]) func `every end of a clean-up fits`(cleanUp: TrialEnd.CleanUp) throws {
        try history.tryOut { $0.cleanUp = cleanUp }
        #expect(try history.trials().first?.end?.cleanUp == cleanUp)
    }

    @Test(arguments: 1..<Schema.migrations.count)
    func `a history of an older schema is brought up to date`(version: Int) throws {
        let old = try OldHistory(scratch.folder + "/old.sqlite", version: version)
        let opened = try HistoryDatabase(at: old.path, clock: history.clock)
        #expect(opened.movedAside == nil)
        #expect(try opened.schema() == history.schema())
        try opened.verify(BackupPlace(url: "s3://b/old", label: "old"))
        #expect(try opened.backups().map(\.place.label) == ["old"])
        #expect(try opened.text("PRAGMA integrity_check") == "ok")
        #expect(try opened.text("SELECT group_concat(\"table\") FROM pragma_foreign_key_check") == nil)
    }

    @Test func `the restores of the third schema keep their phases, which stay what they are`() throws {
        let old = try OldHistory(scratch.folder + "/old.sqlite", version: 3)
        try old.add(
            """
            INSERT INTO restore VALUES (7, 1, '/srv/pg', 'end of backup', 0, 0, 0, '1.0', 'h', 'b', 1, 1);
            INSERT INTO restore_phase VALUES (5, 7, 'stream', 2.5, 1000), (9, 7, 'switch', 0, NULL);
            INSERT INTO restore VALUES (8, 1, '/srv/pg', 'end of backup', 0, 0, 0, '1.0', 'h', 'b', 1, 1);
            INSERT INTO restore_phase VALUES (11, 8, 'sync', 1, NULL);
            INSERT INTO restore_end VALUES (7, 0, NULL, '[]', 0, '0/3000150', 1, 60000000000, NULL);
            """)
        let opened = try HistoryDatabase(at: old.path, clock: history.clock)
        let lines = try opened.restores()
        #expect(lines.map(\.id.value) == [8, 7])
        #expect(
            lines[1].phases == [
                RestorePhase(.stream, seconds: 2.5, bytes: 1000), RestorePhase(.switch, seconds: 0),
            ])
        #expect(lines[0].phases == [RestorePhase(.sync, seconds: 1)])
        try opened.add(RestorePhase(.checks, seconds: 3), to: RestoreID(8))
        #expect(try opened.text("SELECT max(id) FROM restore_phase") == "12")
        for attempt in [
            "UPDATE restore_phase SET seconds = 0", "DELETE FROM restore_phase",
            "INSERT INTO restore_phase (restore_id, name, seconds) VALUES (7, 'sync', 1)",
            "INSERT INTO restore_phase (restore_id, name, seconds) VALUES (8, 'dance', 1)",
        ] { #expect(throws: DatabaseError.self, "\(attempt)") { try opened.tamper(attempt) } }
    }

    @Test func `words that are none are refused`() throws {
        try history.verify()
        let run = try history.begin(start())
        let word = #expect(throws: DatabaseError.self) {
            try history.tamper(
                """
                INSERT INTO proof (backup_id, run_id, level_asked, verdict, started, ended, backup_size,
                    bytes_read, seconds)
                SELECT backup_id, \(run.value), level_asked, 'fine', started, ended, backup_size,
                    bytes_read, seconds FROM proof
                """)
        }
        #expect(word?.extendedResultCode == .SQLITE_CONSTRAINT_CHECK)
        let orphan = #expect(throws: DatabaseError.self) {
            try history.tamper("INSERT INTO object (backup_id, name) VALUES (99, 'of no backup')")
        }
        #expect(orphan?.extendedResultCode == .SQLITE_CONSTRAINT_FOREIGNKEY)
    }

    @Test func `a newer schema is refused and left as it is`() throws {
        let newer = Schema.migrations.count + 1
        try history.tamper("PRAGMA user_version = \(newer)")
        let error = #expect(throws: HistoryError.self) { try scratch.open() }
        #expect(error == .newerSchema(path: scratch.path, found: newer, known: Schema.migrations.count))
        #expect(error?.exitStatus == .inconclusive)
        #expect(error?.hints.contains { $0.contains("--no-history") } == true)
        #expect(try history.pool.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == newer)
    }

    @Test func `opening again keeps what is there`() throws {
        try fill()
        let again = try scratch.open()
        #expect(again.movedAside == nil)
        #expect(try again.backups().map(\.place) == [place])
    }

    @Test func `verdicts are synced to the disk`() throws {
        try history.keep(
            .complete(sha256: digest("a"), validators: validators, at: history.clock.now), of: "o", in: place)
        #expect(try history.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
    }
}
