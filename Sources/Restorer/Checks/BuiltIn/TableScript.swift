// SPDX-License-Identifier: Apache-2.0

/// A table that is to be read.
struct ReadTable: Equatable {
    var identifier: UInt32
    /// As it is shown: schema and name.
    var name: String
    /// With its TOAST table, as the catalogue estimates it.
    var pages: Int
}

/// What psql is told so that it reads tables to their end and keeps nothing of them.
///
/// `COPY table TO STDOUT` runs no rule, no trigger, and as a superuser no policy; what it calls are the output functions
/// of types. The values go to `/dev/null` in psql; the server counts the rows. The statement of each table is put together
/// by the server, so a name never leaves it, whatever it holds. Columns that are computed when they are read are left out.
struct TableScript {
    /// Stands before what the script says of itself; nobody who made the data can know it.
    let mark: String

    init(mark: String) { self.mark = mark }

    static let arguments = [
        "-X", "-q", "-w", "-v", "ON_ERROR_STOP=0", "-v", "VERBOSITY=verbose", "-v", "SHOW_CONTEXT=never",
        "-f",
        "-",
    ]

    /// A table with columns that are kept but left out by `COPY table`, and what `COPY` does not take by its name, are
    /// read by a query for their columns.
    private static let statement = """
        SELECT CASE WHEN c.relkind = 'r' AND NOT EXISTS (
                SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attgenerated = 's')
            THEN 'COPY ' || c.oid::regclass
            ELSE 'COPY (SELECT ' || coalesce((SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
                FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                    AND a.attgenerated <> 'v'), '') || ' FROM ONLY ' || c.oid::regclass || ')' END
            || ' TO STDOUT (ENCODING ''SQL_ASCII'')' AS statement
        FROM pg_class c WHERE c.oid =
        """

    func text(for tables: [ReadTable]) -> String {
        let question = Self.statement.replacing("\n", with: " ").replacing("'", with: "''")
        return "\\set question '\(question) '\n" + tables.map { lines(for: $0.identifier) }.joined()
    }

    private func lines(for identifier: UInt32) -> String {
        """
        \\unset pgb_statement
        \\warn \(mark) begin \(identifier)
        :question \(identifier) \\gset pgb_
        :pgb_statement \\g /dev/null
        \\warn \(mark) end \(identifier) :SQLSTATE :ROW_COUNT

        """
    }

    /// Spreads tables over so many connections that each has about the same to read.
    static func lanes(_ tables: [ReadTable], _ count: Int) -> [[ReadTable]] {
        var lanes = [(pages: Int, tables: [ReadTable])](
            repeating: (0, []), count: max(1, min(count, tables.count)))
        for table in tables.sorted(by: { ($1.pages, $0.identifier) < ($0.pages, $1.identifier) }) {
            let next = lanes.indices.min { lanes[$0].pages < lanes[$1].pages } ?? 0
            lanes[next].tables.append(table)
            // An empty one takes its time, too.
            lanes[next].pages += table.pages + 1
        }
        return lanes.map(\.tables)
    }
}
