// SPDX-License-Identifier: Apache-2.0
import AuditModel
import History
import Planning
import Reports
import Settings

extension MakeReport {
    /// Slots of a period in whose time no sweep of their entry began, and that nobody has given up: of timers that did not run, and of
    /// machines that were off.
    ///
    /// An entry counts from its first sweep on. One whose next slot is yet to come may still be swept.
    static func unswept(
        _ configuration: Configuration, _ facts: ReportFacts, _ history: HistoryDatabase
    ) throws -> [GivenUpSlot] {
        let end = min(facts.period.to, facts.made)
        return try configuration.schedule.flatMap { entry -> [GivenUpSlot] in
            guard let timetable = try Timetable(entry, seed: 0),
                let first = try history.firstSweep(of: entry.name), first < end
            else { return [] }
            let start = max(facts.period.from, first).advanced(bySeconds: -1)
            let slots = timetable.slots(after: start, through: end, limit: mostSlots).map(\.nominal)
            let begun = facts.sweeps.filter { $0.start.schedule == entry.name }.map(\.start.started)
            let known = Set(facts.givenUp.filter { $0.schedule == entry.name }.map(\.slot))
            return zip(slots, slots.dropFirst()).filter { slot, next in
                !known.contains(slot) && !begun.contains { $0 >= slot && $0 < next }
            }.map { GivenUpSlot(schedule: entry.name, slot: $0.0, reason: .missed, at: facts.made) }
        }
    }

    /// One a minute for a week, or one an hour for a year.
    private static let mostSlots = 10_080
}
