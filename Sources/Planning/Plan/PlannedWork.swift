// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// One thing that a sweep does with one backup.
public struct PlannedWork: Sendable, Equatable, Codable {
    /// Reading a backup where it is, or restoring it for trial.
    public enum Kind: String, Sendable, Codable { case verify, trial }

    /// Why it is this one's turn, in the order in which turns come.
    public enum Reason: String, Sendable, Codable, CaseIterable {
        case tampered, damaged
        case neverProven = "never-proven"
        /// What is listed is not what was read.
        case changed
        /// Its newest reading came to no verdict.
        case unsettled
        /// Its proof is too old already.
        case overdue
        /// Its proof would be too old before the next sweep is done.
        case due
        /// There is room now, and later there would not be enough.
        case ahead
    }

    /// A trial counts against the trials of the budget, too.
    public var kind: Kind
    /// The one that is to be proven; of a chain that is restored, the last.
    public var backup: BackupKey
    /// Whose cluster it is of.
    public var group: String
    /// That is to be shown.
    public var level: Level
    /// Decides its turn, together with `due`.
    public var reason: Reason
    /// What the policy asks of it, as far as this work does it.
    public var lines: [PolicyLine]
    /// When the level was last shown; nil for never.
    public var proven: Timestamp?
    /// When the first of the lines is broken without it.
    public var due: Timestamp
    /// Contents are taken apart; else digests are enough, as the inspection of these bytes is known.
    public var decodes: Bool
    /// To be read now.
    ///
    /// With `isPartial` the run ends inside of the backup, and the next one goes on.
    public var bytes: UInt64
    /// Forecast, rounded up.
    public var seconds: UInt64
    /// Whether the budget has room for a part of it only.
    public var isPartial: Bool
    /// The backup was chosen by chance, by the seed of the plan.
    public var isSample: Bool
    /// Where the reading may be cut into shards.
    public var objects: [KnownObject]
}

extension PlannedWork {
    /// Why it is this one's turn, as people read it: `never inspected`, `last checksummed 2026-11-02, due 2026-11-09`.
    public var because: String {
        let last = proven.map { "last \(level.rawValue) \($0.day)" } ?? "never \(level.rawValue)"
        switch reason {
        case .tampered, .damaged: return reason.rawValue
        case .neverProven: return isSample ? "\(last), chosen by chance" : last
        case .changed: return "changed since it was last read"
        case .unsettled: return "\(last), and the newest reading came to no verdict"
        case .overdue: return "\(last), overdue since \(due.day)"
        case .due, .ahead: return "\(last), due \(due.day)"
        }
    }
}

/// Work that was wanted and does not fit.
public struct WorkLeft: Sendable, Equatable, Codable {
    /// What there is too little of.
    public enum Lack: String, Sendable, Codable { case bytes, time, trials }

    /// All of it, even where a part has found room.
    public var work: PlannedWork
    /// Of several the first of trials, bytes and time.
    public var lack: Lack
}
