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
                ).map { DatedLevel($0.word("level"), at: $0.time("ended")) }
            }
            return looks
        }
    }

    private static let looks = """
        SELECT CASE WHEN verdict = 'verified' THEN level END AS level, ended FROM proof
        WHERE backup_id = ?1 AND ended >= ?2 AND ended < ?3
            AND (verdict IN ('damaged', 'tampered') OR verdict = 'verified' AND level IN ('checksummed', 'inspected'))
        UNION ALL
        SELECT e.level, e.ended FROM trial t JOIN trial_end e ON e.trial_id = t.id
        WHERE t.backup_id = ?1 AND e.ended >= ?2 AND e.ended < ?3 AND e.exit_status = 0 AND e.level IS NOT NULL
        ORDER BY ended
        """
}
