// SPDX-License-Identifier: Apache-2.0

extension CronExpression {
    /// Reads five fields with blanks between them, or a name such as `@daily`.
    ///
    /// A field is `*`, a value, a range `a-b`, a list of them with commas, with a step behind `/` after `*` or a range. Months
    /// and days of the week have names of three letters; 7 is Sunday, too. An expression that never comes is refused.
    public init(parsing text: String) throws(CronError) {
        guard text.utf8.count <= Self.longest else {
            throw CronError(text, column: 1, "longer than \(Self.longest) bytes")
        }
        let words = Self.words(of: text)
        if let name = words.first, name.text.hasPrefix("@") {
            self = try Self.named(name, of: text, isAlone: words.count == 1)
            return
        }
        if words.count != 5 { throw Self.wrongCount(words, of: text) }
        var fields: [CronField] = []
        for (kind, word) in zip(CronField.Kind.allCases, words) {
            fields.append(try CronFieldReader(kind, of: text, at: word.column).read(word.text))
        }
        self.text = text
        (minute, hour, dayOfMonth) = (fields[0], fields[1], fields[2])
        (month, dayOfWeek) = (fields[3], fields[4])
        guard comes else { throw Self.never(text, column: words[2].column) }
    }

    private static let longest = 256

    private static let names = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    private struct Word {
        var text: String
        var column: Int
    }

    private static func words(of text: String) -> [Word] {
        let characters = Array(text)
        return characters.indices.split { characters[$0] == " " || characters[$0] == "\t" }.map {
            Word(text: String(characters[$0.startIndex..<$0.endIndex]), column: $0.startIndex + 1)
        }
    }

    private static func named(_ name: Word, of text: String, isAlone: Bool) throws(CronError)
        -> CronExpression
    {
        guard let fields = names[name.text.lowercased()], isAlone else {
            throw CronError(
                text, column: name.column, "unknown name '\(CronError.shown(name.text))'",
                hint:
                    "Names are @hourly, @daily, @weekly, @monthly and @yearly; everything else takes five fields."
            )
        }
        return CronExpression(try CronExpression(parsing: fields), writtenAs: text)
    }

    private init(_ other: CronExpression, writtenAs text: String) {
        self.text = text
        (minute, hour, dayOfMonth) = (other.minute, other.hour, other.dayOfMonth)
        (month, dayOfWeek) = (other.month, other.dayOfWeek)
    }

    private static func wrongCount(_ words: [Word], of text: String) -> CronError {
        let hint =
            words.count == 6
            ? "Seconds and years cannot be given; leave the extra field out."
            : "Every night at 01:30 is '30 1 * * *'."
        return CronError(
            text, column: words.count > 5 ? words[5].column : text.count + 1,
            "five fields are needed (minute, hour, day of month, month, day of week), got \(words.count)",
            hint: hint)
    }

    private static func never(_ text: String, column: Int) -> CronError {
        CronError(
            text, column: column, "this day never comes in these months",
            hint: "February ends with the 28th or 29th; April, June, September and November with the 30th.")
    }
}

/// Reads one field.
private struct CronFieldReader {
    private let kind: CronField.Kind
    private let expression: String
    private let column: Int

    init(_ kind: CronField.Kind, of expression: String, at column: Int) {
        (self.kind, self.expression, self.column) = (kind, expression, column)
    }

    func read(_ text: String) throws(CronError) -> CronField {
        var field = CronField(isStarred: text.hasPrefix("*"))
        var column = column
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            for value in try values(of: item, at: column) {
                field.insert(kind == .dayOfWeek ? value % 7 : value)
            }
            column += item.count + 1
        }
        return field
    }

    /// What one item of the list lets through: `*`, `a`, `a-b`, and a step.
    private func values(of item: Substring, at column: Int) throws(CronError) -> StrideThrough<Int> {
        let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let range = try range(of: parts[0], at: column)
        guard parts.count == 2 else {
            return stride(from: range.lowerBound, through: range.upperBound, by: 1)
        }
        let stepColumn = column + parts[0].count + 1
        guard range.count > 1 else {
            throw fault(
                stepColumn, "a step needs a range or '*' before it",
                hint: "Write \(range.lowerBound)-\(kind.range.upperBound)/\(CronError.shown(parts[1])).")
        }
        let step = try step(parts[1], at: stepColumn)
        return stride(from: range.lowerBound, through: range.upperBound, by: step)
    }

    private func range(of text: Substring, at column: Int) throws(CronError) -> ClosedRange<Int> {
        if text == "*" { return kind == .dayOfWeek ? 0...6 : kind.range }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let first = try value(ends[0], at: column)
        guard ends.count == 2 else { return first...first }
        let last = try value(ends[1], at: column + ends[0].count + 1)
        guard first <= last else { throw backwards(first, last, at: column) }
        return first...last
    }

    private func value(_ text: Substring, at column: Int) throws(CronError) -> Int {
        if let name = kind.names.firstIndex(of: text.lowercased()) { return kind.firstNamed + name }
        guard !text.isEmpty, text.utf8.count <= 3, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let value = Int(text)
        else { throw unreadable(text, at: column) }
        guard kind.range.contains(value) else {
            throw fault(column, "\(kind.rawValue) \(value) is outside of \(bounds)")
        }
        return value
    }

    private func step(_ text: Substring, at column: Int) throws(CronError) -> Int {
        guard text.utf8.count <= 3, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let step = Int(text),
            step > 0
        else {
            throw fault(column, "'\(CronError.shown(text))' is no step", hint: "Every second one is '*/2'.")
        }
        guard step < kind.count else {
            throw fault(
                column, "a step of \(step) is more than a field of \(kind.count) values has",
                hint: "A field counts from its own beginning each time; longer periods take several fields.")
        }
        return step
    }

    private func unreadable(_ text: Substring, at column: Int) -> CronError {
        let hint =
            text.contains { "?LW#".contains($0) }
            ? "The signs ?, L, W and # of other programs are not known here; '*' stands for every value."
            : "A \(kind.rawValue) is a number in \(bounds)"
                + (kind.names.isEmpty ? "." : " or a name such as \(kind.names[1]).")
        return fault(
            column, text.isEmpty ? "a value is missing" : "'\(CronError.shown(text))' is no \(kind.rawValue)",
            hint: hint)
    }

    private func backwards(_ first: Int, _ last: Int, at column: Int) -> CronError {
        fault(
            column, "the range \(first)-\(last) runs backwards",
            hint:
                "Write \(first)-\(kind == .dayOfWeek ? 6 : kind.range.upperBound),\(kind.range.lowerBound)-\(last)."
        )
    }

    private var bounds: String { "\(kind.range.lowerBound)-\(kind.range.upperBound)" }

    private func fault(_ column: Int, _ text: String, hint: String? = nil) -> CronError {
        CronError(expression, column: column, text, hint: hint)
    }
}
