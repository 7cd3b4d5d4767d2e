// SPDX-License-Identifier: Apache-2.0

/// A table with its schema, as it is written in SQL: `public.orders`, `"My Schema"."Orders"`.
public struct TableName: Sendable, Equatable {
    /// Without quotes, as PostgreSQL's catalogues have them: what was not quoted is in small letters.
    public let schema, table: String

    /// Nil for what does not name both; without quotes letters become small, as PostgreSQL has it.
    init?(_ text: String) {
        var rest = Substring(text)
        guard let schema = Self.name(&rest), rest.popFirst() == ".", let table = Self.name(&rest),
            rest.isEmpty
        else { return nil }
        (self.schema, self.table) = (schema, table)
    }

    /// In quotes, for a statement.
    public var sql: String { "\(Self.quoted(schema)).\(Self.quoted(table))" }

    private static func quoted(_ name: String) -> String {
        "\"\(name.replacing("\"", with: "\"\""))\""
    }

    private static func name(_ rest: inout Substring) -> String? {
        rest.first == "\"" ? quotedName(&rest) : plainName(&rest)
    }

    private static func plainName(_ rest: inout Substring) -> String? {
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
        guard let first = name.first, first.isLetter || first == "_" else { return nil }
        rest = rest[name.endIndex...]
        return name.lowercased()
    }

    private static func quotedName(_ rest: inout Substring) -> String? {
        var name = ""
        rest.removeFirst()
        while let character = rest.popFirst() {
            if character != "\"" {
                guard character != "\0" else { return nil }
                name.append(character)
            } else if rest.first == "\"" {
                name.append(rest.removeFirst())
            } else {
                return name.isEmpty ? nil : name
            }
        }
        return nil
    }
}
