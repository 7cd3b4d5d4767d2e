// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Glibc
import Logging
import Planning
import Synchronization
import Testing

@testable import Service

/// What a daemon is given in a test: a clock that is set by hand, and a record of what was asked for.
private final class Record: Sendable {
    struct State {
        var now = Timestamp(seconds: 1_800_000_000)
        var swept: [Slot] = []
        var givenUp: [GivenUpSlot] = []
        var deliveries = 0
        var isAway = false
    }

    let state = Mutex(State())
    /// Held while no sweep is to come to its end.
    let gate = Mutex(false)

    var clock: WallClock { WallClock { self.state.withLock { $0.now } } }
    var swept: [Slot] { state.withLock { $0.swept } }
    var givenUp: [GivenUpSlot] { state.withLock { $0.givenUp } }

    func advance(_ seconds: Int64) { state.withLock { $0.now = $0.now.advanced(bySeconds: seconds) } }

    func plan(
        _ timetables: [Timetable], arrivals: [String] = [],
        sweep: @escaping @Sendable (Slot, Cancellation) -> DaemonPlan.Outcome = { _, _ in .ran(.success) }
    ) -> DaemonPlan {
        let start = state.withLock { $0.now }
        return DaemonPlan(
            timetables: timetables, arrivals: arrivals,
            sweep: { slot, cancellation in
                self.state.withLock { $0.swept.append(slot) }
                return sweep(slot, cancellation)
            },
            arrived: { name, _ in Slot(schedule: name, nominal: start) },
            giveUp: { slots in
                try self.state.withLock { state in
                    guard !state.isAway else { throw HistoryIsAway() }
                    state.givenUp += slots
                }
            },
            register: { _ in SlotRegister(settledThrough: start) },
            deliver: { _ in
                self.state.withLock { $0.deliveries += 1 }
                return nil
            })
    }

    func scheduler(_ plan: DaemonPlan, _ cancellation: Cancellation = Cancellation()) throws -> Scheduler {
        try Scheduler(
            plan, clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            cancellation: cancellation)
    }
}

private struct HistoryIsAway: Error {}

@Suite struct `A scheduler` {
    private let record = Record()

    private func timetable(
        _ cron: String, _ name: String = "nightly", missed: MissedSlots = .runOnce
    ) throws -> Timetable {
        Timetable(name: name, cron: try CronExpression(parsing: cron), missed: missed)
    }

    /// Lets what was begun come to its end.
    private func settle(_ scheduler: Scheduler) throws {
        for _ in 0..<2000 where scheduler.isSweeping {
            try scheduler.turn()
            usleep(1000)
        }
    }

    @Test func `runs each slot of two days once, in minutes of turns`() throws {
        let scheduler = try record.scheduler(record.plan([timetable("*/30 * * * *")]))
        let start = record.clock.now
        for _ in 0..<(48 * 60) {
            record.advance(60)
            try scheduler.turn()
            try settle(scheduler)
        }
        let end = record.clock.now
        let wanted = try timetable("*/30 * * * *").slots(after: start, through: end, limit: 1000)
        #expect(record.swept == wanted && wanted.count == 96)
        #expect(record.givenUp.isEmpty)
    }

    @Test(arguments: [MissedSlots.runOnce, .skip])
    func `records what was missed while nobody was there`(missed: MissedSlots) throws {
        let scheduler = try record.scheduler(record.plan([timetable("0 * * * *", missed: missed)]))
        record.advance(6 * 3600 + 1200)
        try scheduler.turn()
        try settle(scheduler)
        #expect(record.swept.count == (missed == .runOnce ? 1 : 0))
        #expect(record.givenUp.count == (missed == .runOnce ? 5 : 6))
        #expect(Set(record.givenUp.map(\.reason)) == [missed == .runOnce ? .superseded : .missed])
    }

    @Test func `lets a slot wait while another process sweeps, and runs it then`() throws {
        let isBusy = Flag()
        let plan = record.plan([try timetable("0 * * * *")]) { _, _ in isBusy.isUp ? .ran(.success) : .busy }
        let scheduler = try record.scheduler(plan)
        record.advance(3600)
        for _ in 0..<30 {
            try scheduler.turn()
            try settle(scheduler)
            record.advance(10)
        }
        let tries = record.swept.count
        #expect((4...6).contains(tries) && Set(record.swept).count == 1 && record.givenUp.isEmpty)
        isBusy.raise()
        for _ in 0..<30 {
            record.advance(10)
            try scheduler.turn()
            try settle(scheduler)
        }
        #expect(record.swept.count == tries + 1 && record.givenUp.isEmpty)
    }

    @Test func `gives a slot up that waits for another process when the next one is due`() throws {
        let plan = record.plan([try timetable("0 * * * *")]) { _, _ in .busy }
        let scheduler = try record.scheduler(plan)
        for _ in 0..<(2 * 360) {
            record.advance(10)
            try scheduler.turn()
            try settle(scheduler)
        }
        #expect(Set(record.swept).count == 2 && record.givenUp.map(\.reason) == [.superseded])
        #expect(record.givenUp.map(\.slot) == [record.swept[0].nominal])
    }

    @Test func `lets none wait where the schedule skips`() throws {
        let plan = record.plan([try timetable("0 * * * *", missed: .skip)]) { _, _ in .busy }
        let scheduler = try record.scheduler(plan)
        record.advance(3600)
        try scheduler.turn()
        try settle(scheduler)
        #expect(record.swept.count == 1 && record.givenUp.map(\.reason) == [.overlapped])
    }

    @Test func `runs one sweep at a time, of all entries`() throws {
        let isHeld = Flag()
        let most = Mutex((now: 0, most: 0))
        let plan = record.plan([try timetable("0 * * * *", "a"), try timetable("0 * * * *", "b")]) { _, _ in
            most.withLock { ($0.now, $0.most) = ($0.now + 1, max($0.most, $0.now + 1)) }
            while !isHeld.isUp { usleep(500) }
            most.withLock { $0.now -= 1 }
            return .ran(.success)
        }
        let scheduler = try record.scheduler(plan)
        record.advance(3600)
        for _ in 0..<5 {
            try scheduler.turn()
            usleep(2000)
        }
        #expect(record.swept.count == 1)
        isHeld.raise()
        try settle(scheduler)
        for _ in 0..<200 where record.swept.count < 2 {
            try scheduler.turn()
            usleep(1000)
        }
        try settle(scheduler)
        #expect(Set(record.swept.map(\.schedule)) == ["a", "b"] && most.withLock { $0.most } == 1)
    }

    @Test func `stops what is under way when it ends, and begins nothing more`() throws {
        let cancellation = Cancellation()
        let plan = record.plan([try timetable("0 * * * *")]) { _, cancellation in
            while !cancellation.isRequested { usleep(500) }
            return .ran(.terminated)
        }
        let scheduler = try record.scheduler(plan, cancellation)
        record.advance(3600)
        try scheduler.turn()
        #expect(scheduler.isSweeping)
        scheduler.end()
        #expect(!scheduler.isSweeping && cancellation.exitStatus == .terminated)
        record.advance(3600)
        try scheduler.turn()
        #expect(!scheduler.isSweeping && record.swept.count == 1)
    }

    @Test(arguments: [DaemonPlan.Outcome.taken, .failed("no such disk")])
    func `records a slot that no sweep could take`(outcome: DaemonPlan.Outcome) throws {
        let scheduler = try record.scheduler(record.plan([timetable("0 * * * *")]) { _, _ in outcome })
        record.advance(3600)
        try scheduler.turn()
        try settle(scheduler)
        #expect(record.givenUp.map(\.slot) == record.swept.map(\.nominal))
        #expect(record.givenUp.map(\.reason) == [outcome == .taken ? .overlapped : .missed])
    }

    @Test func `records a slot when the history is back that could not take it`() throws {
        let scheduler = try record.scheduler(
            record.plan([timetable("0 * * * *")]) { _, _ in .failed("no history") })
        record.state.withLock { $0.isAway = true }
        for _ in 0..<2 {
            record.advance(3600)
            try scheduler.turn()
            try settle(scheduler)
        }
        #expect(record.swept.count == 2 && record.givenUp.isEmpty)
        record.state.withLock { $0.isAway = false }
        record.advance(60)
        try scheduler.turn()
        #expect(record.givenUp.map(\.slot) == record.swept.map(\.nominal))
        record.advance(60)
        try scheduler.turn()
        #expect(record.givenUp.count == 2)
    }

    @Test func `sweeps for a backup that has come`() throws {
        let scheduler = try record.scheduler(record.plan([], arrivals: ["arrivals"]))
        for _ in 0..<500 where record.swept.isEmpty {
            try scheduler.turn()
            usleep(1000)
        }
        try settle(scheduler)
        #expect(record.swept.map(\.schedule) == ["arrivals"])
    }

    @Test func `goes by another plan when it is replaced`() throws {
        let scheduler = try record.scheduler(record.plan([timetable("0 * * * *")]))
        try scheduler.replace(record.plan([try timetable("*/10 * * * *", "often")]))
        record.advance(600)
        try scheduler.turn()
        try settle(scheduler)
        #expect(record.swept.map(\.schedule) == ["often"])
    }
}

/// Goes up once.
private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)

    var isUp: Bool { value.load(ordering: .acquiring) }
    func raise() { value.store(true, ordering: .releasing) }
}
