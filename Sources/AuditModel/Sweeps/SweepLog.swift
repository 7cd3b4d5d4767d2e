// SPDX-License-Identifier: Apache-2.0

/// Where sweeps are remembered: each is begun, and ends with what it came to for each store.
///
/// A sweep without an end was killed, or is still under way. An error means that the memory itself failed.
public protocol SweepLog: Sendable {
    /// Begins a sweep; nil when its slot was taken or given up before, by whomever.
    ///
    /// When this returns, the slot is taken also after a power failure: no other process runs it.
    func begin(_ start: SweepStart) throws -> SweepID?

    /// Keeps what a sweep came to for one store; proofs and trials are kept on their own, as they come.
    func add(_ store: SweptStore, to sweep: SweepID) throws

    /// When this returns, the end survives a power failure.
    func end(_ sweep: SweepID, _ end: SweepEnd) throws

    /// Notes a slot that no sweep will run; a slot that was taken or given up before stays as it is.
    func giveUp(_ slot: GivenUpSlot) throws
}

/// A sweep in the log.
public struct SweepID: Hashable, Sendable {
    /// The number that listings show.
    public let value: Int64

    /// Of a sweep that the history has begun.
    public init(_ value: Int64) { self.value = value }
}

/// What is known of a sweep when it begins.
public struct SweepStart: Sendable, Equatable {
    /// The entry of the schedule; nil for a sweep by hand.
    public var schedule: String?
    /// The time for which the schedule wants it, without jitter; nil for a sweep by hand.
    public var slot: Timestamp?
    /// The names of the stores, in the order in which they are swept.
    public var stores: [String]
    /// What chance went by: the same seed chooses the same backups for trials.
    public var seed: UInt64
    /// When it must stop; nil for no end.
    public var windowEnds: Timestamp?
    /// Who or what started it; nil where nobody can tell.
    public var startedBy: String?
    /// When it began.
    public var started: Timestamp
    /// The version of the program that does it.
    public var toolVersion: String

    /// Of a sweep by hand, unless both a schedule and its slot are given.
    public init(
        schedule: String? = nil, slot: Timestamp? = nil, stores: [String], seed: UInt64,
        windowEnds: Timestamp? = nil, startedBy: String? = nil, started: Timestamp, toolVersion: String
    ) {
        (self.schedule, self.slot, self.stores, self.seed) = (schedule, slot, stores, seed)
        (self.windowEnds, self.startedBy) = (windowEnds, startedBy)
        (self.started, self.toolVersion) = (started, toolVersion)
    }
}

/// How a sweep ended.
public struct SweepEnd: Sendable, Equatable {
    /// Why nothing more was read.
    public enum Reason: String, Sendable, Codable, CaseIterable {
        /// All that was planned is done.
        case done
        /// Its window is over; the next sweep goes on.
        case window
        /// All bytes that it may read are read; the next sweep goes on.
        case budget
        /// Somebody stopped it.
        case interrupted
        /// It could not go on.
        case failed
    }

    /// The status that the program exits with (`ExitStatus`): the most severe of all stores.
    public var exitStatus: Int32
    /// Why it did no more; what was read until then counts all the same.
    public var reason: Reason
    /// When it was over.
    public var ended: Timestamp

    /// `exitStatus` is the most severe of all stores; a window or budget that is over is no failure by itself.
    public init(exitStatus: Int32, reason: Reason, ended: Timestamp) {
        (self.exitStatus, self.reason, self.ended) = (exitStatus, reason, ended)
    }
}

/// A slot of the schedule that no sweep will run.
public struct GivenUpSlot: Sendable, Equatable {
    /// Why not; the raw value is what the history and JSON say.
    public enum Reason: String, Sendable, Codable, CaseIterable {
        /// Nobody was there at its time, and what was missed is not made up for.
        case missed
        /// The sweep before it was still at work.
        case overlapped
        /// A later one that was missed, too, is run in its place.
        case superseded
    }

    /// The name of the schedule's entry in the configuration.
    public var schedule: String
    /// The time at which it should have been run.
    public var slot: Timestamp
    /// By which `status` and metrics count those that were lost.
    public var reason: Reason
    /// When it was given up.
    public var at: Timestamp

    /// `slot` is the time that the schedule names, without jitter.
    public init(schedule: String, slot: Timestamp, reason: Reason, at: Timestamp) {
        (self.schedule, self.slot, self.reason, self.at) = (schedule, slot, reason, at)
    }
}

/// A sweep, with what is known of its end.
public struct SweepLine: Sendable, Equatable {
    /// The number under which its stores and its end are kept.
    public var id: SweepID
    /// As of a restore: without an end it depends on whether its own process lives.
    public var state: RestoreLine.State
    /// What was known when it began.
    public var start: SweepStart
    /// How it ended; nil as long as it goes on, and for one that was killed.
    public var end: SweepEnd?
    /// In the order in which they were swept.
    public var stores: [SweptStore]
    /// In which process it runs or ran; without an end, that tells whether it goes on.
    public var process: ProcessIdentity

    /// Without an end, stores may be missing.
    public init(
        id: SweepID, state: RestoreLine.State, start: SweepStart, end: SweepEnd?, stores: [SweptStore],
        process: ProcessIdentity
    ) {
        (self.id, self.state, self.start, self.end) = (id, state, start, end)
        (self.stores, self.process) = (stores, process)
    }
}
