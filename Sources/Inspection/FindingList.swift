// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Findings up to a limit, and a count of the rest: a hostile archive must not fill the memory with them.
struct FindingList: Sendable {
    private static let limit = 500

    private(set) var kept: [Finding] = []
    /// Whether any was an error, kept or not.
    private(set) var hasErrors = false
    private var dropped: [FindingCode: Int] = [:]

    mutating func add(_ finding: Finding) {
        hasErrors = hasErrors || finding.severity == .error
        if kept.count < Self.limit { kept.append(finding) } else { dropped[finding.code, default: 0] += 1 }
    }

    /// What was kept, and one line for each code of which there were more.
    func all(object: ObjectName?) -> [Finding] {
        kept
            + dropped.sorted { $0.key.rawValue < $1.key.rawValue }.map { code, count in
                let last = kept.last { $0.code == code }
                return .others(count, code, last?.severity ?? .error, object: last?.object ?? object)
            }
    }
}
