// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Evidence
import GRDB

extension HistoryDatabase {
    /// Takes the backup for this run.
    ///
    /// A lock whose process has ended is taken over, and so is one that another host has held for more than
    /// 24 hours; either leaves an event. A lock of a living process, this one included, is `busy`.
    public func lock(_ place: BackupPlace, for run: RunID) throws {
        try write { db in
            let backup = try db.backupID(making: place)
            if let holder = try db.lockHolder(of: backup) {
                try takeOver(place, backup, from: holder, for: run, db)
            }
            try db.execute(
                sql: """
                    INSERT INTO lock (backup_id, run_id, host, boot_id, pid, process_start, since)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    backup, run.value, process.host, process.bootID, process.pid, process.startTime,
                    column(clock.now),
                ])
        }
    }

    /// Takes away only a lock of this very process: one that was taken over stays.
    public func release(_ place: BackupPlace) throws {
        try write { db in
            guard let backup = try db.backupID(of: place) else { return }
            try db.execute(
                sql: """
                    DELETE FROM lock WHERE backup_id = ? AND host = ? AND boot_id = ? AND pid = ?
                        AND process_start = ?
                    """,
                arguments: [backup, process.host, process.bootID, process.pid, process.startTime])
        }
    }

    /// Throws `busy` while a run that may still live holds the backup.
    func refuseWhileLocked(_ place: BackupPlace, _ backup: Int64, _ db: Database) throws {
        guard let holder = try db.lockHolder(of: backup),
            holder.reasonToTakeOver(seenBy: process, at: clock.now) == nil
        else { return }
        throw HistoryError.busy(place, holder)
    }

    private func takeOver(
        _ place: BackupPlace, _ backup: Int64, from holder: LockHolder, for run: RunID, _ db: Database
    ) throws {
        let now = clock.now
        guard let reason = holder.reasonToTakeOver(seenBy: process, at: now) else {
            throw HistoryError.busy(place, holder)
        }
        try db.execute(sql: "DELETE FROM lock WHERE backup_id = ?", arguments: [backup])
        let event = try Event(.lockTakenOver, at: now, backup: backup, run: run.value, text: reason).insert(
            db)
        try addLeaf(.event, event, db)
    }
}

extension Database {
    func lockHolder(of backup: Int64) throws -> LockHolder? {
        let row = try Row.fetchOne(self, sql: "SELECT * FROM lock WHERE backup_id = ?", arguments: [backup])
        guard let row else { return nil }
        return LockHolder(process: ProcessIdentity(row), run: RunID(row["run_id"]), since: row.time("since"))
    }
}

extension ProcessIdentity {
    /// Reads the columns in which `run` and `lock` name a process.
    init(_ row: Row) {
        self.init(host: row["host"], bootID: row["boot_id"], pid: row["pid"], startTime: row["process_start"])
    }
}
