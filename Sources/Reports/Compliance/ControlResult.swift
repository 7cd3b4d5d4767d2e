// SPDX-License-Identifier: Apache-2.0

/// How much of what a control asks is shown; the raw value is what JSON and CSV say.
public enum ControlResult: String, Sendable, Codable, CaseIterable, Comparable {
    case met
    /// Something went wrong in the period, and is over.
    case metWithExceptions = "met with exceptions"
    case notMet = "not met"
    /// Nobody looked, or nothing is asked for: that is no pass.
    case noData = "no data"

    /// By how little is shown.
    public static func < (left: ControlResult, right: ControlResult) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .met: 0
        case .metWithExceptions: 1
        case .noData: 2
        case .notMet: 3
        }
    }

    /// Beside a colour: a sign of its own.
    var mark: String {
        switch self {
        case .met: "✔"
        case .metWithExceptions: "△"
        case .notMet: "✘"
        case .noData: "?"
        }
    }
}
