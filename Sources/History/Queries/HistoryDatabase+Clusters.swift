// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB

extension HistoryDatabase {
    /// The system identifiers of the clusters that the backups at or below a place are of, by the places' URLs.
    ///
    /// As their newest inspections found them; a backup that nobody looked into is not among them.
    public func systemIdentifiers(at place: String) throws -> [String: UInt64] {
        try read { db in
            try db.ofBackups(at: place) { backup in
                try String.fetchOne(
                    db,
                    sql: """
                        SELECT system_identifier FROM inspection WHERE backup_id = ? ORDER BY id DESC LIMIT 1
                        """, arguments: [backup]
                ).flatMap { UInt64($0) }
            }
        }
    }
}
