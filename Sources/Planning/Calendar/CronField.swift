// SPDX-License-Identifier: Apache-2.0

/// One of the five fields of a cron expression: the values that it lets through.
struct CronField: Sendable, Hashable {
    /// Which of the five, in the order in which they stand.
    enum Kind: String, CaseIterable, Sendable {
        case minute, hour
        case dayOfMonth = "day of month"
        case month
        case dayOfWeek = "day of week"

        /// What may be written; 7 is another 0 among the days of the week.
        var range: ClosedRange<Int> {
            switch self {
            case .minute: 0...59
            case .hour: 0...23
            case .dayOfMonth: 1...31
            case .month: 1...12
            case .dayOfWeek: 0...7
            }
        }

        /// How many values there are.
        var count: Int { self == .dayOfWeek ? 7 : range.count }

        /// Names of values, the first of them for `firstNamed`.
        var names: [String] {
            switch self {
            case .month:
                ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
            case .dayOfWeek: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
            default: []
            }
        }

        var firstNamed: Int { range.lowerBound }
    }

    /// A bit for each value.
    private(set) var bits: UInt64 = 0
    /// It begins with `*`: by Vixie's rule it then restricts no day by itself.
    let isStarred: Bool

    init(isStarred: Bool) { self.isStarred = isStarred }

    mutating func insert(_ value: Int) { bits |= 1 << UInt64(value) }

    func contains(_ value: Int) -> Bool { bits & (1 << UInt64(value)) != 0 }

    /// The least of its values that is not below another; nil when there is none.
    func first(from value: Int) -> Int? {
        guard value < 64 else { return nil }
        let rest = (bits >> UInt64(value)) << UInt64(value)
        return rest == 0 ? nil : rest.trailingZeroBitCount
    }
}
