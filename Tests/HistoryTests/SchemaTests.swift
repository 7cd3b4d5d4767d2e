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
    }

    @Test(arguments: [
        "proof", "reading", "finding", "finding_sighting", "pin", "event", "run", "inspection",
        "inspection_relations", "restore", "restore_phase", "restore_end",
    ])
    func `rows of evidence are neither changed, replaced nor deleted`(table: String) throws {
        try fill()
        let before = try history.count(table)
        #expect(before > 0)
        let column =
            [
                "reading": "seconds", "inspection_relations": "bytes", "restore_end": "ended",
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
                    || message.hasPrefix("a restore that has ended"))
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
        try history.tamper("PRAGMA user_version = 7")
        let error = #expect(throws: HistoryError.self) { try scratch.open() }
        #expect(error == .newerSchema(path: scratch.path, found: 7, known: Schema.migrations.count))
        #expect(error?.exitStatus == .inconclusive)
        #expect(error?.hints.contains { $0.contains("--no-history") } == true)
        #expect(try history.pool.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 7)
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
