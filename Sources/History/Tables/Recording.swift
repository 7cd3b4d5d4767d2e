// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB

/// The transaction in which the results of one verification of one backup enter the history.
struct Recording {
    private let outcome: BackupOutcome
    private let run: RunID
    private let db: Database
    private let backup: Int64
    private var objects: [ObjectName: Int64]

    init(_ outcome: BackupOutcome, in run: RunID, _ db: Database) throws {
        (self.outcome, self.run, self.db) = (outcome, run, db)
        backup = try db.backupID(making: outcome.place)
        objects = try Self.knownObjects(of: backup, db)
    }

    /// Returns the number of the proof.
    mutating func write() throws -> Int64 {
        let proof = try addProof()
        try addObjects()
        try addReadings(to: proof)
        try PinTable.add(outcome.pins.map { ($0, try id(of: $0.object)) }, run: run, db)
        if let inspection = outcome.inspection {
            try InspectionTable.add(inspection, backup: backup, proof: proof, db)
        }
        let sightings = try FindingSightings(backup: backup, proof: proof, outcome, db)
        for finding in outcome.report.findings {
            try sightings.see(finding, object: finding.object.map { try id(of: $0) })
        }
        let unclear = Set(
            try outcome.report.objects.filter { $0.verdict == .inconclusive }.map { try id(of: $0.name) })
        try sightings.resolveTheRest(unclear: unclear)
        // What could not be read to its end can be gone on with; all else has its verdict.
        try ProgressTable.forget(backup: backup, except: unclear, db)
        // Another run may have taken the lock over while this one was thought dead.
        try db.execute(
            sql: "DELETE FROM lock WHERE backup_id = ? AND run_id = ?", arguments: [backup, run.value])
        return proof
    }

    private func addProof() throws -> Int64 {
        let report = outcome.report
        try db.execute(
            sql: """
                INSERT INTO proof (backup_id, run_id, level_asked, level, verdict, started, ended,
                    backup_size, bytes_read, seconds)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                backup, run.value, column(outcome.levelAsked), column(report.level), column(report.verdict),
                column(report.started), column(outcome.ended), column(report.size), column(report.bytesRead),
                report.seconds,
            ])
        return db.lastInsertedRowID
    }

    /// Gives the objects that are new their ids, many at once; no other writer is about.
    private mutating func addObjects() throws {
        let new = outcome.report.objects.map(\.name).filter { objects[$0] == nil }
        guard new.count > 1 else { return }
        var next = try Int64.fetchOne(db, sql: "SELECT ifnull(max(id), 0) + 1 FROM object") ?? 1
        var batch = RowBatch(into: "object", columns: "id, backup_id, name", db)
        for name in new where objects[name] == nil {
            try batch.add([next, backup, column(name)])
            objects[name] = next
            next += 1
        }
        try batch.finish()
    }

    private mutating func addReadings(to proof: Int64) throws {
        var batch = RowBatch(
            into: "reading",
            columns: """
                proof_id, object_id, object_size, sha256, verdict, bytes_read, bytes_resumed, seconds,
                retries,
                \(Validators.columnNames)
                """, db)
        for object in outcome.report.objects {
            let validators = object.validators?.columns ?? [nil, nil, nil, nil, nil, nil]
            try batch.add(
                [
                    proof, try id(of: object.name), column(object.size), object.sha256,
                    column(object.verdict),
                    column(object.bytesRead), column(object.bytesResumed), object.seconds, object.retries,
                ] + validators)
        }
        try batch.finish()
    }

    private mutating func id(of name: ObjectName) throws -> Int64 {
        if let known = objects[name] { return known }
        let id = try db.objectID(of: name, in: backup)
        objects[name] = id
        return id
    }

    private static func knownObjects(of backup: Int64, _ db: Database) throws -> [ObjectName: Int64] {
        let rows = try Row.fetchCursor(
            db, sql: "SELECT name, id FROM object WHERE backup_id = ?", arguments: [backup])
        var objects: [ObjectName: Int64] = [:]
        while let row = try rows.next() {
            if let name = row.objectName(at: 0) { objects[name] = row[1] }
        }
        return objects
    }
}
