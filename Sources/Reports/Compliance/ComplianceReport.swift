// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// What an auditor asks of a period: which backups there were, what was proven of them, what went wrong and what became of it.
///
/// What is encoded is the document `pg_backctl.report.compliance/1`.
public struct ComplianceReport: Sendable, Equatable, Encodable {
    let schema = "pg_backctl.report.compliance/1"
    public var period: Period
    /// When the history was read for it.
    public var made: Timestamp
    public var tool: Tool
    /// What a manager asks, in at most ten sentences; the rest proves it.
    public var summary: [String]
    /// How all of it stands.
    public var result: ControlResult
    /// In the order of the configuration.
    public var stores: [StoreRecord]
    /// What went wrong, the oldest first.
    public var exceptions: [ExceptionRecord]
    /// Trial restores, the oldest first.
    public var trials: [TrialRecord]
    /// Production restores, the oldest first.
    public var restores: [RestoreRecord]
    /// Times at which a sweep should have run and none did.
    public var missedSlots: [MissedSlot]
    /// What people decided and programs did to the record itself.
    public var events: [EventRecord]
    /// One for each framework that was asked for.
    public var frameworks: [FrameworkRecord]
    /// What nobody but this program can confirm, in sentences.
    public var limits: [String]

    /// The time that it is about.
    public struct Period: Sendable, Equatable, Encodable {
        public var name, zone: String
        public var from: Timestamp
        /// The first moment after it.
        public var to: Timestamp
        /// False where the report was made before its end: what it says may still change.
        public var isOver: Bool
    }

    /// The program that made it.
    public struct Tool: Sendable, Equatable, Encodable {
        public var version: String
        /// SHA-256 of its file.
        public var sha256: String?
    }

    /// A slot of the schedule that no sweep has run.
    public struct MissedSlot: Sendable, Equatable, Encodable {
        public var schedule: String
        public var slot: Timestamp
        public var reason: GivenUpSlot.Reason
    }

    /// Something that was done to the record.
    public struct EventRecord: Sendable, Equatable, Encodable {
        public var at: Timestamp
        public var kind: String
        /// Nil for what a program did.
        public var who: String?
        public var words: String
    }
}

/// How much of what a control asks is shown; the raw value is what JSON and CSV say.
public enum ControlResult: String, Sendable, Codable, CaseIterable, Comparable {
    case met
    /// Something went wrong in the period, and is over.
    case metWithExceptions = "met with exceptions"
    case notMet = "not met"
    /// Nobody looked, or nothing is asked for: that is no pass.
    case noData = "no data"

    /// By how little is shown.
    public static func < (left: ControlResult, right: ControlResult) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .met: 0
        case .metWithExceptions: 1
        case .noData: 2
        case .notMet: 3
        }
    }
}

/// What is known of one store in a period.
public struct StoreRecord: Sendable, Equatable, Encodable {
    public var name, location: String
    /// What the configuration asks for, a sentence each.
    public var policy: [String]
    /// Nil where no sweep of the period could list it: then nobody knows which backups there were.
    public var population: Population?
    /// How many sweeps of the period looked at it, and how many of those could not.
    public var sweeps, failedSweeps: Int
    /// Read in the period by sweeps, in bytes.
    public var bytesRead: UInt64
    /// For how long sweeps of the period read it, in seconds.
    public var seconds: Double
    /// How many backups are shown to be at that level, each at its highest; levels with none are there, too.
    public var ladder: [LevelCount]
    /// How much was within policy after each sweep, the oldest first.
    public var standings: [Standing]
    /// By how many seconds the newest data that could be recovered was behind, at the end, the worst cluster; nil where unknown.
    public var measuredRPO: Double?
    public var targetRPO: Double?
    /// How many seconds the newest trial took until the server answered, the slowest cluster; nil without a trial.
    public var measuredRTO: Double?
    public var targetRTO: Double?
    /// Those that are there at the end of the period, in the order of their labels.
    public var backups: [BackupRecord]

    /// All backups that were there, and how that is known.
    public struct Population: Sendable, Equatable, Encodable {
        public var backups: Int
        /// Of all their objects.
        public var bytes: UInt64
        /// When the store was listed, and by which sweep.
        public var listed: Timestamp
        public var sweep: Int64
        /// How many backups were there at some time of the period and are not there at its end.
        public var gone: Int
    }

    public struct LevelCount: Sendable, Equatable, Encodable {
        /// Nil for those of which nothing is shown.
        public var level: Level?
        public var backups: Int
    }

    public struct Standing: Sendable, Equatable, Encodable {
        public var at: Timestamp
        public var within, backups: Int
    }
}

/// One backup at the end of a period.
public struct BackupRecord: Sendable, Equatable, Encodable {
    public var label: String
    public var taken: Timestamp?
    /// Of its objects.
    public var bytes: UInt64
    public var verdict: Verdict?
    /// The highest level that is shown.
    public var level: Level?
    /// When each level was last shown.
    public var proofs: [LevelProof]
}

/// Something that went wrong, from when it was first seen to when it was over.
public struct ExceptionRecord: Sendable, Equatable, Encodable {
    public var store, kind, subject: String
    public var since: Timestamp
    /// Nil while it is open at the end of the period.
    public var closed: Timestamp?
    /// For how many days it was, or is, open.
    public var days: Int
    public var words: String
    /// What it means, and what is to be done.
    public var remedy: String
}

/// One trial restore.
public struct TrialRecord: Sendable, Equatable, Encodable {
    public var trial: Int64
    public var store: String?
    public var label: String
    public var started: Timestamp
    public var ended: Timestamp?
    public var outcome: Outcome
    public var level: Level?
    /// Why it failed, or could not be finished.
    public var failure: String?
    /// Until the server answered.
    public var secondsToAnswer: Double?
    /// How far the newest data was behind the start of the trial.
    public var secondsBehind: Double?
    public var checksPassed, checksFailed, checksNotRun: Int
    public var replaysArchive: Bool
    public var runtime: TrialStart.Runtime
    public var serverVersion: String?
    public var startedBy: String?
    /// What became of what it had made: `removed`, `kept`, `failed`.
    public var cleanUp: String?

    public enum Outcome: String, Sendable, Encodable { case passed, failed, inconclusive, unfinished }
}

/// One production restore.
public struct RestoreRecord: Sendable, Equatable, Encodable {
    public var restore: Int64
    public var label, target: String
    public var started: Timestamp
    public var ended: Timestamp?
    public var exitStatus: Int32?
    public var failure: String?
    public var acceptsDamage: Bool
}

/// What a framework asks, and what of it is shown.
public struct FrameworkRecord: Sendable, Equatable, Encodable {
    public var id, title, version, source: String
    public var controls: [ControlRecord]
}

/// What one control asks, and what of it is shown.
public struct ControlRecord: Sendable, Equatable, Encodable {
    public var number, title, asks: String
    public var result: ControlResult
    /// Why, a sentence each without its stop.
    public var because: [String]
    /// What of it this program cannot show.
    public var leavesOut: String
}
