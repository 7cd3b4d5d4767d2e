// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// What a sweep will do, in that order; what `--dry-run` prints is what runs.
///
/// The same inputs give the same plan, and the same plan the same bytes.
public struct SweepPlan: Sendable, Equatable, Codable {
    /// Of the document; a plan of another one is refused.
    public static let schema = "pg_backctl.sweep-plan/1"

    /// Which form the document has; `init(document:)` lets pass only its own.
    public let schema: String
    /// The moment by which all in it was decided.
    public var made: Timestamp
    /// What chance goes by.
    public var seed: UInt64
    /// What the work had to fit into; the window is what was left of the schedule's.
    public var budget: SweepBudget
    /// What forecasts went by.
    public var speed: SweepSpeed
    /// In seconds: from this sweep to the next one.
    public var interval: Int64
    /// In the order in which it is done.
    public var work: [PlannedWork]
    /// In the order in which it would have been done.
    public var left: [WorkLeft]
    /// What the budget does not do in the long run; empty when it does all.
    public var shortfalls: [PolicyShortfall]
    /// By store, in the order in which they were given: how it stands before this sweep.
    public var cycles: [StoreCycle]
    /// The bytes that all policies together take for each sweep, in the long run.
    public var pace: UInt64
    /// The bytes that one sweep can read; nil without limit.
    public var capacity: UInt64?

    /// To be read by all of its work.
    public var bytes: UInt64 { work.reduce(0) { $0.addingClamped($1.bytes) } }
    /// Forecast of all of its work, one thing after the other.
    public var seconds: UInt64 { work.reduce(0) { $0.addingClamped($1.seconds) } }
}

/// How one store stands: what is within policy, and how far its rounds are.
public struct StoreCycle: Sendable, Equatable, Codable {
    /// One line of the policy for all backups: each span of its age is a round in which all are to be proven.
    public struct Round: Sendable, Equatable, Codable {
        /// Always one whose scope is `all`.
        public var line: PolicyLine
        /// When the round began.
        public var began: Timestamp
        /// To be proven in it.
        public var backups: Int
        /// Proven since the round began.
        public var backupsDone: Int
        /// The size of all of them.
        public var bytes: UInt64
        /// The size of those that were proven since the round began.
        public var bytesDone: UInt64
        /// When the last one will be proven at this pace; nil when it has been, or there is no pace.
        public var closes: Timestamp?
    }

    /// As the configuration calls it.
    public var store: String
    /// How much of it is within policy at the moment of the plan.
    public var standing: PolicyStanding
    /// One for each line for all backups, in the order of the policy; empty for a store without backups.
    public var rounds: [Round]
}

/// What a budget cannot do in the long run, and by how much.
public struct PolicyShortfall: Sendable, Equatable, Codable {
    /// What is too little or too rare.
    public enum Kind: String, Sendable, Codable {
        /// A line takes more sweeps than its age has.
        case line
        /// Sweeps come less often than the line asks for.
        case interval
        /// Each line could be kept alone, but not all of them.
        case together
        /// More trials are needed than are allowed.
        case trials
        /// One backup is larger than a sweep may read: it takes several.
        case tooLarge = "too-large"
        /// The first look at one backup's contents is larger than a sweep may read, and cannot be taken in parts.
        case oneGo = "one-go"
    }

    /// Decides what `line`, `backup` and the numbers are about.
    public var kind: Kind
    /// Nil where it is about all of them.
    public var line: PolicyLine?
    /// Nil where it is about many.
    public var backup: BackupKey?
    /// What is to be read: by the line once, or for a backup.
    public var bytes: UInt64
    /// The bytes that one sweep can read; nil where trials are too few.
    public var capacity: UInt64?
    /// So many sweeps it takes.
    public var sweepsNeeded: Int
    /// So many there are.
    public var sweepsAllowed: Int
    /// What one sweep would have to be allowed: bytes, or trials.
    public var needed: UInt64
}
