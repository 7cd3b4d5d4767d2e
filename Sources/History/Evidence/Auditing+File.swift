// SPDX-License-Identifier: Apache-2.0
import Evidence
import GRDB

/// Whether SQLite and this program read the same of a file, whichever way they come to a row.
extension Auditing {
    /// Indexes that disagree with their tables, rows that their tables do not allow, rows that belong to none, and texts of which a
    /// part is hidden.
    mutating func checkFile() throws {
        let words = try String.fetchAll(table.db, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
        for line in words { audit.add(.contradictsItself(line)) }
        for row in try Row.fetchAll(table.db, sql: "PRAGMA foreign_key_check").prefix(20) {
            let (child, parent): (String, String) = (row["table"], row["parent"])
            let number = (row["rowid"] as Int64?).map { " \($0)" } ?? ""
            audit.add(.contradictsItself("\(child)\(number) belongs to a row of \(parent) that is not there"))
        }
        // A row that breaks the rules of its table is nothing to go on with.
        guard audit.faultsFound == 0 else { return }
        try lookForHiddenTexts()
    }

    private mutating func lookForHiddenTexts() throws {
        let columns = try Row.fetchAll(
            table.db,
            sql: """
                SELECT t.name AS "table", c.name AS "column" FROM sqlite_schema t JOIN pragma_table_info(t.name) c
                WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND c.type = 'TEXT'
                """)
        for row in columns {
            let (name, column): (String, String) = (row["table"], row["column"])
            let isHidden = try Bool.fetchOne(
                table.db,
                sql: "SELECT EXISTS (SELECT 1 FROM \(name.quotedDatabaseIdentifier) "
                    + "WHERE instr(\(column.quotedDatabaseIdentifier), char(0)) > 0)")
            if isHidden == true { audit.add(.hiddenText(table: name, column: column)) }
        }
    }
}
