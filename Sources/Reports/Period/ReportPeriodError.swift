// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Diagnostics

/// Why a text is no period of a report.
public enum ReportPeriodError: UserError, Equatable {
    case notOne(String)
    case backwards(String, String)
    case stillToCome(String)

    /// Names the text as it was typed.
    public var message: String {
        switch self {
        case .notOne(let text): "'\(ObjectName(text))' is no period"
        case .backwards(let first, let last): "\(first) is after \(last)"
        case .stillToCome(let name): "\(name) is still to come"
        }
    }

    /// One: what periods look like.
    public var hints: [String] {
        switch self {
        case .notOne:
            [
                "such as 2026, 2026-Q3, 2026-10, 2026-10-05, last-week, last-month, last-quarter; or --from and --to with a day each."
            ]
        case .backwards: ["--from is the first day of it, --to the last."]
        case .stillToCome: ["a report tells what was; last-month is the newest month that is over."]
        }
    }

    /// 14 always: somebody typed it.
    public var exitStatus: ExitStatus { .usage }
}
