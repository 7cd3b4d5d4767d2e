// SPDX-License-Identifier: Apache-2.0
import GRDB

/// Rows on their way into a table, many to a statement: starting one costs more than adding a row.
struct RowBatch {
    /// Together well under SQLite's limit of 32,766 parameters.
    private static let rowsPerStatement = 50

    private let table: String
    private let columns: String
    private let width: Int
    private let db: Database
    private var values: [DatabaseValue] = []

    /// `columns` are separated by commas.
    init(into table: String, columns: String, _ db: Database) {
        (self.table, self.columns, self.db) = (table, columns, db)
        width = columns.utf8.count { $0 == UInt8(ascii: ",") } + 1
        values.reserveCapacity(width * Self.rowsPerStatement)
    }

    /// Takes a value for each column; `finish` must be called after the last row.
    mutating func add(_ row: [(any DatabaseValueConvertible)?]) throws {
        for value in row { values.append(value?.databaseValue ?? .null) }
        if values.count >= width * Self.rowsPerStatement { try finish() }
    }

    mutating func finish() throws {
        guard !values.isEmpty else { return }
        let row = "(" + Array(repeating: "?", count: width).joined(separator: ", ") + ")"
        let rows = Array(repeating: row, count: values.count / width).joined(separator: ", ")
        let statement = try db.cachedStatement(sql: "INSERT INTO \(table) (\(columns)) VALUES \(rows)")
        try statement.execute(arguments: StatementArguments(values))
        values.removeAll(keepingCapacity: true)
    }
}
