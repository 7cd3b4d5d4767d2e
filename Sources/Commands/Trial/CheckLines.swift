// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics

/// What checks came to, a line each.
enum CheckLines {
    /// What passed in one database after the other is one line; what did not has one of its own.
    static func of(_ checks: [CheckResult]) -> [(outcome: String, words: String)] {
        var lines: [(outcome: String, words: String)] = []
        var told: Set<String> = []
        for check in checks {
            guard check.outcome == .passed, check.origin == .builtIn else {
                let outcome =
                    check.outcome == .failed && check.severity != .error
                    ? check.severity.rawValue : check.outcome.rawValue
                lines.append((outcome, words(check)))
                continue
            }
            guard told.insert(check.name).inserted else { continue }
            let count = checks.count { $0.name == check.name && $0.outcome == .passed }
            lines.append(
                (
                    check.outcome.rawValue,
                    count == 1 ? words(check) : "\(check.name) in \(Units.count(count, "database"))"
                ))
        }
        return lines
    }

    private static func words(_ check: CheckResult) -> String {
        "\(ObjectName(check.name))\(check.database.map { " in '\($0)'" } ?? ""): \(check.words)"
    }
}
