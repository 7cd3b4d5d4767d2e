// SPDX-License-Identifier: Apache-2.0
import GRDB

/// What a history consists of, and what SQLite does by itself when rows are written or read: tables, indexes, the triggers that
/// refuse changes, and no views.
///
/// One more trigger could change a verdict before it is hashed, and an index that leaves rows out could hide one, so a history with
/// others than ours is not used.
enum SchemaRules {
    /// Throws for a history of the newest schema that has anything else in it, has something changed, or lacks something.
    static func refuseOthers(_ db: Database, path: String) throws {
        let (found, ours) = (try all(db), try ours)
        let names = Set(found.keys).union(ours.keys).filter { found[$0] != ours[$0] }
        guard let name = names.min() else { return }
        throw HistoryError.foreignRule(path: path, name: name)
    }

    private static var ours: [String: String] {
        get throws { try made.get() }
    }

    /// Those of a history that was made just now; for all of this process.
    private static let made = Result {
        try DatabaseQueue().write { db in
            for migration in Schema.migrations { try db.execute(sql: migration) }
            return try all(db)
        }
    }

    /// By their names, as they were written, but for what SQLite makes for itself; spaces and quotes apart, which differ between its versions.
    private static func all(_ db: Database) throws -> [String: String] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT name, sql FROM sqlite_schema WHERE NOT (type = 'index' AND sql IS NULL)
                    AND NOT (type = 'table' AND name IN ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4'))
                """)
        return Dictionary(rows.map { ($0["name"], bare($0["sql"] as String? ?? "")) }) { $1 }
    }

    /// What stands between single quotes stays as it is.
    private static func bare(_ sql: String) -> String {
        sql.split(separator: "'", omittingEmptySubsequences: false).enumerated().map { index, part in
            index.isMultiple(of: 2) ? String(part.filter { !$0.isWhitespace && $0 != "\"" }) : String(part)
        }.joined(separator: "'")
    }
}
