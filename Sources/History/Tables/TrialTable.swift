// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB

/// What was tried: rows that only grow.
enum TrialTable {
    static func begin(_ start: TrialStart, by process: ProcessIdentity, _ db: Database) throws -> Int64 {
        let passedOver = start.passedOver.prefix(Limit.sentences).map {
            TrialStart.PassedOver(Limit.cutPart($0.label), reason: Limit.cutPart($0.reason))
        }
        try db.execute(
            sql: """
                INSERT INTO trial (backup_id, runtime, scratch, goal, replays_archive, is_sample, passed_over,
                    started_by, started, tool_version, host, boot_id, pid, process_start)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                try db.backupID(making: start.place), column(start.runtime), start.scratch, start.goal,
                start.replaysArchive, start.isSample, try json(passedOver), Limit.cutIfAny(start.startedBy),
                column(start.started), start.toolVersion,
                process.host, process.bootID, process.pid, process.startTime,
            ])
        return db.lastInsertedRowID
    }

    /// The end comes last: it closes the trial for all else, and is written whatever a hostile cluster has told of its catalogues.
    static func end(_ trial: Int64, _ end: TrialEnd, _ baseline: Baseline?, _ db: Database) throws {
        try requireOpen(trial, db)
        for phase in end.phases { try add(phase, to: trial, db) }
        for check in end.checks { try add(check, to: trial, db) }
        if let baseline, let cluster = end.systemIdentifier {
            try db.unlessRefused { try BaselineTable(cluster: cluster, db).add(baseline.credible, of: trial) }
        }
        try close(trial, end, db)
    }

    static func phases(of trial: Int64, _ db: Database) throws -> [RestorePhase] {
        let statement = try db.cachedStatement(
            sql: "SELECT name, seconds, bytes FROM trial_phase WHERE trial_id = ? ORDER BY id")
        return try Row.fetchAll(statement, arguments: [trial]).compactMap { row in
            row.word("name").map { RestorePhase($0, seconds: row["seconds"], bytes: row.bytes("bytes")) }
        }
    }

    static func checks(of trial: Int64, _ db: Database) throws -> [CheckResult] {
        let statement = try db.cachedStatement(
            sql: "SELECT * FROM trial_check WHERE trial_id = ? ORDER BY id")
        return try Row.fetchAll(statement, arguments: [trial]).compactMap(CheckResult.init)
    }

    private static func add(_ phase: RestorePhase, to trial: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT INTO trial_phase (trial_id, name, seconds, bytes) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [
            trial, column(phase.name), column(seconds: phase.seconds), column(phase.bytes),
        ])
    }

    private static func add(_ check: CheckResult, to trial: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO trial_check (trial_id, name, origin, database, outcome, severity, seconds, words,
                    measured)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            trial, Limit.cutIfAny(check.name) ?? "?", column(check.origin), check.database.map { column($0) },
            column(check.outcome), column(check.severity), column(seconds: check.seconds),
            Limit.cutPart(check.words), check.measured.flatMap { $0.isFinite ? $0 : nil },
        ])
    }

    private static func close(_ trial: Int64, _ end: TrialEnd, _ db: Database) throws {
        let cleanUp = CleanUpColumns(end.cleanUp)
        try db.execute(
            sql: """
                INSERT INTO trial_end (trial_id, exit_status, level, failure, findings, findings_found,
                    neutralised, isolation, system_identifier, server_version, image, seconds_to_answer,
                    newest_data, end_position, clean_up, kept_until, clean_up_failure, ended, newest_proof)
                SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                    (SELECT max(id) FROM proof WHERE backup_id = trial.backup_id)
                FROM trial WHERE id = ?1
                """,
            arguments: [
                trial, end.exitStatus, column(end.level), Limit.cutIfAny(end.failure),
                try json(Limit.cut(end.findings)), end.findings.count, try json(short(end.neutralised)),
                try json(short(end.isolation)), end.systemIdentifier.map { String($0) },
                Limit.cutIfAny(end.serverVersion), Limit.cutIfAny(end.image),
                end.secondsToAnswer.flatMap { $0.isFinite ? max(0, $0) : nil }, column(end.newestData),
                Limit.cutIfAny(end.endPosition), cleanUp.word, column(cleanUp.until), cleanUp.reason,
                column(end.ended),
            ])
    }

    private static func short(_ texts: [String]) -> [String] { texts.prefix(Limit.texts).map(Limit.cutPart) }

    private static func requireOpen(_ trial: Int64, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                SELECT 1 FROM trial t WHERE t.id = ?
                    AND NOT EXISTS (SELECT 1 FROM trial_end WHERE trial_id = t.id)
                """)
        guard try Row.fetchOne(statement, arguments: [trial]) != nil else {
            throw HistoryError.noSuchTrial(trial)
        }
    }
}

/// What became of a trial's leavings, as three columns hold it.
private struct CleanUpColumns {
    var word: String
    var until: Timestamp?
    var reason: String?

    init(_ cleanUp: TrialEnd.CleanUp) {
        switch cleanUp {
        case .removed: word = "removed"
        case .kept(let until): (word, self.until) = ("kept", until)
        case .failed(let reason): (word, self.reason) = ("failed", Limit.cut(reason))
        }
    }
}

extension TrialEnd.CleanUp {
    /// Something may be left as long as the columns do not say otherwise.
    init(_ row: Row) {
        switch (row["clean_up"] as String, row.timeIfAny("kept_until")) {
        case ("removed", _): self = .removed
        case ("kept", let until?): self = .kept(until: until)
        default: self = .failed(reason: row["clean_up_failure"] ?? "")
        }
    }
}

extension CheckResult {
    /// Nil for words that only a newer program knows.
    init?(_ row: Row) {
        guard let origin: Origin = row.word("origin"), let outcome: Outcome = row.word("outcome"),
            let severity: Severity = row.word("severity")
        else { return nil }
        self.init(
            row["name"], origin, database: row.objectName("database"), outcome, severity: severity,
            seconds: row["seconds"], words: row["words"], measured: row["measured"])
    }
}
