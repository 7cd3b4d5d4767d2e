// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import GRDB

extension HistoryDatabase {
    /// What the newest sweep of a store came to, and when that ended; nil before the first that came to its end.
    ///
    /// With `reached`, the newest one that could look at the store.
    public func lastSwept(
        _ store: String, reached: Bool = false
    ) throws -> (swept: SweptStore, ended: Timestamp)? {
        try read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT s.name, s.exit_status, s.report, e.ended
                    FROM sweep_store s JOIN sweep_end e ON e.sweep_id = s.sweep_id
                    WHERE s.name = ? AND (NOT ? OR s.report ->> '$.failure' IS NULL)
                    ORDER BY s.id DESC LIMIT 1
                    """, arguments: [store, reached])
            return row.map { row in
                let swept: SweptStore =
                    row.value("report") ?? SweptStore(name: row["name"], exitStatus: row["exit_status"])
                return (swept, row.time("ended"))
            }
        }
    }

    /// When a store was first swept; nil when it never was.
    public func firstSwept(_ store: String) throws -> Timestamp? {
        try read { db in
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT min(started) FROM sweep
                    WHERE EXISTS (SELECT 1 FROM json_each(sweep.stores) WHERE value = ?)
                    """, arguments: [store]
            ).map(Timestamp.init(nanoseconds:))
        }
    }

    /// What sweeps have read from a store, as far as their reports are kept.
    public func traffic(of store: String) throws -> StoreTraffic {
        try read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT ifnull(sum(report ->> '$.bytesRead'), 0) AS bytes,
                        ifnull(sum(report ->> '$.seconds'), 0.0) AS seconds,
                        ifnull(sum(report ->> '$.retries'), 0) AS retries
                    FROM sweep_store WHERE name = ?
                    """, arguments: [store])
            guard let row else { return StoreTraffic() }
            return StoreTraffic(
                bytesRead: row.bytes("bytes") ?? 0, seconds: row["seconds"], retries: row["retries"],
                requests: try requests(to: store, db))
        }
    }

    private func requests(to store: String, _ db: Database) throws -> [Int: Int] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT CAST(r.key AS INTEGER) AS status, sum(r.value) AS count
                FROM sweep_store s, json_each(s.report, '$.requests') r WHERE s.name = ? GROUP BY r.key
                """, arguments: [store])
        return Dictionary(rows.map { ($0["status"] as Int, $0["count"] as Int) }) { $0 + $1 }
    }
}
