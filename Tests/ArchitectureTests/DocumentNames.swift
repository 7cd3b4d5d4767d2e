// SPDX-License-Identifier: Apache-2.0

/// The names of code that a document gives: between back-quotes, and in its blocks of plain text.
///
/// A place is anything with a slash that begins with a folder of this package or of `Sources`, where nothing stands
/// for something else (`NAME`, `…`). A type is a word with a capital at its beginning and another one behind small
/// letters, or several at its beginning; a member is what follows it after a dot, or a word in back-quotes that has a
/// capital inside.
struct DocumentNames: Equatable {
    private(set) var places: Set<String> = []
    private(set) var types: Set<String> = []
    private(set) var members: Set<String> = []

    /// What looks like a type and is none of ours.
    private static let foreign: Set = ["PostgreSQL", "OpenSSL", "GitHub", "KiB", "MiB", "GiB", "HEAD"]

    init(_ document: String) {
        for (number, part) in document.split(separator: "```", omittingEmptySubsequences: false).enumerated()
        {
            if number.isMultiple(of: 2) {
                for (number, quoted) in part.split(separator: "`", omittingEmptySubsequences: false)
                    .enumerated()
                where !number.isMultiple(of: 2) { note(quoted, isQuoted: true) }
            } else if part.hasPrefix("text\n") {
                note(part, isQuoted: false)
            }
        }
    }

    private mutating func note(_ text: Substring, isQuoted: Bool) {
        for word in text.split(whereSeparator: { $0.isWhitespace || "(),:;|+→▶▼─├└│┬═".contains($0) }) {
            if word.contains("/") { notePlace(word) } else { noteName(word, isQuoted: isQuoted) }
        }
    }

    private mutating func notePlace(_ word: Substring) {
        let first = word.prefix { $0 != "/" }
        let isOurs =
            ["Sources", "Tests", "scripts", "docs"].contains(first)
            || LayerTable.names.contains(String(first))
        guard isOurs, !word.contains("…"), !word.contains("NAME"), !word.contains("*") else { return }
        places.insert(String(word))
    }

    private mutating func noteName(_ word: Substring, isQuoted: Bool) {
        let parts = word.split(separator: ".").map {
            String($0.filter { $0.isLetter || $0.isNumber || $0 == "_" })
        }
        guard let first = parts.first, !Self.foreign.contains(first) else { return }
        if Self.isType(first) {
            types.insert(first)
            members.formUnion(parts.dropFirst().filter { $0.first?.isLetter == true })
        } else if isQuoted, parts.count == 1, first == word, first.first?.isLowercase == true,
            first.contains(where: \.isUppercase)
        {
            members.insert(first)
        }
    }

    /// `WholePass`, `WALReader`, `SHA256`; not `History` or `PG_VERSION`.
    private static func isType(_ word: String) -> Bool {
        let capitals = word.count(where: \.isUppercase)
        return word.first?.isUppercase == true && capitals > 1 && !word.contains("_")
            && word.contains(where: \.isLowercase)
    }
}
