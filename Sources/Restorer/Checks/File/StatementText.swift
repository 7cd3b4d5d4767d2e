// SPDX-License-Identifier: Apache-2.0

/// A statement of the user's that stands in brackets of ours and is read by psql: one that ends where we think it does.
///
/// psql takes a backslash outside of quotes for a command of its own, and a bracket too many would end ours: then what
/// follows is no part of a query any more, and a superuser's COPY can start programs.
public struct StatementText: Sendable, Equatable {
    /// Without a semicolon at its end.
    public let text: String

    /// What is wrong with a statement, and how many characters stand before it.
    struct Fault: Error, Equatable {
        var reason: String
        var offset: Int
    }

    static let limit = 16 << 10

    init(_ text: String) throws(Fault) {
        var reader = Reader(text)
        try reader.readAll()
        let end = reader.end ?? reader.characters.count
        var kept = String(String.UnicodeScalarView(reader.characters[..<end]))
        while kept.last?.isWhitespace == true { kept.removeLast() }
        guard reader.hasWords else { throw Fault(reason: "there is no statement", offset: 0) }
        self.text = kept
    }
}

extension StatementText {
    /// Reads SQL as psql's scanner does, as far as quotes, comments and brackets go.
    fileprivate struct Reader {
        let characters: [Unicode.Scalar]
        /// Where the semicolon is that ends the statement.
        private(set) var end: Int?
        private(set) var hasWords = false
        private var position = 0
        private var depth = 0

        init(_ text: String) { characters = Array(text.unicodeScalars) }

        mutating func readAll() throws(Fault) {
            guard characters.count <= StatementText.limit else {
                throw Fault(
                    reason: "the statement has more than \(StatementText.limit) characters", offset: 0)
            }
            while position < characters.count { try readNext() }
            guard depth == 0 else { throw fault("a bracket is not closed", at: characters.count) }
        }

        private mutating func readNext() throws(Fault) {
            let start = position
            let character = characters[position]
            if isBlank(character) || skipComment() {
                if start == position { position += 1 }
                return
            }
            guard end == nil else { throw fault("only one statement is taken", at: start) }
            hasWords = hasWords || character != ";"
            position += 1
            switch character {
            case "'": try skipQuoted("'", from: start, escapes: isEscapeString(before: start))
            case "\"": try skipQuoted("\"", from: start, escapes: false)
            case "$": try skipDollarQuoted(from: start)
            case ";": try close(at: start)
            case "(": depth += 1
            case ")": try leaveBracket(at: start)
            case "\\": throw fault("a backslash outside of quotes is a command of psql's", at: start)
            case "\0": throw fault("it holds a NUL", at: start)
            default: break
            }
        }

        private mutating func close(at start: Int) throws(Fault) {
            guard depth == 0 else { throw fault("a semicolon stands inside of brackets", at: start) }
            end = start
        }

        private mutating func leaveBracket(at start: Int) throws(Fault) {
            depth -= 1
            guard depth >= 0 else { throw fault("a bracket is closed that was not opened", at: start) }
        }

        private func fault(_ reason: String, at offset: Int) -> Fault {
            Fault(reason: reason, offset: offset)
        }

        private func isBlank(_ character: Unicode.Scalar) -> Bool {
            [" ", "\t", "\n", "\r", "\u{0B}", "\u{0C}"].contains(character)
        }

        private func starts(with text: String, at place: Int) -> Bool {
            characters[place...].starts(with: text.unicodeScalars)
        }

        /// Comments to the end of a line, and those in brackets, which nest; one without an end reaches to ours.
        private mutating func skipComment() -> Bool {
            if starts(with: "--", at: position) {
                while position < characters.count, characters[position] != "\n", characters[position] != "\r"
                {
                    position += 1
                }
                return true
            }
            guard starts(with: "/*", at: position) else { return false }
            var level = 0
            repeat {
                let isOpening = starts(with: "/*", at: position)
                let isClosing = starts(with: "*/", at: position)
                level += isOpening ? 1 : isClosing ? -1 : 0
                position += isOpening || isClosing ? 2 : 1
            } while level > 0 && position < characters.count
            // What is not closed would take our bracket in.
            if level > 0 { depth += 1 }
            return true
        }

        /// Whether the quote at a place begins a string with backslashes: `E'…'`, with no word before the E.
        private func isEscapeString(before place: Int) -> Bool {
            guard place > 0, characters[place - 1] == "E" || characters[place - 1] == "e" else {
                return false
            }
            return place < 2 || !isWord(characters[place - 2])
        }

        private func isWord(_ character: Unicode.Scalar) -> Bool {
            character == "_" || character == "$" || character.value >= 0x80
                || ("a"..."z").contains(character) || ("A"..."Z").contains(character)
                || ("0"..."9").contains(character)
        }

        /// A quote that is doubled ends a string and begins the next.
        private mutating func skipQuoted(
            _ quote: Unicode.Scalar, from start: Int, escapes: Bool
        ) throws(Fault) {
            while position < characters.count {
                let character = characters[position]
                guard character != "\0" else { throw fault("it holds a NUL", at: position) }
                position += escapes && character == "\\" ? 2 : 1
                guard character == quote else { continue }
                return try refuseContinuation(escapes)
            }
            throw fault("a quote is not closed", at: start)
        }

        /// A string of `E'…'` may go on in the next line, with backslashes there, too; nobody writes that.
        private func refuseContinuation(_ escapes: Bool) throws(Fault) {
            let next = characters[position...].drop(while: isBlank)
            guard escapes, next.first == "'", characters[position..<next.startIndex].contains("\n") else {
                return
            }
            throw fault("a string with E goes on in another line", at: next.startIndex)
        }

        /// `$$…$$` or `$tag$…$tag$`; a `$` in or behind a word, or before a digit, is none.
        private mutating func skipDollarQuoted(from start: Int) throws(Fault) {
            if start > 0, isWord(characters[start - 1]) { return }
            let tag = characters[position...].prefix { isWord($0) && $0 != "$" }
            guard tag.endIndex < characters.count, characters[tag.endIndex] == "$",
                !(tag.first.map { ("0"..."9").contains($0) } ?? false)
            else { return }
            let delimiter = String(String.UnicodeScalarView(characters[start...tag.endIndex]))
            position = tag.endIndex + 1
            while position < characters.count {
                if starts(with: delimiter, at: position) {
                    position += delimiter.unicodeScalars.count
                    return
                }
                position += 1
            }
            throw fault("a quote is not closed", at: start)
        }
    }
}
