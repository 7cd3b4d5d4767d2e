// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// An entry of the schedule: when its slots come, and what becomes of those that were missed.
public struct Timetable: Sendable, Hashable {
    /// As the configuration calls the entry; its slots are known by it.
    public let name: String
    /// Gives the nominal times of its slots, on the clocks of `zone`.
    public let cron: CronExpression
    /// Whose clocks the cron expression is about.
    public let zone: CivilZone
    /// Slots start up to so many seconds after their nominal time, so that many machines do not start at once.
    public let jitter: Double
    /// What jitter goes by; each machine has one of its own, and keeps it.
    public let seed: UInt64
    /// What becomes of slots at whose time nobody was there.
    public let missed: MissedSlots

    /// A negative jitter counts as none.
    public init(
        name: String, cron: CronExpression, zone: CivilZone = .utc, jitter: Double = 0, seed: UInt64 = 0,
        missed: MissedSlots = .runOnce
    ) {
        (self.name, self.cron, self.zone, self.seed) = (name, cron, zone, seed)
        self.jitter = jitter.isFinite ? max(0, jitter) : 0
        self.missed = missed
    }

    /// The first slot after a time; nil only beyond the year 2261.
    public func next(after time: Timestamp) -> Slot? {
        cron.next(after: time, in: zone).map { Slot(schedule: name, nominal: $0) }
    }

    /// The slots after one time and up to another, the earliest first and no more than `limit` of them.
    public func slots(after start: Timestamp, through end: Timestamp, limit: Int) -> [Slot] {
        cron.times(after: start, through: end, in: zone, limit: limit).map {
            Slot(schedule: name, nominal: $0)
        }
    }

    /// When a slot is to start: its nominal time and its share of the jitter, the same whenever it is asked.
    public func start(of slot: Slot) -> Timestamp {
        let milliseconds = Int(min(jitter, 86_400) * 1000)
        guard milliseconds > 0 else { return slot.nominal }
        var chance = SeededChance(seed: seed, slot.schedule, slot.nominal.description)
        return slot.nominal.advanced(byNanoseconds: Int64(chance.index(below: milliseconds)) * 1_000_000)
    }
}
