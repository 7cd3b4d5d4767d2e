// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Evidence
import GRDB

extension HistoryDatabase: SweepLog {
    /// Nil where the slot was taken, or given up no later than the sweep starts; one by hand has no slot and always begins.
    public func begin(_ start: SweepStart) throws -> SweepID? {
        try write { db in
            guard try !db.isTaken(start.slot, of: start.schedule, at: start.started) else { return nil }
            return SweepID(try SweepTable.begin(start, by: process, db))
        }
    }

    /// Long texts are cut, and of long lists the first are kept.
    public func add(_ store: SweptStore, to sweep: SweepID) throws {
        try write { db in
            try SweepTable.requireOpen(sweep.value, db)
            try db.execute(
                sql: "INSERT INTO sweep_store (sweep_id, name, exit_status, report) VALUES (?, ?, ?, ?)",
                arguments: [sweep.value, store.name, store.exitStatus, try json(store.cut)])
            try addLeaf(.store, db.lastInsertedRowID, db)
        }
    }

    /// Throws `noSuchSweep` for a sweep that has ended already, or never began.
    public func end(_ sweep: SweepID, _ end: SweepEnd) throws {
        try writeSealed { db in
            try SweepTable.requireOpen(sweep.value, db)
            try db.execute(
                sql: "INSERT INTO sweep_end (sweep_id, exit_status, reason, ended) VALUES (?, ?, ?, ?)",
                arguments: [sweep.value, end.exitStatus, column(end.reason), column(end.ended)])
            try addLeaf(.sweep, sweep.value, db)
        }
    }

    /// Does nothing where the slot was taken, or given up no later than its `at`.
    public func giveUp(_ slot: GivenUpSlot) throws {
        try writeSealed { db in
            guard try !db.isTaken(slot.slot, of: slot.schedule, at: slot.at) else { return }
            try db.execute(
                sql: "INSERT INTO given_up_slot (schedule, slot, reason, at) VALUES (?, ?, ?, ?)",
                arguments: [slot.schedule, column(slot.slot), column(slot.reason), column(slot.at)])
            try addLeaf(.slot, db.lastInsertedRowID, db)
        }
    }
}

extension HistoryDatabase {
    /// The newest slot of a schedule that was taken or given up; nil when there was none yet.
    public func lastSlot(of schedule: String) throws -> Timestamp? {
        try read { db in
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT max(slot) FROM (
                        SELECT max(slot) AS slot FROM sweep WHERE schedule = ?1
                        UNION ALL SELECT max(slot) FROM given_up_slot WHERE schedule = ?1)
                    """, arguments: [schedule]
            ).map(Timestamp.init(nanoseconds:))
        }
    }

    /// When each sweep of an entry of the schedule began since a time, the earliest first.
    public func sweepStarts(of schedule: String, since time: Timestamp) throws -> [Timestamp] {
        try read { db in
            try Int64.fetchAll(
                db, sql: "SELECT started FROM sweep WHERE schedule = ? AND started >= ? ORDER BY started",
                arguments: [schedule, column(time)]
            ).map(Timestamp.init(nanoseconds:))
        }
    }

    /// When the first sweep of an entry of the schedule began; nil before that.
    public func firstSweep(of schedule: String) throws -> Timestamp? {
        try read { db in
            try Int64.fetchOne(
                db, sql: "SELECT min(started) FROM sweep WHERE schedule = ?", arguments: [schedule]
            ).map(Timestamp.init(nanoseconds:))
        }
    }

    /// The newest slot of a schedule that a sweep has taken; nil when none has.
    public func lastSweptSlot(of schedule: String) throws -> Timestamp? {
        try read { db in
            try Int64.fetchOne(
                db, sql: "SELECT max(slot) FROM sweep WHERE schedule = ?", arguments: [schedule]
            ).map(Timestamp.init(nanoseconds:))
        }
    }

    /// The slots of a schedule that were taken since a time, the earliest first.
    public func sweptSlots(of schedule: String, since time: Timestamp) throws -> [Timestamp] {
        try read { db in
            try Int64.fetchAll(
                db, sql: "SELECT slot FROM sweep WHERE schedule = ? AND slot >= ? ORDER BY slot",
                arguments: [schedule, column(time)]
            ).map(Timestamp.init(nanoseconds:))
        }
    }

    /// The sweeps, newest first; open are those without an end.
    public func sweeps(_ filter: HistoryFilter = HistoryFilter()) throws -> [SweepLine] {
        var query = Query(SweepLine.select)
        query.narrow(filter.since.map { column($0) }, "started >= ?")
        if filter.isOpen { query.narrow("ended IS NULL") }
        query.limit = filter.limit
        return try read { db in
            try query.rows(db, order: "id DESC").map {
                try SweepLine($0, stores: SweepTable.stores(of: $0["id"], db), seenBy: process)
            }
        }
    }

    /// The slots of a schedule that nobody ran, newest first; of all schedules when none is named.
    public func givenUpSlots(of schedule: String? = nil, since: Timestamp? = nil) throws -> [GivenUpSlot] {
        var query = Query("SELECT * FROM given_up_slot")
        query.narrow(schedule, "schedule = ?")
        query.narrow(since.map { column($0) }, "slot >= ?")
        return try read { db in try query.rows(db, order: "id DESC").compactMap(GivenUpSlot.init) }
    }
}

/// Sweeps: rows that only grow.
enum SweepTable {
    static func begin(_ start: SweepStart, by process: ProcessIdentity, _ db: Database) throws -> Int64 {
        try db.execute(
            sql: """
                INSERT INTO sweep (schedule, slot, stores, seed, window_ends, started_by, started, tool_version,
                    host, boot_id, pid, process_start)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                start.schedule, column(start.slot), try json(start.stores.prefix(Limit.texts).map(Limit.cut)),
                Int64(bitPattern: start.seed), column(start.windowEnds), Limit.cutIfAny(start.startedBy),
                column(start.started), start.toolVersion,
                process.host, process.bootID, process.pid, process.startTime,
            ])
        return db.lastInsertedRowID
    }

    static func stores(of sweep: Int64, _ db: Database) throws -> [SweptStore] {
        try Row.fetchAll(
            db, sql: "SELECT name, exit_status, report FROM sweep_store WHERE sweep_id = ? ORDER BY id",
            arguments: [sweep]
        ).map { row in
            row.value("report") ?? SweptStore(name: row["name"], exitStatus: row["exit_status"])
        }
    }

    static func requireOpen(_ sweep: Int64, _ db: Database) throws {
        let isOpen = try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM sweep WHERE id = ?1)
                    AND NOT EXISTS (SELECT 1 FROM sweep_end WHERE sweep_id = ?1)
                """, arguments: [sweep])
        guard isOpen == true else { throw HistoryError.noSuchSweep(sweep) }
    }
}

extension Database {
    /// Whether a slot was taken or given up; never for a sweep by hand.
    ///
    /// What was given up later than `time` was given up by a clock that was wrong, and put back since: that does not count.
    fileprivate func isTaken(_ slot: Timestamp?, of schedule: String?, at time: Timestamp) throws -> Bool {
        guard let slot, let schedule else { return false }
        return try Bool.fetchOne(
            self,
            sql: """
                SELECT EXISTS (SELECT 1 FROM sweep WHERE schedule = ?1 AND slot = ?2)
                    OR EXISTS (
                        SELECT 1 FROM given_up_slot WHERE schedule = ?1 AND slot = ?2 AND at <= ?3)
                """, arguments: [schedule, column(slot), column(time)]) ?? false
    }
}

extension SweptStore {
    /// What is kept of it.
    fileprivate var cut: SweptStore {
        var short = self
        short.failure = Limit.cutIfAny(failure)
        short.work = work.prefix(Limit.texts).map { work in
            var work = work
            work.label = Limit.cutPart(work.label)
            work.reason = Limit.cutPart(work.reason)
            work.words = work.words.map(Limit.cutPart)
            return work
        }
        (short.backups, short.groups) = (
            Array(backups.suffix(Limit.texts)), Array(groups.prefix(Limit.texts))
        )
        short.findings = findings.prefix(Limit.texts).map { finding in
            var finding = finding
            finding.subject = Limit.cutPart(finding.subject)
            finding.message = Limit.cutPart(finding.message)
            finding.advice = finding.advice.map(Limit.cutPart)
            return finding
        }
        return short
    }
}

extension SweepLine {
    static let select = """
        SELECT s.*, e.exit_status, e.reason, e.ended
        FROM sweep s LEFT JOIN sweep_end e ON e.sweep_id = s.id
        """

    init(_ row: Row, stores: [SweptStore], seenBy observer: ProcessIdentity) {
        let process = ProcessIdentity(row)
        let end = row.timeIfAny("ended").map {
            SweepEnd(
                exitStatus: row["exit_status"], reason: row.word("reason") ?? .failed, ended: $0)
        }
        self.init(
            id: SweepID(row["id"]),
            state: end != nil ? .ended : RestoreLine.State(withoutEnd: process, seenBy: observer),
            start: SweepStart(row), end: end, stores: stores, process: process)
    }
}

extension SweepStart {
    fileprivate init(_ row: Row) {
        self.init(
            schedule: row["schedule"], slot: row.timeIfAny("slot"), stores: row.list("stores"),
            seed: UInt64(bitPattern: row["seed"]), windowEnds: row.timeIfAny("window_ends"),
            startedBy: row["started_by"], started: row.time("started"), toolVersion: row["tool_version"])
    }
}

extension GivenUpSlot {
    /// Nil for a reason that only a newer program knows.
    fileprivate init?(_ row: Row) {
        guard let reason: Reason = row.word("reason") else { return nil }
        self.init(schedule: row["schedule"], slot: row.time("slot"), reason: reason, at: row.time("at"))
    }
}
