// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Findings up to a limit, and a count of the rest: a hostile archive must not fill the memory with them.
struct FindingList: Sendable {
    private static let limit = 500

    private(set) var kept: [Finding] = []
    /// Whether any was an error, kept or not.
    private(set) var hasErrors = false
    private var dropped: [FindingCode: Dropped] = [:]

    /// Those of one code that there was no room for.
    private struct Dropped {
        var count = 0
        /// Of the worst of them.
        var severity = Severity.note

        mutating func add(_ finding: Finding) {
            count += 1
            if finding.severity == .error || severity == .note { severity = finding.severity }
        }
    }

    mutating func add(_ finding: Finding) {
        hasErrors = hasErrors || finding.severity == .error
        if kept.count < Self.limit {
            kept.append(finding)
        } else {
            dropped[finding.code, default: Dropped()].add(finding)
        }
    }

    /// What was kept, and one line for each code of which there were more.
    func all(object: ObjectName?) -> [Finding] {
        kept
            + dropped.sorted { $0.key.rawValue < $1.key.rawValue }.map { code, dropped in
                let last = kept.last { $0.code == code }
                return .others(dropped.count, code, dropped.severity, object: last?.object ?? object)
            }
    }
}
