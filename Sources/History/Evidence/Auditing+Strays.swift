// SPDX-License-Identifier: Apache-2.0
import Evidence
import GRDB

/// Records that no leaf stands for as it should.
extension Auditing {
    /// Records that came since there is a tree, and are not in it.
    mutating func lookForUnhashed() throws {
        for kind in LeafKind.allCases {
            let records = try Int64.fetchAll(
                table.db, sql: LeafSource.of(kind).numbers, arguments: [Int64.min])
            let hashed = try Int64.fetchSet(
                table.db, sql: "SELECT row_id FROM leaf WHERE kind = ?", arguments: [kind.rawValue])
            let pending = try self.pending(kind)
            for row in records where !hashed.contains(row) {
                if pending.contains(row) {
                    audit.notImported += 1
                } else {
                    audit.add(.unhashedRecord(kind, row: row))
                }
            }
        }
    }

    /// Which records are from before there was a tree is signed, and never changes.
    mutating func compareImports() throws {
        let now = try HeadTable.State.imported(table.db)
        let leaves = HeadTable.State.leaves
        for told in imported where told != now {
            for kind in LeafKind.allCases where told[kind.rawValue] != now[kind.rawValue] {
                audit.add(.lateImport(kind, row: now[kind.rawValue] ?? told[kind.rawValue] ?? 0))
            }
            if told[leaves] != now[leaves] {
                audit.add(
                    .contradictsItself("how many leaves an older program has left is not what was signed"))
            }
        }
    }

    /// Records that are said to be from before there was a tree, though it has some that came before them.
    mutating func lookForLateImports() throws {
        let late = try Row.fetchAll(
            table.db,
            sql: """
                WITH begun AS (SELECT kind, min(row_id) AS first FROM leaf WHERE is_witnessed GROUP BY kind)
                SELECT u.kind, u.through AS row FROM unwitnessed u JOIN begun b USING (kind)
                    WHERE u.through >= b.first AND u.kind <> 'closing'
                UNION SELECT l.kind, l.row_id FROM leaf l JOIN begun b USING (kind)
                    WHERE NOT l.is_witnessed AND l.row_id > b.first AND l.kind <> 'closing'
                UNION SELECT u.kind, e.incident_id FROM unwitnessed u JOIN unwitnessed i ON i.kind = 'incident'
                    JOIN incident_end e ON e.incident_id <= u.through AND e.incident_id > i.through
                    WHERE u.kind = 'closing'
                UNION SELECT kind, through FROM unwitnessed WHERE kind IN ('decision', 'configuration', 'key')
                """)
        for row in late {
            audit.add(.lateImport(row.word("kind") ?? .event, row: row["row"]))
        }
    }

    /// Of records of before there was a tree, those that are yet to enter it.
    private func pending(_ kind: LeafKind) throws -> Range<Int64> {
        let through =
            try Int64.fetchOne(
                table.db, sql: "SELECT through FROM unwitnessed WHERE kind = ?", arguments: [kind.rawValue])
            ?? 0
        let last = try Int64.fetchOne(
            table.db, sql: "SELECT max(row_id) FROM leaf WHERE kind = ? AND row_id <= ?",
            arguments: [kind.rawValue, through])
        return min((last ?? 0) + 1, through + 1)..<through + 1
    }

    /// What was begun stays as it was, also what a kill has left without an end, of which there is no leaf.
    mutating func lookForMissingStarts() throws {
        for name in HeadTable.begun {
            let rows = try Row.fetchAll(table.db, sql: "SELECT id, started FROM \"\(name)\"")
            let starts = Dictionary(rows.map { ($0["id"] as Int64, $0.time("started")) }) { $1 }
            let given = try Int64.fetchOne(
                table.db, sql: "SELECT seq FROM sqlite_sequence WHERE name = ?", arguments: [name])
            var missing = Set(
                (begun[name] ?? []).filter { starts[$0.number] != $0.started }.map(\.number))
            let last = max(given ?? 0, starts.keys.max() ?? 0)
            if starts.count != last, last > 0 {
                missing.formUnion(
                    (1...last).lazy.filter { starts[$0] == nil }.prefix(EvidenceAudit.limit))
            }
            for number in missing.sorted() { audit.add(.missingStart(name, row: number)) }
        }
    }

    /// What objects are held against was written with a proof, or accepted by somebody.
    mutating func lookForStrayPins() throws {
        let stray = try Int64.fetchAll(
            table.db,
            sql: """
                SELECT n.id FROM pin n JOIN object o ON o.id = n.object_id WHERE CASE
                    WHEN n.run_id IS NOT NULL THEN NOT EXISTS (
                        SELECT 1 FROM proof p WHERE p.backup_id = o.backup_id AND p.run_id = n.run_id)
                    ELSE NOT EXISTS (
                        SELECT 1 FROM event e LEFT JOIN leaf l ON l.kind = 'event' AND l.row_id = e.id
                        WHERE e.kind = 'acceptance' AND e.backup_id = o.backup_id
                            AND (l.number IS NULL AND e.id BETWEEN 1 AND ifnull((SELECT through FROM unwitnessed WHERE kind = 'event'), 0)
                                OR l.facts ->> '$.lastPin' >= n.id))
                    END
                """)
        for pin in stray { audit.add(.unhashedPin(pin)) }
        for pin in try Int64.fetchAll(table.db, sql: Self.movedPins) { audit.add(.movedPin(pin)) }
    }

    /// The newest pin of an object counts: of two, the later one is of the later proof, and came before an acceptance or after it as its
    /// proof did.
    private static let movedPins = """
        WITH placed AS (
            SELECT n.id, n.object_id, o.backup_id, l.number FROM pin n JOIN object o ON o.id = n.object_id
                JOIN proof p ON p.run_id = n.run_id AND p.backup_id = o.backup_id
                JOIN leaf l ON l.kind = 'proof' AND l.row_id = p.id AND l.is_witnessed)
        SELECT id FROM (SELECT id, number, lag(number) OVER (PARTITION BY object_id ORDER BY id) AS before FROM placed)
            WHERE before > number
        UNION SELECT n.id FROM placed n JOIN event e ON e.backup_id = n.backup_id AND e.kind = 'acceptance'
            JOIN leaf l ON l.kind = 'event' AND l.row_id = e.id AND l.is_witnessed
            WHERE (n.id > (l.facts ->> '$.lastPin')) <> (n.number > l.number)
        """
}
