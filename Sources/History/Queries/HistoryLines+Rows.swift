// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB

extension BackupLine: HistoryLine {
    static let select = """
        SELECT b.id AS backup_id, b.url, b.label, p.verdict, p.level_asked, p.level, p.ended, p.backup_size, (
            SELECT ended FROM proof WHERE backup_id = b.id AND verdict = 'verified' ORDER BY id DESC LIMIT 1
        ) AS last_verified, (
            SELECT count(*) FROM finding f WHERE f.backup_id = b.id AND 'resolved' <> (
                SELECT state FROM finding_sighting WHERE finding_id = f.id ORDER BY proof_id DESC LIMIT 1)
        ) AS open_findings, trial.level AS trial_level, trial.ended AS trial_ended
        FROM backup b JOIN proof p ON p.id = (SELECT max(id) FROM proof WHERE backup_id = b.id)
        LEFT JOIN trial_end trial ON trial.trial_id = \(newestTrial) AND trial.exit_status IN (0, 18)
            AND p.verdict = 'verified' AND NOT EXISTS (
                SELECT 1 FROM proof later
                WHERE later.backup_id = b.id AND later.id > ifnull(trial.newest_proof, 0)
                    AND later.verdict IN ('damaged', 'tampered', 'incomplete'))
        """

    /// The newest trial that came to a verdict on the backup `b`: it passed, found its bytes wrong, or its cluster.
    private static let newestTrial = """
        (SELECT e.trial_id FROM trial t JOIN trial_end e ON e.trial_id = t.id
            WHERE t.backup_id = b.id AND e.exit_status IN (0, 1, 6, 18) ORDER BY t.id DESC LIMIT 1)
        """

    init?(_ row: Row) {
        guard let verdict: Verdict = row.word("verdict"), let asked: Level = row.word("level_asked") else {
            return nil
        }
        self.init(
            place: BackupPlace(row), verdict: verdict, levelAsked: asked, level: row.word("level"),
            lastProof: row.time("ended"), lastVerified: row.timeIfAny("last_verified"),
            bytes: row.bytes("backup_size") ?? 0, openFindings: row["open_findings"], trial: Trial(row))
    }
}

extension BackupLine.Trial {
    fileprivate init?(_ row: Row) {
        guard let level: Level = row.word("trial_level") else { return nil }
        self.init(level: level, ended: row.time("trial_ended"))
    }
}

extension ObjectLine: HistoryLine {
    /// The newest proof with a reading of the object `o`, and with a reading that found it good.
    private static let newestProof = proof("TRUE")
    /// The newest proof that read the object `o` and came to a verdict on its bytes.
    static let newestJudgement = proof("f.level_asked <> 'listed' AND r.verdict <> 'inconclusive'")
    private static let newestGoodProof = proof("r.verdict = 'verified' AND r.sha256 IS NOT NULL")

    static let select = """
        SELECT b.id AS backup_id, b.url, b.label, o.name, r.object_size, r.sha256, r.verdict, p.ended, good.ended AS last_good, (
            SELECT f.ended FROM proof f CROSS JOIN reading bad ON bad.proof_id = f.id AND bad.object_id = o.id
            WHERE f.backup_id = b.id AND f.id > ifnull(good.id, 0) AND bad.verdict IN ('damaged', 'tampered')
            ORDER BY f.id LIMIT 1) AS bad_since
        FROM backup b JOIN object o ON o.backup_id = b.id
        JOIN proof p ON p.id = \(newestProof)
        JOIN reading r ON r.proof_id = p.id AND r.object_id = o.id
        LEFT JOIN proof good ON good.id = \(newestGoodProof)
        """

    // CROSS JOIN fixes the order: from the newest proof back, one look at the readings for each.
    private static func proof(_ condition: String) -> String {
        """
        (SELECT f.id FROM proof f CROSS JOIN reading r ON r.proof_id = f.id AND r.object_id = o.id
            WHERE f.backup_id = o.backup_id AND \(condition) ORDER BY f.id DESC LIMIT 1)
        """
    }

    init?(_ row: Row) {
        guard let name = row.objectName("name"), let verdict: Verdict = row.word("verdict") else {
            return nil
        }
        self.init(
            place: BackupPlace(row), name: name, size: row.bytes("object_size") ?? 0, sha256: row["sha256"],
            verdict: verdict, lastRead: row.time("ended"), lastGood: row.timeIfAny("last_good"),
            badSince: row.timeIfAny("bad_since"))
    }
}

extension FindingLine: HistoryLine {
    static let select = """
        SELECT f.id, b.url, b.label, f.code, o.name, f.member, f.byte_offset, f.byte_length,
            s.severity, s.expected, s.found, s.cause, s.message, sp.ended AS last_seen,
            n.state, n.proof_id AS newest_proof, np.ended AS newest_ended, (
                SELECT x.ended FROM finding_sighting fs JOIN proof x ON x.id = fs.proof_id
                WHERE fs.finding_id = f.id ORDER BY fs.proof_id LIMIT 1) AS first_seen, (
                SELECT count(*) FROM finding_sighting WHERE finding_id = f.id AND state <> 'resolved'
            ) AS times_seen
        FROM backup b JOIN finding f ON f.backup_id = b.id
        JOIN finding_sighting n ON n.id = (
            SELECT id FROM finding_sighting WHERE finding_id = f.id ORDER BY proof_id DESC LIMIT 1)
        JOIN finding_sighting s ON s.id = (
            SELECT id FROM finding_sighting WHERE finding_id = f.id AND state <> 'resolved'
            ORDER BY proof_id DESC LIMIT 1)
        JOIN proof np ON np.id = n.proof_id JOIN proof sp ON sp.id = s.proof_id
        LEFT JOIN object o ON o.id = f.object_id
        """

    init?(_ row: Row) {
        guard let severity: Severity = row.word("severity") else { return nil }
        let isResolved = row["state"] as String == "resolved"
        self.init(
            number: row["id"], place: BackupPlace(row), state: isResolved ? .resolved : .open,
            code: row["code"],
            severity: severity,
            object: row.objectName("name"), member: row["member"], offset: row.bytes("byte_offset"),
            length: row.bytes("byte_length"), expected: row["expected"], found: row["found"],
            cause: row["cause"],
            message: row["message"], firstSeen: row.time("first_seen"), lastSeen: row.time("last_seen"),
            timesSeen: row["times_seen"], resolvedAt: isResolved ? row.time("newest_ended") : nil)
    }
}

extension RunLine {
    static let select = """
        SELECT r.*, (SELECT count(*) FROM proof WHERE run_id = r.id) AS backups,
            (SELECT ifnull(sum(bytes_read), 0) FROM proof WHERE run_id = r.id) AS bytes_read
        FROM run r
        """

    init?(_ row: Row, seenBy observer: ProcessIdentity, at now: Timestamp) {
        guard let asked: Level = row.word("level_asked") else { return nil }
        let (id, started) = (RunID(row["id"]), row.time("started"))
        let process = ProcessIdentity(row)
        let ended = row.timeIfAny("ended")
        let goneReason = LockHolder(process: process, run: id, since: started)
            .reasonToTakeOver(seenBy: observer, at: now)
        self.init(
            id: id, state: ended != nil ? .ended : goneReason == nil ? .running : .interrupted,
            command: row["command"], location: row["location"], levelAsked: asked, started: started,
            ended: ended,
            exitStatus: row["exit_status"], verdict: row.word("verdict"), toolVersion: row["tool_version"],
            process: process, backups: row["backups"], bytesRead: row.bytes("bytes_read") ?? 0)
    }
}

extension EventLine: HistoryLine {
    static let select = """
        SELECT e.id, e.at, e.kind, e.who, e.text, b.url, b.label
        FROM event e LEFT JOIN backup b ON b.id = e.backup_id
        """

    init?(_ row: Row) {
        let hasPlace = row["url"] as String? != nil
        self.init(
            at: row.time("at"), kind: row["kind"], place: hasPlace ? BackupPlace(row) : nil, who: row["who"],
            text: row["text"])
    }
}

extension BackupPlace {
    /// Reads the columns `url` and `label`.
    init(_ row: Row) { self.init(url: row["url"], label: row["label"]) }
}
