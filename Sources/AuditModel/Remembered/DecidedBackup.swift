// SPDX-License-Identifier: Apache-2.0

/// What people have said of the findings of one backup that are still there.
public struct DecidedBackup: Sendable, Equatable {
    /// The backup.
    public var place: BackupPlace
    /// Findings of which a decision counts.
    public var settled: [FindingLine] = []
    /// Findings of which none counts any more: the time of a waiver is over, or what was dealt with is seen again.
    public var lapsed: [FindingLine] = []

    /// One for each backup with a finding on which somebody has decided, in the order of the findings.
    public static func all(of findings: [FindingLine]) -> [DecidedBackup] {
        var backups: [DecidedBackup] = []
        for finding in findings where finding.state == .open && finding.lastDecision != nil {
            let known = backups.firstIndex { $0.place == finding.place }
            let index = known ?? backups.endIndex
            if known == nil { backups.append(DecidedBackup(place: finding.place)) }
            if finding.decision == nil {
                backups[index].lapsed.append(finding)
            } else {
                backups[index].settled.append(finding)
            }
        }
        return backups
    }
}

extension FindingLine {
    /// The newest decision, whether it counts or not; words alone are none.
    public var lastDecision: FindingDecision? { decisions.last { $0.kind != .noted } }
}
