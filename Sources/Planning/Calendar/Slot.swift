// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// One time at which the schedule wants something done.
///
/// Its schedule and its nominal time are all that it is: the same slot has the same identity in every process.
public struct Slot: Sendable, Hashable, Codable {
    /// The name of the entry in the schedule.
    public var schedule: String
    /// When it comes by the calendar, without jitter.
    public var nominal: Timestamp

    /// Whether the entry has a slot at that time is not looked up.
    public init(schedule: String, nominal: Timestamp) {
        (self.schedule, self.nominal) = (schedule, nominal)
    }
}

extension Slot: CustomStringConvertible {
    /// Such as `nightly@2026-11-02T00:00:00Z`.
    public var description: String { "\(schedule)@\(nominal)" }
}

/// What becomes of slots at whose time nobody was there; the raw value is what the configuration says.
public enum MissedSlots: String, Sendable, Codable, CaseIterable {
    /// The latest of them is run when somebody is there again; the others are given up.
    case runOnce = "run-once"
    /// All of them are given up.
    case skip
}
