// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import GRDB

extension HistoryDatabase {
    /// What is known of the backups at or below a place, by the places' URLs.
    ///
    /// A backup that nothing has come to a verdict on is not among them, and neither is one whose tampering
    /// was accepted and that was not verified since. A restore that found damage counts until a
    /// verification or a restore finds the backup sound, a trial that did until a verification or a trial does.
    public func standings(at place: String) throws -> [String: BackupStanding] {
        try read { db in try db.ofBackups(at: place) { try BackupStanding(of: $0, db) } }
    }
}

extension BackupStanding {
    /// Nil when there is no verdict that still counts.
    init?(of backup: Int64, _ db: Database) throws {
        let contents = try Judgement.ofContents(of: backup, db)
        let known = [
            try contents.flatMap { try $0.counts(db) ? $0.standing(db) : nil },
            try Judgement.ofListing(of: backup, after: contents, db).flatMap {
                try $0.counts(db) ? $0.standing(db) : nil
            },
            try Judgement.ofUnrefutedDamage(of: backup, db)?.standing(db),
            try Self.damageFoundByRestores(of: backup, after: contents, db),
            try Self.damageFoundByTrials(of: backup, after: contents, db),
        ].compactMap { $0 }
        let worst = Verdict.mostSevere(known.map(\.verdict))
        guard let since = known.filter({ $0.verdict == worst }).map(\.since).min() else { return nil }
        self.init(worst, since: since)
    }

    private static func damageFoundByRestores(
        of backup: Int64, after contents: Judgement?, _ db: Database
    ) throws -> BackupStanding? {
        let first = try Int64.fetchOne(
            db,
            sql: """
                WITH since AS (
                    SELECT r.id, r.accepts_damage, e.exit_status, e.ended
                    FROM restore r JOIN restore_end e ON e.restore_id = r.id
                    WHERE r.backup_id = ?1 AND r.trial_id IS NULL AND ifnull(e.newest_proof, 0) >= ?2)
                SELECT ended FROM since WHERE exit_status = 1 AND id > ifnull(
                    (SELECT max(id) FROM since WHERE exit_status = 0 AND NOT accepts_damage), 0)
                ORDER BY id LIMIT 1
                """, arguments: [backup, contents?.id ?? 0])
        return first.map { BackupStanding(.damaged, since: Timestamp(nanoseconds: $0)) }
    }

    private static func damageFoundByTrials(
        of backup: Int64, after contents: Judgement?, _ db: Database
    ) throws -> BackupStanding? {
        let first = try Int64.fetchOne(
            db,
            sql: """
                WITH since AS (
                    SELECT t.id, e.exit_status, e.ended FROM trial t JOIN trial_end e ON e.trial_id = t.id
                    WHERE t.backup_id = ?1 AND ifnull(e.newest_proof, 0) >= ?2)
                SELECT ended FROM since WHERE exit_status = 1 AND id > ifnull(
                    (SELECT max(id) FROM since WHERE exit_status = 0), 0)
                ORDER BY id LIMIT 1
                """, arguments: [backup, contents?.id ?? 0])
        return first.map { BackupStanding(.damaged, since: Timestamp(nanoseconds: $0)) }
    }
}

/// A proof that came to a verdict on a backup.
private struct Judgement {
    let id: Int64
    let backup: Int64
    let verdict: Verdict
    let ended: Timestamp
    let isListing: Bool

    /// The newest one on the backup's bytes.
    static func ofContents(of backup: Int64, _ db: Database) throws -> Judgement? {
        try newest(of: backup, "level_asked <> 'listed'", db)
    }

    /// A later one on what is there: it can find objects missing, but cannot find bytes sound.
    static func ofListing(of backup: Int64, after contents: Judgement?, _ db: Database) throws -> Judgement? {
        try newest(of: backup, "level_asked = 'listed' AND id > \(contents?.id ?? 0)", db)
    }

    /// Damage that no later verification found gone which looked as closely.
    static func ofUnrefutedDamage(of backup: Int64, _ db: Database) throws -> Judgement? {
        let closeness =
            "CASE %.level_asked WHEN 'listed' THEN 0 WHEN 'checksummed' THEN 1 WHEN 'inspected' THEN 2 ELSE 3 END"
        let (here, later) = (
            closeness.replacing("%", with: "proof"), closeness.replacing("%", with: "later")
        )
        return try newest(
            of: backup,
            """
            verdict = 'damaged' AND NOT EXISTS (
                SELECT 1 FROM proof later WHERE later.backup_id = proof.backup_id AND later.id > proof.id
                    AND later.verdict IN ('verified', 'incomplete') AND \(later) >= \(here))
            """, db)
    }

    private static func newest(of backup: Int64, _ condition: String, _ db: Database) throws -> Judgement? {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT id, verdict, ended, level_asked = 'listed' AS is_listing FROM proof
                WHERE backup_id = ? AND verdict <> 'inconclusive' AND \(condition) ORDER BY id DESC LIMIT 1
                """, arguments: [backup])
        guard let row, let verdict: Verdict = row.word("verdict") else { return nil }
        return Judgement(
            id: row["id"], backup: backup, verdict: verdict, ended: row.time("ended"),
            isListing: row["is_listing"])
    }

    /// False for tampering that a person has accepted since.
    func counts(_ db: Database) throws -> Bool {
        guard verdict == .tampered else { return true }
        guard isListing else {
            let pins = try PinTable.current(of: backup, db)
            return try !OpenTampering(of: backup, pins: pins, db).rows.isEmpty
        }
        let accepted = try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (
                    SELECT 1 FROM event WHERE backup_id = ? AND kind = 'acceptance' AND at >= ?)
                """, arguments: [backup, column(ended)])
        return accepted != true
    }

    /// The verdict, since the first proof of it after one on the bytes that said otherwise.
    func standing(_ db: Database) throws -> BackupStanding {
        let since = try Int64.fetchOne(
            db,
            sql: """
                SELECT ended FROM proof WHERE backup_id = ?1 AND verdict = ?2 AND id > ifnull(
                    (SELECT max(id) FROM proof WHERE backup_id = ?1 AND id < ?3 AND verdict <> ?2
                        AND verdict <> 'inconclusive' AND level_asked <> 'listed'), 0)
                ORDER BY id LIMIT 1
                """, arguments: [backup, verdict.rawValue, id])
        return BackupStanding(verdict, since: since.map(Timestamp.init(nanoseconds:)) ?? ended)
    }
}
