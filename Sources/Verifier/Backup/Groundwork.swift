// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue

/// What a verification knows of a backup before its objects are read; none of it changes while they are.
struct Groundwork: Sendable {
    /// When the backup was opened; a run opens one after another.
    var started: Timestamp
    /// Runs from then on.
    let watch = Stopwatch()
    var findings: [Finding] = []
    var absences = Absences()
    /// False when nobody can understand what ought to attest the objects.
    var isAttestorValid = true
    var hasAttestor = true
    var completeness: Completeness = .complete
    /// What an earlier run found tampered and nobody has accepted.
    var tampered: Set<ObjectName> = []
    /// What is to be done about its contents; nil when nothing is read.
    var contents: ContentWork?

    /// Adds something that keeps the backup from being looked at.
    mutating func add(obstacle: Finding) {
        findings.append(obstacle)
        hasAttestor = false
    }
}
