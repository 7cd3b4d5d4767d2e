// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import GRDB

extension HistoryDatabase {
    /// Takes away what `rule` lets go, one backup in one transaction, so that nobody who writes has to wait for long.
    ///
    /// What readings were in sum stays by backup and day. SQLite uses the room that was freed; the file keeps its size.
    public func prune(_ rule: PruneRule) throws -> Pruned {
        var pruned = Pruned()
        for backup in try backupNumbers() {
            pruned.add(try write { db in try Pruning(rule, at: clock.now, db).prune(backup: backup) })
        }
        pruned.add(try write { db in try Pruning(rule, at: clock.now, db).pruneTheRest() })
        return pruned
    }

    /// What `prune` would take away now.
    public func prunable(_ rule: PruneRule) throws -> Pruned {
        try read { db in
            let pruning = Pruning(rule, at: clock.now, db)
            var pruned = try pruning.countTheRest()
            for backup in try Int64.fetchAll(db, sql: "SELECT id FROM backup") {
                pruned.add(try pruning.count(backup: backup))
            }
            return pruned
        }
    }

    /// Writes a copy of the whole history, as it is at this moment, into a file that is not there yet.
    ///
    /// Others may go on writing. The copy is compact, and only its owner may read it.
    public func copy(to path: String) throws {
        let file = HistoryFiles(path: path)
        try file.createAnew()
        do {
            try HistoryError.translating(path) {
                try pool.writeWithoutTransaction { db in
                    // SQLite takes an empty file for one that is not there.
                    try db.execute(sql: "VACUUM INTO ?", arguments: [path])
                }
            }
        } catch {
            try? file.remove()
            throw error
        }
    }

    private func backupNumbers() throws -> [Int64] {
        try read { db in try Int64.fetchAll(db, sql: "SELECT id FROM backup ORDER BY id") }
    }
}

/// What goes from one history; the triggers of the schema hold it to what may.
private struct Pruning {
    private let db: Database
    private let kept: Int
    /// What is older may go.
    private let readingsBefore: Timestamp
    private let midstatesBefore: Timestamp

    init(_ rule: PruneRule, at now: Timestamp, _ db: Database) {
        (self.db, kept) = (db, max(1, rule.kept))
        readingsBefore = now.advanced(bySeconds: -Int64(rule.readings))
        midstatesBefore = now.advanced(bySeconds: -Int64(rule.midstates))
    }

    func prune(backup: Int64) throws -> Pruned {
        var pruned = Pruned()
        try rollUp(backup)
        pruned.readings = try changes(
            """
            DELETE FROM reading WHERE (proof_id, object_id) IN (SELECT r.proof_id, r.object_id \(Self.oldReadings))
            """, [backup, column(readingsBefore)])
        pruned.midstates = try changes(
            "DELETE FROM midstate WHERE object_id IN (\(Self.unseenObjects))",
            [backup, column(midstatesBefore)])
        _ = try changes(
            "DELETE FROM progress WHERE object_id IN (\(Self.unseenObjects))",
            [backup, column(midstatesBefore)])
        return pruned
    }

    func count(backup: Int64) throws -> Pruned {
        var pruned = Pruned()
        pruned.readings = try number("SELECT count(*) \(Self.oldReadings)", [backup, column(readingsBefore)])
        pruned.midstates = try number(
            "SELECT count(*) FROM midstate WHERE object_id IN (\(Self.unseenObjects))",
            [backup, column(midstatesBefore)])
        return pruned
    }

    func pruneTheRest() throws -> Pruned {
        var pruned = Pruned()
        pruned.baselines = try changes("DELETE FROM trial_baseline WHERE \(Self.oldBaselines)", [kept])
        pruned.sweptStores = try changes("DELETE FROM sweep_store WHERE \(Self.oldSweeps)", [kept])
        return pruned
    }

    func countTheRest() throws -> Pruned {
        var pruned = Pruned()
        pruned.baselines = try number(
            "SELECT count(*) FROM trial_baseline WHERE \(Self.oldBaselines)", [kept])
        pruned.sweptStores = try number("SELECT count(*) FROM sweep_store WHERE \(Self.oldSweeps)", [kept])
        return pruned
    }

    /// What goes stays in sum.
    private func rollUp(_ backup: Int64) throws {
        try db.execute(
            sql: """
                INSERT INTO reading_day (backup_id, day, readings, bytes_read, bytes_resumed, seconds, retries)
                SELECT p.backup_id, p.ended / 86400000000000, count(*), sum(r.bytes_read), sum(r.bytes_resumed),
                    sum(r.seconds), sum(r.retries)
                \(Self.oldReadings) GROUP BY p.backup_id, p.ended / 86400000000000
                """, arguments: [backup, column(readingsBefore)])
    }

    /// Sound ones of backup ?1 before ?2 that a later one of the same object stands for.
    private static let oldReadings = """
        FROM proof p JOIN reading r ON r.proof_id = p.id
        WHERE p.backup_id = ?1 AND p.ended < ?2 AND r.verdict = 'verified' AND EXISTS (
            SELECT 1 FROM proof later JOIN reading n ON n.proof_id = later.id AND n.object_id = r.object_id
            WHERE later.backup_id = ?1 AND later.id > p.id AND n.verdict = 'verified'
                AND (n.sha256 IS NOT NULL OR r.sha256 IS NULL))
        """

    /// Of backup ?1, if nothing has looked at it since ?2.
    private static let unseenObjects = """
        SELECT id FROM object WHERE backup_id = ?1
            AND (SELECT max(ended) FROM proof WHERE backup_id = ?1) < ?2
        """

    private static let oldBaselines = """
        trial_id <= (SELECT newer.trial_id FROM trial_baseline newer
            WHERE newer.system_identifier = trial_baseline.system_identifier
            ORDER BY newer.trial_id DESC LIMIT 1 OFFSET ?1)
        """

    private static let oldSweeps = """
        sweep_id IN (SELECT sweep_id FROM sweep_end) AND id <= (SELECT newer.id FROM sweep_store newer
            WHERE newer.name = sweep_store.name ORDER BY newer.id DESC LIMIT 1 OFFSET ?1)
        """

    private func changes(_ sql: String, _ arguments: StatementArguments) throws -> Int {
        try db.execute(sql: sql, arguments: arguments)
        return db.changesCount
    }

    private func number(_ sql: String, _ arguments: StatementArguments) throws -> Int {
        try Int.fetchOne(db, sql: sql, arguments: arguments) ?? 0
    }
}

extension Pruned {
    fileprivate mutating func add(_ other: Pruned) {
        readings += other.readings
        midstates += other.midstates
        baselines += other.baselines
        sweptStores += other.sweptStores
    }
}
