// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import GRDB

extension HistoryDatabase {
    /// The sweeps that began in a period, the oldest first, with as much of each store as it takes to count.
    ///
    /// All that was seen of a store has the newest sweep that could look at it where it lies now, as `locations` say by its name; of the others the backups have their labels alone, and
    /// neither work nor findings are there. A year of a large store is hundreds of thousands of backups seen.
    public func sweepsToCount(
        from start: Timestamp, to end: Timestamp, at locations: [String: String]
    ) throws -> [SweepLine] {
        try read { db in
            let looks = try locations.map { name, location in
                try Int64.fetchOne(
                    db, sql: Self.newestLook, arguments: [column(start), column(end), name, location])
            }
            let newest = Set(looks.compactMap(\.self))
            return try Row.fetchAll(
                db, sql: SweepLine.select + " WHERE s.started >= ? AND s.started < ? ORDER BY s.id",
                arguments: [column(start), column(end)]
            ).map { try SweepLine($0, stores: stores(of: $0["id"], whole: newest, db), seenBy: process) }
        }
    }

    private func stores(of sweep: Int64, whole: Set<Int64>, _ db: Database) throws -> [SweptStore] {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: "SELECT id, name, exit_status FROM sweep_store WHERE sweep_id = ? ORDER BY id"),
            arguments: [sweep])
        return try rows.map { row in
            let id: Int64 = row["id"]
            let swept: SweptStore? = whole.contains(id) ? try store(id, db) : try count(id, db)
            return swept ?? SweptStore(name: row["name"], exitStatus: row["exit_status"])
        }
    }

    private func store(_ id: Int64, _ db: Database) throws -> SweptStore? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT report FROM sweep_store WHERE id = ?"), arguments: [id])?
            .value("report")
    }

    private func count(_ id: Int64, _ db: Database) throws -> SweptStore? {
        let row = try Row.fetchOne(db.cachedStatement(sql: Self.counted), arguments: [id])
        var swept: SweptStore? = row?.value("report")
        swept?.backups = row?.list("labels").map { BackupStatus(label: $0) } ?? []
        return swept
    }

    // From the newest back: reports are read until the first that will do.
    private static let newestLook = """
        SELECT t.id FROM sweep_store t JOIN sweep s ON s.id = t.sweep_id
        WHERE s.started >= ? AND s.started < ? AND t.name = ? AND t.report ->> '$.url' = ?
            AND t.report ->> '$.failure' IS NULL
        ORDER BY t.id DESC LIMIT 1
        """

    private static let counted = """
        SELECT json_set(report, '$.backups', json('[]'), '$.work', json('[]'), '$.findings', json('[]')) AS report,
            (SELECT json_group_array(b.value ->> '$.label') FROM json_each(report, '$.backups') b) AS labels
        FROM sweep_store WHERE id = ?
        """
}
