// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB

/// What becomes of the findings of a backup when one more verification has ended.
///
/// A finding is known by its code, object, member and bytes; equal ones of one report are numbered. One that
/// is not open is opened, an open one is seen again. An open one that is absent is resolved only when this
/// verification could have seen it: it came to a verdict on the backup and on the object, it asked for at
/// least the level at which the finding was last reported, and it did not just count others of the kind.
final class FindingSightings {
    private struct Open {
        var code: FindingCode?
        var level: Level
        var object: Int64?
    }

    private struct Kind: Hashable {
        var code: FindingCode?
        /// Nil where it is any of the backup.
        var object: Int64?
    }

    private struct Identity: Hashable {
        var code: FindingCode
        var object: ObjectName?
        var member: [UInt8]?
        var offset: UInt64?
        var length: UInt64?
    }

    private let backup: Int64
    private let proof: Int64
    private let outcome: BackupOutcome
    private let db: Database
    private var open: [Int64: Open]
    private var counts: [Identity: Int] = [:]
    /// Of what there was too much to tell each.
    private var counted: Set<Kind> = []

    init(backup: Int64, proof: Int64, _ outcome: BackupOutcome, _ db: Database) throws {
        (self.backup, self.proof, self.outcome, self.db) = (backup, proof, outcome, db)
        open = try Self.openFindings(of: backup, db)
    }

    func see(_ finding: Finding, object: Int64?) throws {
        if finding.standsForOthers { counted.insert(Kind(code: finding.code, object: object)) }
        let id = try id(of: finding, object: object)
        let wasOpen = open.removeValue(forKey: id) != nil
        try db.cachedStatement(
            sql: """
                INSERT INTO finding_sighting
                    (finding_id, proof_id, state, severity, expected, found, cause, message)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            id, proof, wasOpen ? "seen" : "opened", column(finding.severity), finding.expected, finding.found,
            column(finding.cause), finding.message,
        ])
    }

    /// Call it after `see` was called with every finding of the report; `unclear` are the objects on which it has
    /// no verdict.
    func resolveTheRest(unclear: Set<Int64>) throws {
        // Of an upload under way nothing was read.
        guard outcome.report.verdict != .inconclusive, !outcome.report.isUploading else { return }
        let resolve = try db.cachedStatement(
            sql: "INSERT INTO finding_sighting (finding_id, proof_id, state) VALUES (?, ?, 'resolved')")
        for (id, finding) in open.sorted(by: { $0.key < $1.key }) {
            if let object = finding.object, unclear.contains(object) { continue }
            if isCounted(finding) { continue }
            guard outcome.levelAsked >= finding.level else { continue }
            try resolve.execute(arguments: [id, proof])
        }
    }

    private func isCounted(_ finding: Open) -> Bool {
        counted.contains(Kind(code: finding.code, object: nil))
            || counted.contains(Kind(code: finding.code, object: finding.object))
    }

    private func id(of finding: Finding, object: Int64?) throws -> Int64 {
        let identity = Identity(
            code: finding.code, object: finding.object, member: finding.member.map { Array($0.utf8) },
            offset: finding.offset, length: finding.length)
        let ordinal = counts[identity, default: 0]
        counts[identity] = ordinal + 1
        let arguments: StatementArguments = [
            backup, column(finding.code), object, column(finding.offset), column(finding.length),
            finding.member,
            ordinal,
        ]
        let known = try db.cachedStatement(
            sql: """
                SELECT id FROM finding WHERE backup_id = ?1 AND code = ?2
                    AND ifnull(object_id, 0) = ifnull(?3, 0)
                    AND ifnull(byte_offset, -1) = ifnull(?4, -1) AND ifnull(byte_length, -1) = ifnull(?5, -1)
                    AND (member IS NULL) = (?6 IS NULL) AND ifnull(member, '') = ifnull(?6, '')
                    AND ordinal = ?7
                """)
        if let id = try Int64.fetchOne(known, arguments: arguments) { return id }
        try db.cachedStatement(
            sql: """
                INSERT INTO finding (backup_id, code, object_id, byte_offset, byte_length, member, ordinal)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: arguments)
        return db.lastInsertedRowID
    }

    private static func openFindings(of backup: Int64, _ db: Database) throws -> [Int64: Open] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT f.id, f.code, f.object_id, p.level_asked FROM finding f
                JOIN finding_sighting s ON s.id = (
                    SELECT id FROM finding_sighting WHERE finding_id = f.id ORDER BY proof_id DESC LIMIT 1)
                JOIN proof p ON p.id = s.proof_id
                WHERE f.backup_id = ? AND s.state <> 'resolved'
                """, arguments: [backup])
        return Dictionary(
            uniqueKeysWithValues: rows.map { row in
                (
                    row["id"],
                    Open(
                        code: row.word("code"), level: row.word("level_asked") ?? .exercised,
                        object: row["object_id"])
                )
            })
    }
}
