// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Evidence
import GRDB

extension HistoryDatabase: Ledger {
    /// Adds an open run with the identity of this process, by which others see later whether it still lives.
    public func begin(_ run: RunStart) throws -> RunID {
        try write { db in
            try db.execute(
                sql: """
                    INSERT INTO run (command, location, level_asked, started, tool_version,
                        host, boot_id, pid, process_start)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    run.command, run.location, column(run.levelAsked), column(run.started), run.toolVersion,
                    process.host, process.bootID, process.pid, process.startTime,
                ])
            let run = db.lastInsertedRowID
            // What is there of a run that has only begun, somebody else has put there.
            let isForeseen = try Bool.fetchOne(
                db,
                sql:
                    "SELECT EXISTS (SELECT 1 FROM pin WHERE run_id = ?1) OR EXISTS (SELECT 1 FROM proof WHERE run_id = ?1)",
                arguments: [run])
            guard isForeseen != true else { throw HistoryError.foreseen("run", run) }
            return RunID(run)
        }
    }

    /// Ends a run and gives up whatever locks it still holds.
    public func end(_ run: RunID, exitStatus: Int32, verdict: Verdict?) throws {
        try writeSealed { db in
            try db.execute(
                sql: "UPDATE run SET ended = ?, exit_status = ?, verdict = ? WHERE id = ? AND ended IS NULL",
                arguments: [column(clock.now), exitStatus, column(verdict), run.value])
            guard db.changesCount == 1 else { throw HistoryError.noSuchRun(run.value) }
            try db.execute(sql: "DELETE FROM lock WHERE run_id = ?", arguments: [run.value])
        }
    }

    /// All that is kept under the place's URL; empty for a backup that the history does not know.
    public func memory(of place: BackupPlace) throws -> BackupMemory {
        try read { db in
            guard let backup = try db.backupID(of: place) else { return BackupMemory() }
            let pins = try PinTable.current(of: backup, db)
            return BackupMemory(
                pins: pins, progress: try ProgressTable(db, key: signingKey).kept(of: backup),
                inspection: try InspectionTable.newest(of: backup, db),
                tampered: try OpenTampering(of: backup, pins: pins, db).objects,
                verdict: try BackupStanding(of: backup, db)?.verdict)
        }
    }

    /// What was pinned of these versions of a backup's objects, whatever was pinned of later ones.
    public func pins(
        of place: BackupPlace, seenAs versions: [ObjectName: Validators]
    ) throws -> [ObjectName: Pin] {
        try read { db in
            guard let backup = try db.backupID(of: place) else { return [:] }
            return try PinTable.pins(of: backup, seenAs: versions, db)
        }
    }

    /// The list as it was last kept; nil when there is none.
    public func midstates(of object: ObjectName, in place: BackupPlace) throws -> Midstates? {
        try read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT chunk_size, states FROM backup b JOIN object o ON o.backup_id = b.id
                    JOIN midstate m ON m.object_id = o.id WHERE b.url = ? AND o.name = ?
                    """, arguments: [place.url, column(object)])
            guard let chunkSize = row?.bytes("chunk_size"), let states = row?.blob("states") else {
                return nil
            }
            return Midstates(chunkSize: chunkSize, states: states)
        }
    }

    /// Survives a kill of this process when it returns, but perhaps not a power failure.
    public func keep(_ progress: ProgressStep, of object: ObjectName, in place: BackupPlace) throws {
        try keep([(progress, object)], in: place)
    }

    /// Does it in one transaction, which survives a kill of this process when it returns, but perhaps not a power failure.
    ///
    /// Who does not hold the lock of the backup any more leaves nothing.
    public func keep(_ progress: [(step: ProgressStep, object: ObjectName)], in place: BackupPlace) throws {
        try writeRelaxed { db in
            let backup = try db.backupID(making: place)
            // After the verdict, or once another process has taken the backup over, it would be taken for read by the next run.
            guard try db.lockHolder(of: backup)?.process == process else { return }
            let table = ProgressTable(db, key: signingKey)
            for (step, object) in progress {
                try table.keep(step, object: db.objectID(of: object, in: backup))
            }
        }
    }

    /// Does it in one transaction, and gives up the lock only where this run still has it: another may have taken it over.
    public func record(_ outcome: BackupOutcome, in run: RunID) throws {
        try write { db in
            var recording = try Recording(outcome, in: run, db)
            try addLeaf(.proof, recording.write(), db)
        }
    }
}

extension Database {
    func backupID(of place: BackupPlace) throws -> Int64? {
        try Int64.fetchOne(
            cachedStatement(sql: "SELECT id FROM backup WHERE url = ?"), arguments: [place.url])
    }

    func backupID(making place: BackupPlace) throws -> Int64 {
        if let known = try backupID(of: place) { return known }
        try execute(
            sql: "INSERT INTO backup (url, label) VALUES (?, ?)", arguments: [place.url, place.label])
        return lastInsertedRowID
    }

    func objectID(of name: ObjectName, in backup: Int64) throws -> Int64 {
        let known = try cachedStatement(sql: "SELECT id FROM object WHERE backup_id = ? AND name = ?")
        if let known = try Int64.fetchOne(known, arguments: [backup, column(name)]) { return known }
        try cachedStatement(sql: "INSERT INTO object (backup_id, name) VALUES (?, ?)")
            .execute(arguments: [backup, column(name)])
        return lastInsertedRowID
    }
}
