// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import Planning

@Suite struct `A slot` {
    static func nightly(_ missed: MissedSlots = .runOnce, jitter: Double = 0) throws -> Timetable {
        Timetable(
            name: "nightly", cron: try CronExpression(parsing: "0 1 * * *"), jitter: jitter, seed: 7,
            missed: missed)
    }

    @Test func `is run at its time and not before`() throws {
        let nightly = try Self.nightly()
        var register = SlotRegister(settledThrough: try time("2026-11-02T12:00:00"))
        let before = nightly.decide(at: try time("2026-11-03T00:59:59"), isRunning: false, &register)
        #expect(before == SlotDecision())
        let now = nightly.decide(at: try time("2026-11-03T01:00:00"), isRunning: false, &register)
        #expect(now.run?.description == "nightly@2026-11-03T01:00:00Z")
        #expect(now.givenUp.isEmpty)
        let again = nightly.decide(at: try time("2026-11-03T01:00:01"), isRunning: false, &register)
        #expect(again == SlotDecision())
    }

    /// The policy, whether a run is going on, what is run after five days, and why the others are not.
    static let outages: [(MissedSlots, Bool, String?, [GivenUpSlot.Reason])] = [
        (.runOnce, false, "2026-11-07T01:00:00", Array(repeating: .superseded, count: 4)),
        (.skip, false, nil, Array(repeating: .missed, count: 5)),
        (.runOnce, true, nil, Array(repeating: .overlapped, count: 4)),
        (.skip, true, nil, Array(repeating: .overlapped, count: 5)),
    ]

    @Test(arguments: outages) func `that was missed is run once or given up`(
        _ row: (MissedSlots, Bool, String?, [GivenUpSlot.Reason])
    ) throws {
        let nightly = try Self.nightly(row.0)
        var register = SlotRegister(settledThrough: try time("2026-11-02T12:00:00"))
        let now = try time("2026-11-07T09:00:00")
        let decision = nightly.decide(at: now, isRunning: row.1, &register)
        #expect(try decision.run?.nominal == (row.2.map(time)))
        #expect(decision.givenUp.map(\.reason) == row.3)
        #expect(decision.givenUp.allSatisfy { $0.schedule == "nightly" && $0.at == now })
    }

    @Test func `that came during a run waits for its end`() throws {
        let nightly = try Self.nightly()
        var register = SlotRegister(settledThrough: try time("2026-11-02T12:00:00"))
        let now = try time("2026-11-03T01:00:00")
        #expect(nightly.decide(at: now, isRunning: true, &register).run == nil)
        let later = nightly.decide(at: try time("2026-11-03T05:00:00"), isRunning: false, &register)
        #expect(later.run?.nominal == now)
    }

    @Test func `has the same jitter whenever it is asked`() throws {
        let nightly = try Self.nightly(jitter: 600)
        let slots = nightly.slots(
            after: try time("2026-01-01T00:00:00"), through: try time("2026-12-31T00:00:00"), limit: 400)
        let delays = slots.map { nightly.start(of: $0).seconds(since: $0.nominal) }
        #expect(delays == slots.map { nightly.start(of: $0).seconds(since: $0.nominal) })
        #expect(delays.allSatisfy { (0..<600).contains($0) })
        #expect((delays.min() ?? 600) < 20 && (delays.max() ?? 0) > 580)
        let sum = delays.reduce(0, +)
        #expect((270...330).contains(sum / Int64(delays.count)))
        #expect(
            delays.first == 361, "another jitter than the last version's would move every machine's slots")
    }

    @Test func `that was run does not come again when the clock goes back`() throws {
        let nightly = try Self.nightly()
        var register = SlotRegister(settledThrough: try time("2026-11-02T12:00:00"))
        // The clock is four years ahead for a moment.
        let wrong = nightly.decide(at: try time("2030-11-03T02:00:00"), isRunning: false, &register)
        #expect(wrong.givenUp.count == 1000 && wrong.run == nil)
        let rest = nightly.decide(at: try time("2030-11-03T02:00:00"), isRunning: false, &register)
        #expect(try rest.run?.nominal == (time("2030-11-03T01:00:00")))
        #expect(wrong.givenUp.count + rest.givenUp.count == 1461)
        // Then it is right again, and the nights that were given up come.
        let right = nightly.decide(at: try time("2026-11-02T12:05:00"), isRunning: false, &register)
        #expect(
            right.clockWentBack
                == (try time("2030-11-03T01:00:00")).seconds(since: try time("2026-11-02T12:05:00")))
        let night = nightly.decide(at: try time("2026-11-03T01:00:00"), isRunning: false, &register)
        #expect(try night.run?.nominal == (time("2026-11-03T01:00:00")))
        // But not the one that ran.
        var late = SlotRegister(settledThrough: try time("2030-11-02T12:00:00"), ran: register.ran)
        let again = nightly.decide(at: try time("2030-11-03T01:00:00"), isRunning: false, &late)
        #expect(again == SlotDecision())
    }

    @Test(arguments: [1, 60, 3599] as [Int64]) func `stays settled when the clock is put right a little`(
        _ seconds: Int64
    ) throws {
        let nightly = try Self.nightly(.skip)
        var register = SlotRegister(settledThrough: try time("2026-11-02T12:00:00"))
        let late = try time("2026-11-03T01:06:00")
        #expect(nightly.decide(at: late, isRunning: false, &register).givenUp.count == 1)
        let back = nightly.decide(at: late.advanced(bySeconds: -seconds), isRunning: false, &register)
        #expect(back == SlotDecision())
        #expect(nightly.decide(at: try time("2026-11-03T01:00:00"), isRunning: false, &register).run == nil)
    }
}

@Suite struct `A year of slots` {
    struct Case: Sendable, CustomStringConvertible {
        var cron: String
        var zone: String
        var missed: MissedSlots
        var seed: UInt64
        var description: String { "\(cron) \(zone) \(missed) \(seed)" }
    }

    static let cases: [Case] = (0..<10).map { seed in
        Case(
            cron: ["0 1 * * *", "30 2 * * *", "0 */6 * * *", "0 */2 * * *", "20 4 * * 1-5"][Int(seed) % 5],
            zone: ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"][
                Int(seed / 4) % 4],
            missed: seed % 3 == 0 ? .skip : .runOnce, seed: seed)
    }

    @Test(arguments: cases)
    func `has each run once or given up, with outages, long runs and clocks that jump`(
        _ given: Case
    ) throws {
        var world = SimulatedWorld(
            Timetable(
                name: "nightly", cron: try CronExpression(parsing: given.cron),
                zone: try CivilZone(named: given.zone), jitter: 600, seed: given.seed, missed: given.missed),
            from: try time("2026-01-01T00:00:00"), seed: given.seed)
        let end = try time("2027-01-01T00:00:00")
        while world.now < end { world.step() }
        #expect(world.faults == [])
        let slots = world.timetable.slots(
            after: try time("2026-01-01T00:00:00"), through: world.register.settledThrough, limit: 100_000)
        #expect(slots.filter { world.ran[$0.nominal] == nil && world.givenUp[$0.nominal] == nil } == [])
        #expect(!world.ran.isEmpty && !world.givenUp.isEmpty && world.jumps > 5)
        #expect(world.register.settledThrough.seconds(since: end) > -21 * 86_400)
    }
}

/// A daemon, a machine that is off at times, and a clock that somebody sets.
struct SimulatedWorld {
    let timetable: Timetable
    private(set) var register: SlotRegister
    /// What a clock that nobody sets would say.
    private(set) var now: Timestamp
    private var skew: Int64 = 0
    private var runEnds: Timestamp?
    private var chance: SeededChance
    private(set) var ran: [Timestamp: Timestamp] = [:]
    private(set) var givenUp: [Timestamp: Timestamp] = [:]
    private(set) var faults: [String] = []
    private(set) var jumps = 0

    init(_ timetable: Timetable, from start: Timestamp, seed: UInt64) {
        self.timetable = timetable
        register = SlotRegister(settledThrough: start)
        now = start
        chance = SeededChance(seed: seed, "world")
    }

    private var clock: Timestamp { now.advanced(bySeconds: skew) }

    /// The daemon looks, and again when the next slot starts, unless something happens.
    mutating func step() {
        if let end = runEnds, now >= end { runEnds = nil }
        let decision = timetable.decide(at: clock, isRunning: runEnds != nil, &register)
        // What a clock that was ahead gave up comes again.
        if decision.clockWentBack != nil { givenUp = givenUp.filter { $0.key <= clock } }
        decision.givenUp.forEach { note($0) }
        if let slot = decision.run { run(slot) }
        let wait = secondsToNextStart
        now = now.advanced(bySeconds: min(wait, runEnds.map { max(1, $0.seconds(since: now)) } ?? wait))
        happen()
    }

    /// From now; an hour where nothing starts in the next days.
    private var secondsToNextStart: Int64 {
        let (longestJitter, days) = (Int64(600), Int64(4 * 86_400))
        let slots = timetable.slots(
            after: clock.advanced(bySeconds: -longestJitter), through: clock.advanced(bySeconds: days),
            limit: 8)
        return slots.map { timetable.start(of: $0) }.first { $0 > clock }?.seconds(since: clock) ?? 3600
    }

    private mutating func note(_ slot: GivenUpSlot) {
        if ran[slot.slot] != nil { faults.append("given up after it ran: \(slot.slot)") }
        givenUp[slot.slot] = clock
    }

    private mutating func run(_ slot: Slot) {
        if runEnds != nil { faults.append("two at once: \(slot)") }
        if ran[slot.nominal] != nil { faults.append("ran twice: \(slot)") }
        if timetable.start(of: slot) > clock { faults.append("ran early: \(slot)") }
        if givenUp[slot.nominal] != nil { faults.append("ran after it was given up: \(slot)") }
        ran[slot.nominal] = clock
        // Now and then a run takes longer than a day.
        runEnds = now.advanced(
            bySeconds: Int64(chance.index(below: chance.index(below: 20) == 0 ? 200_000 : 9000)))
    }

    private mutating func happen() {
        switch chance.index(below: 60) {
        case 0: now = now.advanced(bySeconds: Int64(chance.index(below: 4 * 86_400)))
        case 1: jump(to: Int64(chance.index(below: 120)) - 60)
        case 2: jump(to: Int64(chance.index(below: 40 * 86_400)) - 20 * 86_400)
        case 3...5: jump(to: 0)
        default: break
        }
    }

    private mutating func jump(to skew: Int64) {
        if skew != self.skew { jumps += 1 }
        self.skew = skew
    }
}
