// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension CheckFile {
    /// What the checks ask, in words for `--dry-run`: one line for each.
    public var explanation: [String] { checks.map(\.explanation) }
}

extension UserCheck {
    /// One line: the name, what is asked where and as whom, what is wanted, and what follows when it is not so.
    public var explanation: String {
        let role = role.map { " as role '\(ObjectName($0))'" } ?? ""
        return
            "\(ObjectName(name)): in database '\(ObjectName(database))'\(role), \(wish); within \(Units.duration(timeout)); \(consequence)"
    }

    private var wish: String {
        switch question {
        case .answer(_, let expectation):
            expectation.subject == .rows
                ? "the query has \(expectation.words)" : "the query's one value is \(expectation.words)"
        case .rowCount(let table, let tolerance):
            "\(ObjectName(table.sql)) has \(tolerance.words) than at the last trial"
        case .freshness(_, let limit):
            "the newest data are at most \(Units.duration(limit)) older than the backup"
        case .command(let words):
            "\(ObjectName(words[0])) ends with status 0, with \(Units.count(words.count - 1, "argument"))"
        }
    }

    private var consequence: String {
        switch severity {
        case .error: "else the trial fails"
        case .warning: "else there is a warning"
        case .note: "else there is a note"
        }
    }
}

extension UserCheck.Tolerance {
    /// Such as `at most 5 % fewer rows`.
    var words: String {
        [
            shrink.map { "at most \(Self.percent($0)) fewer rows" },
            growth.map { "at most \(Self.percent($0)) more rows" },
        ]
        .compactMap(\.self).joined(separator: " and ")
    }

    /// With one digit behind the point where it is not whole.
    static func percent(_ part: Double) -> String {
        let tenths = Int((part * 1000).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
    }
}
