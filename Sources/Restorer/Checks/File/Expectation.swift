// SPDX-License-Identifier: Apache-2.0

/// What the answer to a check should be, as the file of checks says it: `> 1000`, `between 1 and 5`, `rows = 0`.
public struct Expectation: Sendable, Equatable {
    /// What of the answer is looked at.
    public enum Subject: Sendable, Equatable {
        /// The one value of its one row.
        case value
        /// How many rows it has.
        case rows
    }

    /// How what is looked at has to stand to the values that the file names.
    public enum Relation: Sendable, Equatable {
        case compared(Comparison, Operand)
        case between(Operand, Operand)
        /// A regular expression that is found somewhere in the value.
        case matches(String)
    }

    /// The raw value is how it is written.
    public enum Comparison: String, Sendable, CaseIterable {
        case notEqual = "!="
        case atMost = "<="
        case atLeast = ">="
        case equal = "="
        case less = "<"
        case greater = ">"
    }

    /// The value, unless the text begins with `rows`.
    public var subject: Subject
    /// Of `rows` it is one with numbers only, and never `matches`.
    public var relation: Relation

    static let longestPattern = 1000

    /// What is wrong with the text of an expectation.
    struct Fault: Error, Equatable {
        var reason: String
    }

    init(_ text: String) throws(Fault) {
        var words = text.trimmingSpace
        subject = .value
        if let rest = words.without(word: "rows") { (subject, words) = (.rows, rest) }
        relation = try Self.relation(words)
        guard subject == .rows else { return }
        guard relation.operands.allSatisfy(\.isNumber), !relation.isMatch else {
            throw Fault(reason: "'rows' is compared with numbers")
        }
    }

    private static func relation(_ words: Substring) throws(Fault) -> Relation {
        if let pattern = words.without(word: "matches") { return .matches(try Self.pattern(pattern)) }
        if let rest = words.without(word: "between") { return try range(rest) }
        for comparison in Comparison.allCases where words.hasPrefix(comparison.rawValue) {
            let operand = words.dropFirst(comparison.rawValue.count).trimmingSpace
            return .compared(comparison, try Self.operand(operand, orderedBy: comparison))
        }
        throw Fault(reason: "an expectation begins with one of = != < <= > >= between matches rows")
    }

    private static func pattern(_ text: Substring) throws(Fault) -> String {
        guard text.count <= longestPattern, !text.isEmpty, (try? Regex(String(text))) != nil else {
            throw Fault(reason: "that is no regular expression of at most \(longestPattern) characters")
        }
        return String(text)
    }

    private static func range(_ text: Substring) throws(Fault) -> Relation {
        guard let and = text.firstRange(of: " and ") else {
            throw Fault(reason: "'between' wants two values: between 1 and 5")
        }
        let (first, last) = (Operand(text[..<and.lowerBound]), Operand(text[and.upperBound...]))
        guard let order = first.compared(to: last) else {
            throw Fault(reason: "'between' wants two numbers, or two times with their zone")
        }
        guard order <= 0 else { throw Fault(reason: "the first value of 'between' is the larger one") }
        return .between(first, last)
    }

    private static func operand(
        _ text: Substring, orderedBy comparison: Comparison
    ) throws(Fault) -> Operand {
        guard !text.isEmpty else { throw Fault(reason: "nothing stands behind '\(comparison.rawValue)'") }
        let operand = Operand(text)
        guard comparison == .equal || comparison == .notEqual || !operand.isText else {
            throw Fault(
                reason: "'\(comparison.rawValue)' compares numbers, or times with their zone")
        }
        return operand
    }
}

extension Expectation.Relation {
    fileprivate var operands: [Operand] {
        switch self {
        case .compared(_, let operand): [operand]
        case .between(let first, let last): [first, last]
        case .matches: []
        }
    }

    fileprivate var isMatch: Bool { if case .matches = self { true } else { false } }
}

extension Substring {
    /// What follows a word and a blank; nil when it does not begin with it.
    fileprivate func without(word: String) -> Substring? {
        guard hasPrefix(word), let next = dropFirst(word.count).first, next.isWhitespace else { return nil }
        return dropFirst(word.count).trimmingSpace
    }
}

extension StringProtocol where SubSequence == Substring {
    /// Without what is blank at both ends.
    var trimmingSpace: Substring {
        var rest = self[...].drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}
