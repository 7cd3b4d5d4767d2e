// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Evidence
import GRDB

extension HistoryDatabase: TrialLog {
    /// Adds an open trial with the identity of this process; a backup that is new to the history enters it.
    public func begin(_ start: TrialStart) throws -> TrialID {
        try write { db in TrialID(try TrialTable.begin(start, by: process, db)) }
    }

    /// Keeps all phases and checks, at most 100 findings, and how many there were; long texts are cut.
    public func end(_ trial: TrialID, _ end: TrialEnd, baseline: Baseline?) throws {
        try writeSealed { db in
            try TrialTable.end(trial.value, end, baseline, db)
            try addLeaf(.trial, trial.value, db)
        }
    }
}

extension HistoryDatabase {
    /// The trial restores, newest first; open are those without an end.
    public func trials(_ filter: HistoryFilter = HistoryFilter()) throws -> [TrialLine] {
        var query = Query(TrialLine.select, filter)
        query.narrow(filter.since.map { column($0) }, "started >= ?")
        if filter.isOpen { query.narrow("ended IS NULL") }
        return try trials(query)
    }

    /// The one with this number; nil when there is none.
    public func trial(_ id: TrialID) throws -> TrialLine? {
        var query = Query(TrialLine.select)
        query.narrow(id.value, "id = ?")
        return try trials(query).first
    }

    /// The newest trial of a backup that came to a verdict on it: it passed, found its bytes wrong, or its cluster.
    public func lastTrialWithVerdict(of place: BackupPlace) throws -> TrialLine? {
        var query = Query(TrialLine.select)
        query.narrow(place.url, "url = ?")
        query.narrow("ended IS NOT NULL AND exit_status IN (0, 1, 6, 18)")
        query.limit = 1
        return try trials(query).first
    }

    /// How many trials of backups at or below a place ended with each exit status.
    public func trialEnds(at place: String) throws -> [Int32: Int] {
        try read { db in
            let ends = try db.ofBackups(at: place) { backup in
                try Row.fetchAll(db.cachedStatement(sql: Self.ends), arguments: [backup])
            }
            return ends.values.joined().reduce(into: [:]) { counts, end in
                counts[end["exit_status"], default: 0] += end["count"] as Int
            }
        }
    }

    private static let ends = """
        SELECT e.exit_status, count(*) AS count FROM trial t JOIN trial_end e ON e.trial_id = t.id
        WHERE t.backup_id = ? GROUP BY e.exit_status
        """

    /// The newest trials that a runtime carried out and whose server answered, newest first: what a forecast goes by.
    public func answeredTrials(
        at place: String, by runtime: TrialStart.Runtime, limit: Int
    ) throws -> [TrialLine] {
        var query = Query(TrialLine.select, HistoryFilter(place: place, limit: limit))
        query.narrow(column(runtime), "runtime = ?")
        query.narrow("seconds_to_answer IS NOT NULL")
        return try trials(query)
    }

    /// The newest trial of a backup that came to its end, whatever that was; nil when none has.
    ///
    /// One that somebody stopped says nothing of the backup, and does not count.
    public func lastTrial(of place: BackupPlace) throws -> TrialLine? {
        var query = Query(TrialLine.select)
        query.narrow(place.url, "url = ?")
        query.narrow("ended IS NOT NULL AND exit_status NOT IN (130, 143)")
        query.limit = 1
        return try trials(query).first
    }

    /// What a check measured in the newest trial that ended with an answer to it; nil when none has.
    ///
    /// Of the backups at or below a place, and only of the cluster with this system identifier when one is given:
    /// a store may hold backups of several. Given an outcome, only where the check came to that: what is held against
    /// a value that was wrong itself passes.
    public func lastMeasured(
        _ check: String, in database: ObjectName?, at place: String,
        ofCluster systemIdentifier: UInt64? = nil,
        outcome: CheckResult.Outcome? = nil
    ) throws -> MeasuredValue? {
        var query = Query(MeasuredValue.select, HistoryFilter(place: place, limit: 1))
        query.narrow(check, "name = ?")
        if let database {
            query.narrow(column(database), "database = ?")
        } else {
            query.narrow("database IS NULL")
        }
        query.narrow(systemIdentifier.map { String($0) }, "system_identifier = ?")
        query.narrow(column(outcome), "outcome = ?")
        return try read { db in
            try query.rows(db, order: "trial_id DESC, check_id DESC").first.flatMap(MeasuredValue.init)
        }
    }

    private func trials(_ query: Query) throws -> [TrialLine] {
        try read { db in
            try query.rows(db, order: "id DESC").compactMap { row in
                try TrialLine(
                    row, phases: TrialTable.phases(of: row["id"], db),
                    checks: TrialTable.checks(of: row["id"], db), seenBy: process)
            }
        }
    }
}

extension TrialLine {
    static let select = """
        SELECT t.*, b.url, b.label, e.exit_status, e.level, e.failure, e.findings, e.findings_found,
            e.neutralised, e.isolation, e.system_identifier, e.server_version, e.image, e.seconds_to_answer,
            e.newest_data, e.end_position, e.clean_up, e.kept_until, e.clean_up_failure, e.ended
        FROM trial t JOIN backup b ON b.id = t.backup_id LEFT JOIN trial_end e ON e.trial_id = t.id
        """

    /// Nil for a runtime that only a newer program knows.
    init?(_ row: Row, phases: [RestorePhase], checks: [CheckResult], seenBy observer: ProcessIdentity) {
        guard let start = TrialStart(row) else { return nil }
        let process = ProcessIdentity(row)
        let end = TrialEnd(row, phases: phases, checks: checks)
        self.init(
            id: TrialID(row["id"]),
            state: end != nil ? .ended : RestoreLine.State(withoutEnd: process, seenBy: observer),
            start: start, end: end, findings: row["findings_found"] ?? 0, process: process)
    }
}

extension TrialStart {
    fileprivate init?(_ row: Row) {
        guard let runtime: Runtime = row.word("runtime") else { return nil }
        self.init(
            place: BackupPlace(row), runtime: runtime, scratch: row["scratch"], goal: row["goal"],
            replaysArchive: row["replays_archive"], passedOver: row.list("passed_over"),
            startedBy: row["started_by"], started: row.time("started"), toolVersion: row["tool_version"])
        isSample = row["is_sample"]
    }
}

extension TrialEnd {
    /// Nil for a trial that has none.
    fileprivate init?(_ row: Row, phases: [RestorePhase], checks: [CheckResult]) {
        guard let ended = row.timeIfAny("ended") else { return nil }
        self.init(
            exitStatus: row["exit_status"], level: row.word("level"), failure: row["failure"], phases: phases,
            checks: checks, findings: row.list("findings"), cleanUp: CleanUp(row), ended: ended)
        (neutralised, isolation) = (row.list("neutralised"), row.list("isolation"))
        systemIdentifier = (row["system_identifier"] as String?).flatMap { UInt64($0) }
        (serverVersion, image) = (row["server_version"], row["image"])
        (secondsToAnswer, newestData) = (row["seconds_to_answer"], row.timeIfAny("newest_data"))
        endPosition = row["end_position"]
    }
}

extension MeasuredValue {
    fileprivate static let select = """
        SELECT c.id AS check_id, c.trial_id, c.name, c.database, c.measured, c.outcome, b.url, b.label,
            e.system_identifier, e.ended
        FROM trial_check c JOIN trial_end e ON e.trial_id = c.trial_id
        JOIN trial t ON t.id = c.trial_id JOIN backup b ON b.id = t.backup_id
        WHERE c.measured IS NOT NULL
        """

    fileprivate init?(_ row: Row) {
        guard let outcome: CheckResult.Outcome = row.word("outcome") else { return nil }
        self.init(
            trial: TrialID(row["trial_id"]), place: BackupPlace(row), value: row["measured"],
            outcome: outcome, ended: row.time("ended"))
    }
}
