// SPDX-License-Identifier: Apache-2.0
import GRDB

/// A look at a file before it is used as a history.
enum HistoryInspection {
    /// False when the file is damaged or no database at all; throws when it is sound but not ours.
    ///
    /// A file that cannot be opened or read counts as sound here: opening it for use tells why.
    static func isSound(_ path: String) throws -> Bool {
        do {
            return try look(into: path) { db in
                try refuseForeign(db, path: path)
                return try String.fetchOne(db, sql: "PRAGMA quick_check(1)") == "ok"
            }
        } catch let error as DatabaseError {
            return ![.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode)
        }
    }

    /// Throws for another program's database.
    static func refuseForeign(_ path: String) throws {
        try look(into: path) { try refuseForeign($0, path: path) }
    }

    /// Through a connection that writes nothing.
    private static func look<Result>(into path: String, _ body: (Database) throws -> Result) throws -> Result
    {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        return try DatabaseQueue(path: path, configuration: configuration).read(body)
    }

    private static func refuseForeign(_ db: Database, path: String) throws {
        guard try Int64.fetchOne(db, sql: "PRAGMA application_id") != Schema.applicationID,
            try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM sqlite_schema)") ?? false
        else { return }
        throw HistoryError.foreign(path: path)
    }
}
