// SPDX-License-Identifier: Apache-2.0

/// Rows as one table (RFC 4180).
///
/// A program that opens it computes nothing: a cell that would be a formula begins with an apostrophe.
struct CSVText {
    private let rows: [CSVRow]

    init(_ rows: [CSVRow]) { self.rows = rows }

    var text: String { ([CSVRow.head] + rows.map(\.cells)).map(Self.line).joined() }

    private static func line(_ cells: [String]) -> String {
        cells.map(cell).joined(separator: ",") + "\r\n"
    }

    /// Always in quotes, whatever separates cells where it is opened.
    private static func cell(_ text: String) -> String {
        var quoted = ""
        for scalar in InertText.shown(text).unicodeScalars {
            quoted += scalar == "\"" ? "\"\"" : ""
            if scalar != "\"" { quoted.unicodeScalars.append(scalar) }
        }
        return "\"\(isFormula(text) ? "'" : "")\(quoted)\""
    }

    /// Also of wide signs, and behind blanks.
    private static func isFormula(_ text: String) -> Bool {
        let first = text.unicodeScalars.first { !$0.properties.isWhitespace }
        return first.map { "=+-@＝＋－＠".unicodeScalars.contains($0) } ?? false
    }
}
