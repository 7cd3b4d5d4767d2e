// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import GRDB

extension HistoryDatabase {
    /// What each reading of some backups in a period has come to, and each trial restore that passed; the oldest first, by label.
    ///
    /// Looks that came to no verdict, and listings, are left out. `location` is the store's URL.
    public func looks(
        at labels: [String], in location: String, from start: Timestamp, to end: Timestamp
    ) throws -> [String: [DatedLevel]] {
        try read { db in
            var looks: [String: [DatedLevel]] = [:]
            for label in labels {
                // A backup keeps the last part of its label alone; the store itself may be one.
                let backup = try Int64.fetchOne(
                    db.cachedStatement(
                        sql:
                            "SELECT id FROM backup WHERE url = ?1 OR url = ?2 AND label = ?3 ORDER BY url DESC"
                    ),
                    arguments: ["\(location)/\(label)", location, label])
                guard let backup else { continue }
                looks[label] = try Row.fetchAll(
                    db.cachedStatement(sql: Self.looks), arguments: [backup, column(start), column(end)]
                ).map { row in
                    var look = DatedLevel(row.word("level"), at: row.time("ended"))
                    let object = row.objectName("object").map { "\($0): " } ?? ""
                    look.words = (row["words"] as String?).map { object + $0 }
                    return look
                }
            }
            return looks
        }
    }

    private static let looks = """
        SELECT CASE WHEN p.verdict = 'verified' THEN p.level END AS level, p.ended, f.object, f.words
        FROM proof p LEFT JOIN (
            SELECT s.proof_id, o.name AS object, s.message AS words, min(s.id) FROM finding_sighting s
                JOIN finding f ON f.id = s.finding_id LEFT JOIN object o ON o.id = f.object_id
            WHERE f.backup_id = ?1 AND s.severity = 'error' AND s.state <> 'resolved' GROUP BY s.proof_id
        ) f ON f.proof_id = p.id AND p.verdict <> 'verified'
        WHERE p.backup_id = ?1 AND p.ended >= ?2 AND p.ended < ?3 AND (p.verdict IN ('damaged', 'tampered')
            OR p.verdict = 'verified' AND p.level IN ('checksummed', 'inspected'))
        UNION ALL
        SELECT e.level, e.ended, NULL, NULL FROM trial t JOIN trial_end e ON e.trial_id = t.id
        WHERE t.backup_id = ?1 AND e.ended >= ?2 AND e.ended < ?3 AND e.exit_status = 0 AND e.level IS NOT NULL
        ORDER BY ended
        """
}
