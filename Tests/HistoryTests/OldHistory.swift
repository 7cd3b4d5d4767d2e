// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB

@testable import History

/// A history as an older program left it, with one backup in it.
struct OldHistory {
    let path: String

    init(_ path: String, version: Int) throws {
        self.path = path
        try add(Schema.migrations.prefix(version).joined())
        try add(
            """
            INSERT INTO backup (id, url, label) VALUES (1, 's3://b/old', 'old');
            PRAGMA application_id = \(Schema.applicationID);
            PRAGMA user_version = \(version);
            """)
    }

    /// What that program wrote into it.
    func add(_ sql: String) throws {
        let file = try DatabaseQueue(path: path)
        try file.write { try $0.execute(sql: sql) }
        try file.close()
    }
}

extension HistoryDatabase {
    /// All that is defined in the file, in the order of names.
    func schema() throws -> [String] {
        try pool.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT type || ' ' || name || ' ' || replace(replace(ifnull(sql, ''), '"', ''), ' ', '')
                    FROM sqlite_schema ORDER BY type, name
                    """)
        }
    }
}
