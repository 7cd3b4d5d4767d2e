// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import GRDB

extension HistoryDatabase {
    /// All damage that was found before `end` and was not over by `start`, the earliest first.
    ///
    /// What came first the numbers of proofs tell, as clocks step. By verifications, trials and restores, whichever store or place they were asked of; what came after `end` counts for nothing.
    public func damage(from start: Timestamp, to end: Timestamp) throws -> [FoundDamage] {
        try read { db in
            try Row.fetchAll(db, sql: Self.damage, arguments: [column(start), column(end)]).compactMap {
                row in
                guard let verdict: Verdict = row.word("verdict"),
                    let finder: FoundDamage.Finder = row.word("finder")
                else { return nil }
                var damage = FoundDamage(
                    of: BackupPlace(row), verdict, by: finder, found: row.time("found"),
                    over: row.timeIfAny("over"))
                let object = row.objectName("object").map { "\($0): " } ?? ""
                damage.words = (row["words"] as String?).map { object + $0 }
                return damage
            }
        }
    }

    private static let damage = """
        SELECT * FROM (
            SELECT b.url, b.label, d.verdict, d.finder, d.found, ifnull(d.failure, f.message) AS words, f.object, (
                SELECT p.ended FROM proof p WHERE p.backup_id = b.id AND p.verdict = 'verified'
                    AND p.level_asked <> 'listed' AND p.id > d.proof AND p.ended < ?2 ORDER BY p.id LIMIT 1) AS over
            FROM (
                SELECT backup_id, verdict, 'verification' AS finder, ended AS found, id AS proof, NULL AS failure FROM proof
                WHERE verdict IN ('damaged', 'tampered')
                UNION ALL
                SELECT t.backup_id, CASE e.exit_status WHEN 1 THEN 'damaged' ELSE 'tampered' END, 'trial', e.ended,
                    ifnull(e.newest_proof, 0), e.failure
                FROM trial_end e JOIN trial t ON t.id = e.trial_id WHERE e.exit_status IN (1, 6)
                UNION ALL
                SELECT t.backup_id, CASE e.exit_status WHEN 1 THEN 'damaged' ELSE 'tampered' END, 'restore', e.ended,
                    ifnull(e.newest_proof, 0), e.failure
                FROM restore_end e JOIN restore t ON t.id = e.restore_id WHERE e.exit_status IN (1, 6)
            ) d JOIN backup b ON b.id = d.backup_id
            LEFT JOIN (
                SELECT s.proof_id, o.name AS object, s.message, min(s.id) FROM finding_sighting s
                    JOIN finding f ON f.id = s.finding_id LEFT JOIN object o ON o.id = f.object_id
                WHERE s.severity = 'error' AND s.state <> 'resolved' GROUP BY s.proof_id
            ) f ON d.finder = 'verification' AND f.proof_id = d.proof
            WHERE d.found < ?2
        ) WHERE over IS NULL OR over >= ?1 ORDER BY found, url
        """
}
