// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import PrivatePostgres

/// A value that is compared with another one: of an expectation, or of an answer.
public enum Operand: Sendable, Equatable {
    /// Kept as a whole number where it is one: not every one is a `Double`.
    case integer(Int64)
    case number(Double)
    case time(Timestamp)
    case text(String)

    /// Numbers and times by their form; quotes around all of it make a text of anything.
    init(_ text: some StringProtocol) {
        let text = String(text)
        if let integer = Int64(text) {
            self = .integer(integer)
        } else if let number = Self.number(text) {
            self = .number(number)
        } else if let time = try? PostgresTime.parse(text, of: "a check") {
            self = .time(time)
        } else if text.count > 1, let first = text.first, first == text.last, first == "'" || first == "\"" {
            self = .text(String(text.dropFirst().dropLast()))
        } else {
            self = .text(text)
        }
    }

    /// Digits, a point and an exponent alone: `Double` would take `nan` and `0x1p3`, too.
    private static func number(_ text: String) -> Double? {
        guard text.wholeMatch(of: /[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?/) != nil else { return nil }
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }

    var isNumber: Bool {
        switch self {
        case .integer, .number: true
        case .time, .text: false
        }
    }

    var isText: Bool { if case .text = self { true } else { false } }

    /// As a record may keep it; nil for what is no number.
    var measure: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        case .time, .text: nil
        }
    }

    /// Below zero, zero or above, as this one is less, equal or greater; nil where that cannot be said.
    func compared(to other: Operand) -> Int? {
        switch (self, other) {
        case (.integer(let left), .integer(let right)): return Self.order(left, right)
        case (.time(let left), .time(let right)): return Self.order(left, right)
        default:
            guard let left = measure, let right = other.measure else { return nil }
            return Self.order(left, right)
        }
    }

    private static func order<Value: Comparable>(_ left: Value, _ right: Value) -> Int {
        left < right ? -1 : left == right ? 0 : 1
    }

    /// Numbers and times as they are; of a text its length alone, for it may be a value of somebody's row.
    var shown: String {
        switch self {
        case .integer(let integer): "\(integer)"
        case .number(let number): "\(number)"
        case .time(let time): "\(time)"
        case .text(let text):
            text.isEmpty ? "an empty text" : "a text of \(Units.count(text.count, "character"))"
        }
    }
}
