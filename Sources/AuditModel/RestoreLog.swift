// SPDX-License-Identifier: Apache-2.0

/// Where restores are remembered: each is begun, goes through phases, and ends.
///
/// A restore without an end was killed, or is still under way. Called from one thread per restore; an error
/// means that the memory itself failed.
public protocol RestoreLog: Sendable {
    func begin(_ start: RestoreStart) throws -> RestoreID

    /// Adds a phase that is over.
    func add(_ phase: RestorePhase, to restore: RestoreID) throws

    /// When this returns, the end survives a power failure.
    func end(_ restore: RestoreID, _ end: RestoreEnd) throws
}

/// A restore in the log.
public struct RestoreID: Hashable, Sendable {
    /// The number that listings show.
    public let value: Int64

    /// Of a restore in a history; 0 is given by a memory that keeps nothing.
    public init(_ value: Int64) { self.value = value }
}

/// What is known of a restore when it begins.
public struct RestoreStart: Sendable, Equatable {
    /// The backup that is restored; of a chain of incremental ones, the last.
    public var place: BackupPlace
    /// Where to, such as `/var/lib/postgresql/data`.
    public var target: String
    /// Where recovery is to end, in words: `end of backup`, `time 2026-11-02 03:00:00+00`.
    public var goal: String
    /// Whether a person typed that the backup's damage is accepted.
    public var acceptsDamage: Bool
    /// Whether it goes on where an interrupted one stopped.
    public var isResumed: Bool
    /// The trial whose cluster is placed; nil where the backup was read, which proves its bytes.
    public var trial: TrialID?
    /// When it began.
    public var started: Timestamp
    /// The version of the program that did it.
    public var toolVersion: String

    /// Of one that reads the backup, unless a trial is named whose cluster is placed.
    public init(
        place: BackupPlace, target: String, goal: String, acceptsDamage: Bool, isResumed: Bool,
        trial: TrialID? = nil, started: Timestamp, toolVersion: String
    ) {
        (self.place, self.target, self.goal) = (place, target, goal)
        (self.acceptsDamage, self.isResumed, self.trial) = (acceptsDamage, isResumed, trial)
        (self.started, self.toolVersion) = (started, toolVersion)
    }
}

/// One step of a restore and how long it took.
public struct RestorePhase: Sendable, Equatable, Codable {
    /// The raw value is what JSON and the history say.
    public enum Name: String, Sendable, Codable, CaseIterable {
        /// Choosing and planning, before the first byte of the backup; of a trial.
        case plan
        /// Waiting for the store's bytes, summed over all readers.
        case download
        /// Writing files, summed over all writers.
        case write
        /// From the first byte asked for to the last one written, in time that passed.
        case stream
        /// Making what was written safe against a power failure.
        case sync
        /// Putting incremental backups together.
        case combine
        /// Keeping the files as they were proven, beside those that recovery changes.
        case copy
        /// The private server, from its start to its stop.
        case recover
        case scripts
        /// Questions to the recovered cluster, of a trial or of `restore --check`.
        case checks
        /// Taking away what a trial had made.
        case cleanUp = "clean-up"
        /// Moving the restored directory to its place.
        case `switch`
    }

    /// Which step it is.
    public var name: Name
    /// How long it took; of steps that run side by side, summed over all of them.
    public var seconds: Double
    /// What went through it: bytes of the store, of files or of WAL.
    public var bytes: UInt64?

    /// Of a step that is over; without `bytes` nobody counted what went through it.
    public init(_ name: Name, seconds: Double, bytes: UInt64? = nil) {
        (self.name, self.seconds, self.bytes) = (name, seconds, bytes)
    }
}

/// How a restore ended.
public struct RestoreEnd: Sendable, Equatable {
    /// The status that the program exits with (`ExitStatus`).
    public var exitStatus: Int32
    /// Why it failed; nil when it did not.
    public var failure: String?
    /// What was found in the backup on the way.
    public var findings: [Finding]
    /// Where recovery ended, such as `0/3000150`; nil when none did.
    public var endPosition: String?
    /// The timeline on which recovery ended; nil when none did.
    public var timeline: UInt32?
    /// When it ended.
    public var ended: Timestamp

    /// Without position and timeline, no recovery came to its end.
    public init(
        exitStatus: Int32, failure: String? = nil, findings: [Finding] = [], endPosition: String? = nil,
        timeline: UInt32? = nil, ended: Timestamp
    ) {
        (self.exitStatus, self.failure, self.findings) = (exitStatus, failure, findings)
        (self.endPosition, self.timeline, self.ended) = (endPosition, timeline, ended)
    }
}

/// A memory that keeps nothing, for `--no-history`.
public struct UnloggedRestore: RestoreLog {
    /// Nothing is ever in it.
    public init() {}
    /// The same number 0 for every restore.
    public func begin(_ start: RestoreStart) -> RestoreID { RestoreID(0) }
    /// Forgets the phase.
    public func add(_ phase: RestorePhase, to restore: RestoreID) {}
    /// Forgets the end.
    public func end(_ restore: RestoreID, _ end: RestoreEnd) {}
}
