// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
public import Planning

/// What a daemon does, as its configuration says; replaced as a whole when that is read again.
public struct DaemonPlan: Sendable {
    /// What came of a slot.
    public enum Outcome: Sendable, Equatable {
        case ran(ExitStatus)
        /// Another process sweeps now.
        case busy
        /// Another process has taken the slot.
        case taken
        /// It could not be begun.
        case failed(String)
    }

    /// When sweeps are due.
    public var timetables: [Timetable]
    /// Entries of the schedule that run when a backup has come.
    public var arrivals: [String]
    /// Sweeps for one slot, tells people and writes metrics; called on a thread of its own.
    public var sweep: @Sendable (Slot, Cancellation) -> Outcome
    /// Looks for complete backups that nobody has looked at yet: the slot of the newest, for such an entry; nil for none.
    public var arrived: @Sendable (String, Cancellation) -> Slot?
    /// Writes down that slots are given up.
    public var giveUp: @Sendable ([GivenUpSlot]) throws -> Void
    /// What is known of the slots of an entry.
    public var register: @Sendable (Timetable) throws -> SlotRegister
    /// Takes waiting messages to their channels and says when to try again; nil for not before there is a new one.
    public var deliver: @Sendable (Cancellation) -> Timestamp?
    /// Looks for what is wrong without any sweep: silence, proofs that grew stale, a channel that is dead.
    public var watch: @Sendable () -> Void

    /// Without the others, sweeps run by the timetables only, nothing is delivered, and nobody watches in between.
    public init(
        timetables: [Timetable], arrivals: [String] = [],
        sweep: @escaping @Sendable (Slot, Cancellation) -> Outcome,
        arrived: @escaping @Sendable (String, Cancellation) -> Slot? = { _, _ in nil },
        giveUp: @escaping @Sendable ([GivenUpSlot]) throws -> Void,
        register: @escaping @Sendable (Timetable) throws -> SlotRegister,
        deliver: @escaping @Sendable (Cancellation) -> Timestamp? = { _ in nil },
        watch: @escaping @Sendable () -> Void = {}
    ) {
        (self.timetables, self.arrivals, self.sweep, self.arrived) = (timetables, arrivals, sweep, arrived)
        (self.giveUp, self.register, self.deliver, self.watch) = (giveUp, register, deliver, watch)
    }
}
