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
            // The last slot of the period is over when the next one comes, which is not in it any more.
            let slots = timetable.slots(after: start, through: facts.made, limit: mostSlots).map(\.nominal)
            let begun = try history.sweepStarts(of: entry.name, since: start)
            let known = Set(facts.givenUp.filter { $0.schedule == entry.name }.map(\.slot))
            return Self.empty(slots, begun).filter { $0 < end && !known.contains($0) }
                .map { GivenUpSlot(schedule: entry.name, slot: $0, reason: .missed, at: facts.made) }
        }
    }

    /// Those in whose time nothing began, up to the last but one; both lists are in order.
    private static func empty(_ slots: [Timestamp], _ begun: [Timestamp]) -> [Timestamp] {
        var rest = begun[...]
        return zip(slots, slots.dropFirst()).filter { slot, next in
            rest = rest.drop { $0 < slot }
            return rest.first.map { $0 >= next } ?? true
        }.map(\.0)
    }

    /// One in a quarter of an hour for a year.
    private static let mostSlots = 36_000
}
