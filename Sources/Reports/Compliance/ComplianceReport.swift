// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// What an auditor asks of a period: which backups there were, what was proven of them, what went wrong and what became of it.
///
/// What is encoded is the document `pg_backctl.report.compliance/1`.
public struct ComplianceReport: Sendable, Equatable, Encodable {
    let schema = "pg_backctl.report.compliance/1"
    /// The time that it is about.
    public var period: Period
    /// When the history was read for it.
    public var made: Timestamp
    /// The program that made it.
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
    /// Restores, the oldest first.
    public var restores: [RestoreRecord]
    /// Times at which a sweep should have run and none did.
    public var missedSlots: [MissedSlot]
    /// What people decided and programs did to the record itself.
    public var events: [EventRecord]
    /// One for each framework that was asked for.
    public var frameworks: [FrameworkRecord]
    /// What is signed of the history that this rests on; nil where nothing is.
    public var evidence: SignedTree?
    /// What nobody but this program can confirm, in sentences.
    public var limits: [String]

    /// From when to when.
    public struct Period: Sendable, Equatable, Encodable {
        /// As people call it, such as `2026-Q3`.
        public var name: String
        /// The IANA name of the zone whose days it is made of.
        public var zone: String
        /// Its first moment.
        public var from: Timestamp
        /// The first moment after it.
        public var to: Timestamp
        /// False where the report was made before its end: what it says may still change.
        public var isOver: Bool
    }

    /// A program, so that anybody can tell it from another one.
    public struct Tool: Sendable, Equatable, Encodable {
        /// As `--version` says it.
        public var version: String
        /// SHA-256 of its file, in hex digits; nil where that could not be read.
        public var sha256: String?
    }

    /// A slot of the schedule that no sweep has run.
    public struct MissedSlot: Sendable, Equatable, Encodable {
        /// The entry of the schedule.
        public var schedule: String
        /// When the sweep was to begin, without jitter.
        public var slot: Timestamp
        /// Why none did.
        public var reason: GivenUpSlot.Reason
    }

    /// Something that was done to the record.
    public struct EventRecord: Sendable, Equatable, Encodable {
        /// When it happened.
        public var at: Timestamp
        /// As of `EventLine`: `acceptance`, `history-moved-aside`, `lock-taken-over`.
        public var kind: String
        /// The backup that it is about, by its URL; nil for what is about none.
        public var backup: String?
        /// Nil for what a program did.
        public var who: String?
        /// The reason that somebody gave, or what the program did.
        public var words: String
    }
}
