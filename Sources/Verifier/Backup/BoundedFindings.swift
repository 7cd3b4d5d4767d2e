// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Findings up to a limit of each kind, and a count of the rest: a backup can lack as many objects as its
/// manifest cares to name.
struct BoundedFindings: Sendable {
    static let mostOfAKind = 500

    private struct Kind: Hashable {
        var code: FindingCode
        var severity: Severity
    }

    private var kept: [Finding] = []
    private var keptOfAKind: [Kind: Int] = [:]
    private var dropped: [Kind: Int] = [:]

    mutating func add(_ finding: Finding) {
        // What stands for others was counted under a limit of its own.
        if finding.standsForOthers { return kept.append(finding) }
        let kind = Kind(code: finding.code, severity: finding.severity)
        guard keptOfAKind[kind, default: 0] < Self.mostOfAKind else { return dropped[kind, default: 0] += 1 }
        keptOfAKind[kind, default: 0] += 1
        kept.append(finding)
    }

    /// Counts findings that were never made one by one.
    mutating func add(_ count: Int, more code: FindingCode, _ severity: Severity) {
        if count > 0 { dropped[Kind(code: code, severity: severity), default: 0] += count }
    }

    /// What was kept, and one finding for each kind of which there are more.
    var all: [Finding] {
        let kinds = dropped.sorted { $0.key.code.rawValue < $1.key.code.rawValue }
        return kept
            + kinds.map { kind, count in .others(count, kind.code, kind.severity, object: nil) }
    }
}
