// SPDX-License-Identifier: Apache-2.0
import Foundation
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
            // A history of which the beginning is destroyed is no text; a file that somebody has named by mistake often is.
            if error.resultCode == .SQLITE_NOTADB, isText(path) { throw HistoryError.foreign(path: path) }
            return ![.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode)
        }
    }

    private static func isText(_ path: String) -> Bool {
        guard let handle = FileHandle(forReadingAtPath: path), let start = try? handle.read(upToCount: 512),
            !start.isEmpty
        else { return false }
        // A character may be cut at the end.
        return !start.contains { $0 < 0x20 && ![0x09, 0x0A, 0x0D].contains($0) }
            && (0..<4).contains { String(validating: start.dropLast($0), as: UTF8.self) != nil }
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
