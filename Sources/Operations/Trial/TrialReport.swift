// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
import Restorer

/// What a trial restore came to.
public struct TrialReport: Sendable {
    /// In the history; nil where none is kept.
    public let id: TrialID?
    /// What was tried, where it was put together, and where recovery was to end.
    public let start: TrialStart
    /// What was shown, and the status of the process.
    public let end: TrialEnd
    /// Why it failed, with what to do about it; nil when it did not.
    public let failure: (any UserError)?
    /// What its catalogues hold; nil when nobody came to ask.
    let seen: SeenBaseline?
    /// Where what failed can be looked at; nil where nothing is kept.
    public let kept: String?
    /// Whether what was kept has tablespaces, for which a restore needs places.
    public let hasTablespaces: Bool
    /// What to go back to instead; nil when the trial passed, or nothing else is known to be sound.
    public let nextBest: NextBest?

    /// What can be done about the failure; nothing that only a restore can do.
    public var hints: [String] {
        switch failure as? RestoreError {
        case .interrupted?: []
        case .damaged?: ["`pg_backctl verify` shows which backups are sound."]
        default: failure?.hints ?? []
        }
    }

    /// How the process ends.
    public var exitStatus: ExitStatus { ExitStatus(rawValue: end.exitStatus) ?? .unknown }
}
