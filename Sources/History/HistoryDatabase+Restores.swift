// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Evidence
import GRDB

extension HistoryDatabase: RestoreLog {
    /// Adds an open restore with the identity of this process; a backup that is new to the history enters it.
    public func begin(_ start: RestoreStart) throws -> RestoreID {
        try write { db in RestoreID(try RestoreTable.begin(start, by: process, db)) }
    }

    /// A phase may be lost in a power failure until the restore has ended.
    public func add(_ phase: RestorePhase, to restore: RestoreID) throws {
        try writeRelaxed { db in try RestoreTable.add(phase, to: restore.value, db) }
    }

    /// Keeps at most 100 findings, with long texts cut, and how many there were.
    public func end(_ restore: RestoreID, _ end: RestoreEnd) throws {
        try writeSealed { db in
            try RestoreTable.end(restore.value, end, db)
            try addLeaf(.restore, restore.value, db)
        }
    }
}

extension HistoryDatabase {
    /// The restores, newest first; open are those without an end.
    public func restores(_ filter: HistoryFilter = HistoryFilter()) throws -> [RestoreLine] {
        var query = Query(RestoreLine.select, filter)
        query.narrow(filter.since.map { column($0) }, "started >= ?")
        if filter.isOpen { query.narrow("ended IS NULL") }
        return try restores(query)
    }

    private func restores(_ query: Query) throws -> [RestoreLine] {
        try read { db in
            try query.rows(db, order: "id DESC").map {
                try RestoreLine($0, phases: RestoreTable.phases(of: $0["id"], db), seenBy: process)
            }
        }
    }
}

extension RestoreLine {
    static let select = """
        SELECT r.*, b.url, b.label, e.exit_status, e.failure, e.findings, e.findings_found, e.end_position,
            e.timeline, e.ended
        FROM restore r JOIN backup b ON b.id = r.backup_id LEFT JOIN restore_end e ON e.restore_id = r.id
        """

    init(_ row: Row, phases: [RestorePhase], seenBy observer: ProcessIdentity) {
        let process = ProcessIdentity(row)
        let end = Self.end(row)
        self.init(
            id: RestoreID(row["id"]),
            state: end != nil ? .ended : State(withoutEnd: process, seenBy: observer),
            start: Self.start(row), phases: phases, end: end, findings: row["findings_found"] ?? 0,
            process: process)
    }

    private static func start(_ row: Row) -> RestoreStart {
        RestoreStart(
            place: BackupPlace(row), target: row["target"], goal: row["goal"],
            acceptsDamage: row["accepts_damage"], isResumed: row["is_resumed"],
            trial: (row["trial_id"] as Int64?).map(TrialID.init), started: row.time("started"),
            toolVersion: row["tool_version"])
    }

    private static func end(_ row: Row) -> RestoreEnd? {
        row.timeIfAny("ended").map { ended in
            RestoreEnd(
                exitStatus: row["exit_status"], failure: row["failure"],
                findings: row.list("findings"), endPosition: row["end_position"],
                timeline: row["timeline"], ended: ended)
        }
    }
}

extension RestoreLine.State {
    /// Of what has no end.
    init(withoutEnd process: ProcessIdentity, seenBy observer: ProcessIdentity) {
        switch process.isAlive(seenBy: observer) {
        case true?: self = .running
        case false?: self = .interrupted
        case nil: self = .unknown
        }
    }
}
