// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB

/// What was restored: rows that only grow.
enum RestoreTable {
    static func begin(_ start: RestoreStart, by process: ProcessIdentity, _ db: Database) throws -> Int64 {
        try db.execute(
            sql: """
                INSERT INTO restore (backup_id, target, goal, accepts_damage, is_resumed, trial_id, started,
                    tool_version, host, boot_id, pid, process_start)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                try db.backupID(making: start.place), start.target, start.goal, start.acceptsDamage,
                start.isResumed, start.trial?.value, column(start.started), start.toolVersion,
                process.host, process.bootID, process.pid, process.startTime,
            ])
        return db.lastInsertedRowID
    }

    static func add(_ phase: RestorePhase, to restore: Int64, _ db: Database) throws {
        try requireOpen(restore, db)
        try db.execute(
            sql: "INSERT INTO restore_phase (restore_id, name, seconds, bytes) VALUES (?, ?, ?, ?)",
            arguments: [restore, phase.name.rawValue, phase.seconds, column(phase.bytes)])
    }

    static func end(_ restore: Int64, _ end: RestoreEnd, _ db: Database) throws {
        try requireOpen(restore, db)
        try db.execute(
            sql: """
                INSERT INTO restore_end (restore_id, exit_status, failure, findings, findings_found,
                    end_position, timeline, ended, newest_proof)
                SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
                    (SELECT max(id) FROM proof WHERE backup_id = restore.backup_id)
                FROM restore WHERE id = ?1
                """,
            arguments: [
                restore, end.exitStatus, Limit.cutIfAny(end.failure), try json(Limit.cut(end.findings)),
                end.findings.count, end.endPosition, end.timeline.map { Int64($0) }, column(end.ended),
            ])
    }

    static func phases(of restore: Int64, _ db: Database) throws -> [RestorePhase] {
        let statement = try db.cachedStatement(
            sql: "SELECT name, seconds, bytes FROM restore_phase WHERE restore_id = ? ORDER BY id")
        return try Row.fetchAll(statement, arguments: [restore]).compactMap { row in
            row.word("name").map { RestorePhase($0, seconds: row["seconds"], bytes: row.bytes("bytes")) }
        }
    }

    private static func requireOpen(_ restore: Int64, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                SELECT 1 FROM restore r WHERE r.id = ?
                    AND NOT EXISTS (SELECT 1 FROM restore_end WHERE restore_id = r.id)
                """)
        guard try Row.fetchOne(statement, arguments: [restore]) != nil else {
            throw HistoryError.noSuchRestore(restore)
        }
    }
}
