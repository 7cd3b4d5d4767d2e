// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import GRDB

/// What the contents of backups were found to be: rows that only grow.
enum InspectionTable {
    /// The newest inspection of a backup; nil when there was none, or its findings can no longer be read.
    static func newest(of backup: Int64, _ db: Database) throws -> InspectionRecord? {
        let row = try Row.fetchOne(
            db, sql: "SELECT * FROM inspection WHERE backup_id = ? ORDER BY id DESC LIMIT 1",
            arguments: [backup])
        guard let row, let checks = row["checks"] as Int?,
            let findings = try? JSONDecoder().decode(
                [Finding].self, from: Data((row["findings"] as String).utf8))
        else { return nil }
        return InspectionRecord(
            checks: checks, digestSet: row["digest_set"], isComplete: row["is_complete"], findings: findings,
            contents: try summary(row, db))
    }

    static func add(_ record: InspectionRecord, backup: Int64, proof: Int64, _ db: Database) throws {
        let findings = try json(record.findings)
        let contents = record.contents
        try db.execute(
            sql: """
                INSERT INTO inspection (backup_id, proof_id, checks, digest_set, is_complete, findings,
                    major_version, system_identifier, files, bytes, archive_bytes, pages,
                    parent_timeline, parent_start)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                backup, proof, record.checks, record.digestSet, record.isComplete, findings,
                contents.majorVersion, contents.systemIdentifier.map(String.init), column(contents.files),
                column(contents.bytes), column(contents.archiveBytes), column(contents.pages),
                contents.parent.map { Int64($0.timeline) },
                contents.parent.map { Int64(bitPattern: $0.start) },
            ])
        try add(contents.relations, to: db.lastInsertedRowID, db)
    }

    private static func add(_ totals: [RelationTotal], to inspection: Int64, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO inspection_relations (inspection_id, database_oid, fork, files, bytes)
                VALUES (?, ?, ?, ?, ?)
                """)
        for total in totals {
            try statement.execute(arguments: [
                inspection, Int64(total.database), total.fork, column(total.files), column(total.bytes),
            ])
        }
    }

    private static func summary(_ row: Row, _ db: Database) throws -> ContentSummary {
        var contents = ContentSummary()
        contents.majorVersion = row["major_version"]
        contents.systemIdentifier = (row["system_identifier"] as String?).flatMap { UInt64($0) }
        contents.files = row.bytes("files") ?? 0
        contents.bytes = row.bytes("bytes") ?? 0
        contents.archiveBytes = row.bytes("archive_bytes") ?? 0
        contents.pages = row.bytes("pages") ?? 0
        if let timeline = row["parent_timeline"] as UInt32?, let start = row["parent_start"] as Int64? {
            contents.parent = ParentBackup(timeline: timeline, start: UInt64(bitPattern: start))
        }
        contents.relations = try Row.fetchAll(
            db, sql: "SELECT * FROM inspection_relations WHERE inspection_id = ?", arguments: [row["id"]]
        ).map {
            RelationTotal(
                database: $0["database_oid"], fork: $0["fork"], files: $0.bytes("files") ?? 0,
                bytes: $0.bytes("bytes") ?? 0)
        }
        return contents
    }
}
