// SPDX-License-Identifier: Apache-2.0
import Foundation
import GRDB

extension Binary {
    /// Asks the history file by SQL, past the program; a line per row, columns separated by `|`.
    public func query(_ sql: String) throws -> [String] { try Self.query(sql, of: history) }

    /// The same of a history in another file.
    public static func query(_ sql: String, of history: String) throws -> [String] {
        // Not read-only: what a program that was killed left in the write-ahead log is recovered by writing.
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        return try DatabaseQueue(path: history, configuration: configuration).read { database in
            try Row.fetchAll(database, sql: sql).map { row in
                row.databaseValues.map { String.fromDatabaseValue($0) ?? "\($0)" }.joined(separator: "|")
            }
        }
    }

    /// Whether the query gives a row now; there is no file, or no table in it, until the program has made them.
    public func hasRow(_ sql: String) -> Bool {
        // To open a file that is not there would make it.
        FileManager.default.fileExists(atPath: history) && (try? query(sql))?.isEmpty == false
    }

    /// Writes into the history file by SQL statements, past the program.
    public func change(_ statements: String) async throws {
        let script = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])"
        try await Program("python3")(["-c", script, history, statements])
    }

    /// Waits until the program that runs now has taken a backup for itself.
    public func waitUntilBusy(_ running: RunningBinary) async throws {
        try await running.wait { hasRow("SELECT 1 FROM lock") }
    }
}
