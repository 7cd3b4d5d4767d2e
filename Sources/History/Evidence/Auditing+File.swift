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
        try lookForStrangers()
    }

    /// Rows that belong to each other are of one backup: leaves tell objects by their names, which several backups have.
    private mutating func lookForStrangers() throws {
        for (words, sql) in Self.strangers {
            for row in try Int64.fetchAll(table.db, sql: sql + " LIMIT 20") {
                audit.add(.contradictsItself("\(words) \(row) is of another backup than what it belongs to"))
            }
        }
    }

    private static let strangers = [
        (
            "a reading of proof",
            """
            SELECT DISTINCT r.proof_id FROM reading r JOIN proof p ON p.id = r.proof_id JOIN object o ON o.id = r.object_id
            WHERE o.backup_id <> p.backup_id
            """
        ),
        (
            "finding",
            """
            SELECT f.id FROM finding f LEFT JOIN object o ON o.id = f.object_id WHERE o.backup_id <> f.backup_id
                OR NOT EXISTS (SELECT 1 FROM finding_sighting s WHERE s.finding_id = f.id)
                OR EXISTS (SELECT 1 FROM finding_sighting s JOIN proof p ON p.id = s.proof_id
                    WHERE s.finding_id = f.id AND p.backup_id <> f.backup_id)
            """
        ),
        (
            "the inspection of proof",
            "SELECT i.proof_id FROM inspection i JOIN proof p ON p.id = i.proof_id WHERE i.backup_id <> p.backup_id"
        ),
    ]

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
