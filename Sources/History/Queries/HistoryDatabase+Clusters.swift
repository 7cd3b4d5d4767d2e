// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB

extension HistoryDatabase {
    /// The system identifiers of the clusters that the backups at or below a place are of, by the places' URLs.
    ///
    /// As their newest inspections found them; a backup that nobody looked into is not among them.
    public func systemIdentifiers(at place: String) throws -> [String: UInt64] {
        try read { db in
            let backups = try Query("SELECT id, url, label FROM backup", HistoryFilter(place: place))
                .rows(db, order: "id")
            var identifiers: [String: UInt64] = [:]
            for backup in backups {
                let found = try String.fetchOne(
                    db,
                    sql: """
                        SELECT system_identifier FROM inspection WHERE backup_id = ? ORDER BY id DESC LIMIT 1
                        """, arguments: [backup["id"] as Int64])
                identifiers[backup["url"]] = found.flatMap { UInt64($0) }
            }
            return identifiers
        }
    }
}
