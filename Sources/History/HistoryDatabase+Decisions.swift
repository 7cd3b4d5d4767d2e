// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Evidence
import GRDB

extension HistoryDatabase {
    /// Keeps what a person says of an open finding, by its number in `FindingLine`; it stays for ever.
    ///
    /// Refused where there is no such finding, where it is resolved already, and without a reason.
    public func decide(
        on finding: Int64, _ kind: FindingDecision.Kind, until: Timestamp? = nil, reason: String, who: String
    ) throws -> FindingLine {
        guard !reason.allSatisfy(\.isWhitespace) else { throw HistoryError.emptyReason }
        let line = try findingLine(finding)
        guard line.state == .open || kind == .noted else { throw HistoryError.findingIsOver(finding) }
        let at = clock.now
        try writeSealed { db in
            try db.execute(
                sql: """
                    INSERT INTO finding_decision (finding_id, kind, waived_until, reason, who, at, newest_proof)
                    SELECT ?1, ?2, ?3, ?4, ?5, ?6, max(proof_id) FROM finding_sighting WHERE finding_id = ?1
                    """,
                arguments: [
                    finding, kind.rawValue, column(until), Limit.cut(reason), who, column(at),
                ])
            try addLeaf(.decision, db.lastInsertedRowID, db)
        }
        return try findingLine(finding)
    }

    /// What people said of findings in a period, the oldest first, as events of the record.
    public func decisions(from start: Timestamp, to end: Timestamp) throws -> [EventLine] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT d.*, b.url, b.label, f.code, o.name FROM finding_decision d
                    JOIN finding f ON f.id = d.finding_id JOIN backup b ON b.id = f.backup_id
                    LEFT JOIN object o ON o.id = f.object_id WHERE d.at >= ? AND d.at < ? ORDER BY d.id
                    """, arguments: [column(start), column(end)]
            ).map(EventLine.init(decision:))
        }
    }

    /// Other configurations and other keys of a period, the oldest first, as events of the record.
    public func changes(from start: Timestamp, to end: Timestamp) throws -> [EventLine] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT at, 'configuration-changed' AS kind, who, path, sha256 FROM configuration_change WHERE at >= ?1 AND at < ?2
                    UNION ALL SELECT at, 'signing-key', NULL, note, verifier FROM signing_key WHERE at >= ?1 AND at < ?2
                    ORDER BY at
                    """, arguments: [column(start), column(end)]
            ).map(EventLine.init(change:))
        }
    }

    private func findingLine(_ finding: Int64) throws -> FindingLine {
        var query = Query(FindingLine.select)
        query.narrow(finding, "id = ?")
        let line = try read { db -> FindingLine? in
            let line = try query.rows(db, order: "id").first.flatMap(FindingLine.init)
            return try line.map { try DecisionTable.told($0, at: clock.now, db) }
        }
        guard let line else { throw HistoryError.unknownFinding(finding) }
        return line
    }
}

/// What people have said of findings: rows that only grow.
enum DecisionTable {
    /// The finding with what was said of it.
    static func told(_ line: FindingLine, at now: Timestamp, _ db: Database) throws -> FindingLine {
        var line = line
        line.decisions = try decisions(on: line.number, db)
        line.decision = line.counting(at: now)
        return line
    }

    /// The oldest first.
    private static func decisions(on finding: Int64, _ db: Database) throws -> [FindingDecision] {
        try Row.fetchAll(
            db.cachedStatement(sql: select), arguments: [finding]
        ).compactMap { row in
            row.word("kind").map {
                FindingDecision(
                    $0, reason: row["reason"], who: row["who"], at: row.time("at"),
                    until: row.timeIfAny("waived_until"),
                    since: row["is_opened"] ? .opened : row["is_seen"] ? .seen : .none)
            }
        }
    }

    // What came first the numbers of proofs tell: clocks step.
    private static let select = """
        SELECT d.*, EXISTS (
            SELECT 1 FROM finding_sighting s WHERE s.finding_id = d.finding_id AND s.proof_id > d.newest_proof
                AND s.state <> 'resolved') AS is_seen, EXISTS (
            SELECT 1 FROM finding_sighting s WHERE s.finding_id = d.finding_id AND s.proof_id > d.newest_proof
                AND s.state = 'opened') AS is_opened
        FROM finding_decision d WHERE d.finding_id = ? ORDER BY d.id
        """
}

extension EventLine {
    fileprivate init(change row: Row) {
        let (kind, path, name): (String, String, String) = (row["kind"], row["path"], row["sha256"])
        let text =
            kind == "signing-key"
            ? "the key \(name) signs from then on: \(Self.reason(of: path))"
            : "'\(path)' is first seen, or another one than before; its SHA-256 is \(name)"
        self.init(at: row.time("at"), kind: kind, place: nil, who: row["who"], text: text)
    }

    private static func reason(of note: String) -> String {
        switch SignedNote(note).flatMap({ KeyNote($0.text) })?.reason {
        case .first?: "there was none"
        case .rotation?: "the one before it was given up, and has signed that"
        case .replacement?: "the one before it has not signed that; it was lost, or somebody replaced it"
        case nil: "nobody can tell why"
        }
    }

    fileprivate init(decision row: Row) {
        let object = row.objectName("name").map { " of '\($0)'" } ?? ""
        let until = row.timeIfAny("waived_until").map { " until \($0)" } ?? ""
        self.init(
            at: row.time("at"), kind: "finding-\(row["kind"] as String)", place: BackupPlace(row),
            who: row["who"],
            text: "\(row["code"] as String)\(object)\(until): \(row["reason"] as String)")
    }
}
