// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import GRDB

/// What was restored: rows that only grow.
enum RestoreTable {
    static func begin(_ start: RestoreStart, by process: ProcessIdentity, _ db: Database) throws -> Int64 {
        try db.execute(
            sql: """
                INSERT INTO restore (backup_id, target, goal, accepts_damage, is_resumed, started,
                    tool_version, host, boot_id, pid, process_start)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                try db.backupID(making: start.place), start.target, start.goal, start.acceptsDamage,
                start.isResumed, column(start.started), start.toolVersion,
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
                restore, end.exitStatus, end.failure.flatMap { $0.isEmpty ? nil : Limit.cut($0) },
                try json(end.findings),
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

    /// What `end` kept of the findings; empty when a newer program wrote words that this one cannot read.
    static func findings(_ row: Row) -> [Finding] {
        guard let text: String = row["findings"] else { return [] }
        return (try? JSONDecoder().decode([Finding].self, from: Data(text.utf8))) ?? []
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

    private static func json(_ findings: [Finding]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let kept = findings.prefix(Limit.findings).map(Limit.cut)
        return String(decoding: try encoder.encode(Array(kept)), as: UTF8.self)
    }

    /// A hostile archive or a talkative server must not fill the history.
    private enum Limit {
        static let findings = 100
        private static let scalars = 4096
        private static let findingScalars = 1000

        static func cut(_ text: String) -> String { cut(text, to: scalars) }

        static func cut(_ finding: Finding) -> Finding {
            let words = finding.sentence
            let kept = Finding.Sentence(
                cut(words.message, to: findingScalars),
                expected: words.expected.map { cut($0, to: findingScalars) },
                found: words.found.map { cut($0, to: findingScalars) })
            var short = finding
            short.place.member = finding.member.map { cut($0, to: findingScalars) }
            // Its fact would be as long as its words.
            if kept != words || short.member != finding.member { short.fact = .recorded(finding.code, kept) }
            return short
        }

        // SQLite counts code points too; a NUL would end the text for its shell and for `length()`.
        private static func cut(_ text: String, to limit: Int) -> String {
            let scalars = text.unicodeScalars
            guard scalars.count > limit || scalars.contains("\0") else { return text }
            let isWhole = scalars.count <= limit
            let kept = scalars.prefix(isWhole ? limit : limit - 1).map { $0 == "\0" ? "\u{FFFD}" : $0 }
            return String(String.UnicodeScalarView(kept)) + (isWhole ? "" : "…")
        }
    }
}
