// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension Expectation {
    /// What an answer is, held to what it should be.
    struct Judgement: Equatable {
        var isMet: Bool
        /// What was found, without a value of somebody's row unless it is a number or a time.
        var found: String
        var measured: Double?
    }

    /// The number of rows of an answer.
    func judge(rows: Int64) -> Judgement {
        let operand = Operand.integer(rows)
        return Judgement(isMet: isMet(by: operand), found: "\(rows)", measured: operand.measure)
    }

    /// An answer of one column.
    ///
    /// Throws `PatternSearch.Unfinished` when a pattern was not looked for to the end within `patience`.
    func judge(
        _ rows: [[String?]], within patience: Duration = .seconds(60)
    ) throws(PatternSearch.Unfinished) -> Judgement {
        guard rows.count == 1, rows[0].count == 1 else {
            return Judgement(isMet: false, found: Self.shape(rows))
        }
        guard let value = rows[0][0] else { return Judgement(isMet: false, found: "NULL") }
        return try judge(value, within: patience)
    }

    private static func shape(_ rows: [[String?]]) -> String {
        switch (rows.count, rows.first?.count ?? 0) {
        case (0, _): "no row"
        case (1, let columns): "\(columns) columns, where one value was to be"
        case (let count, _): "\(count) rows, where one value was to be"
        }
    }

    private func judge(
        _ value: String, within patience: Duration
    ) throws(PatternSearch.Unfinished) -> Judgement {
        if case .matches(let pattern) = relation {
            let isMet = try PatternSearch(for: pattern).finds(in: value, within: patience)
            return Judgement(
                isMet: isMet,
                found: "a text of \(value.count) characters that \(isMet ? "matches" : "does not match")")
        }
        let operand = Operand(value.trimmingSpace)
        return Judgement(
            isMet: isMet(by: operand) || isEqualText(value), found: operand.shown, measured: operand.measure)
    }

    /// A text that was given in quotes may look like a number.
    private func isEqualText(_ value: String) -> Bool {
        guard case .compared(let comparison, .text(let text)) = relation else { return false }
        return comparison == .equal && text == value || comparison == .notEqual && text != value
    }

    private func isMet(by operand: Operand) -> Bool {
        switch relation {
        case .matches: return false
        case .between(let first, let last):
            guard let low = operand.compared(to: first), let high = operand.compared(to: last) else {
                return false
            }
            return low >= 0 && high <= 0
        case .compared(let comparison, let expected):
            guard let order = operand.compared(to: expected) else {
                // A number is surely not a text; and neither is it less or more.
                return comparison == .notEqual && !expected.isText
            }
            return comparison.holds(order)
        }
    }

    /// How it is told; an expected text by its length, as it may equal a value.
    var words: String {
        let subject = subject == .rows ? "rows " : ""
        switch relation {
        case .matches(let pattern): return "\(subject)matches \(ObjectName(pattern))"
        case .between(let first, let last): return "\(subject)between \(first.shown) and \(last.shown)"
        case .compared(let comparison, let operand):
            return "\(subject)\(comparison.rawValue) \(operand.shown)"
        }
    }
}

extension Expectation.Comparison {
    fileprivate func holds(_ order: Int) -> Bool {
        switch self {
        case .equal: order == 0
        case .notEqual: order != 0
        case .less: order < 0
        case .atMost: order <= 0
        case .greater: order > 0
        case .atLeast: order >= 0
        }
    }
}
