// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// Which slots of a timetable are settled: run, or given up with a reason.
///
/// Each slot is run once or given up, whatever the clock does. When the clock goes forward, what it passed was
/// missed. When it goes back a little, nothing comes again. When it goes back far, it was wrong before: slots that were
/// given up by that wrong clock come again, those that were run do not.
public struct SlotRegister: Sendable, Equatable, Codable {
    /// All slots up to this time are settled.
    public private(set) var settledThrough: Timestamp
    /// The last ones that were run, the earliest first: a clock that goes back does not bring them again.
    public private(set) var ran: [Timestamp]

    /// Nothing that is due at or before `start` is asked for: a schedule that is new, or known from its records.
    ///
    /// `ran` are the nominal times of slots that were run, as far as they may come again.
    public init(settledThrough start: Timestamp, ran: [Timestamp] = []) {
        settledThrough = start
        self.ran = ran.sorted().suffix(Self.remembered)
    }

    /// In seconds: a clock that goes back by less is being put right as clocks are.
    static let correction: Int64 = 3600
    /// In seconds: a slot that is later than this was missed.
    static let patience: Int64 = 300
    /// So many are given up at a time; the rest at the next look.
    static let atATime = 1000
    /// So many runs are known when the clock goes back; the history knows all, and refuses what was run.
    static let remembered = 1000
}

/// What is to be done about a timetable now.
public struct SlotDecision: Sendable, Equatable {
    /// To be run now; nil for nothing.
    public var run: Slot?
    /// To be written down before anything is run.
    public var givenUp: [GivenUpSlot] = []
    /// By how many seconds the clock went back, where it is to be told.
    public var clockWentBack: Int64?
}

extension Timetable {
    /// Decides what is due, and notes it in the register, which is kept with the records.
    ///
    /// While a run of this timetable is going on (`isRunning`) nothing is run. The latest slot then waits for its end, or is given
    /// up as `overlapped` when missed slots are skipped. Whoever calls asks again in a while, for a slot comes late by
    /// as much as nobody asks.
    public func decide(at now: Timestamp, isRunning: Bool, _ register: inout SlotRegister) -> SlotDecision {
        var decision = SlotDecision()
        decision.clockWentBack = register.follow(now)
        var due = dueSlots(at: now, register)
        let isCut = due.count > SlotRegister.atATime
        if isCut { due.removeLast(due.count - SlotRegister.atATime) }
        if let latest = due.last {
            decide(due, latest, isRunning: isRunning, isCut: isCut, at: now, &register, &decision)
        }
        return decision
    }

    /// What should have started and is not settled, without what was run before the clock went back.
    ///
    /// A slot whose jitter is still running is due with a later one that has none left.
    private func dueSlots(at now: Timestamp, _ register: SlotRegister) -> [Slot] {
        let come = slots(after: register.settledThrough, through: now, limit: SlotRegister.atATime + 1)
            .filter { !register.ran.contains($0.nominal) }
        let started = come.lastIndex { start(of: $0) <= now }
        return Array(come.prefix(started.map { $0 + 1 } ?? 0))
    }

    private func decide(
        _ due: [Slot], _ latest: Slot, isRunning: Bool, isCut: Bool, at now: Timestamp,
        _ register: inout SlotRegister, _ decision: inout SlotDecision
    ) {
        let isLate = now.seconds(since: start(of: latest)) > SlotRegister.patience
        // While there are more to come, this is not the latest.
        let isGivenUp = isCut || (missed == .skip && (isRunning || isLate))
        let lost = isGivenUp ? due : due.dropLast()
        let reason: GivenUpSlot.Reason = isRunning ? .overlapped : missed == .skip ? .missed : .superseded
        decision.givenUp = lost.map {
            GivenUpSlot(schedule: name, slot: $0.nominal, reason: reason, at: now)
        }
        if !isGivenUp && !isRunning { decision.run = latest }
        guard let settled = isGivenUp || !isRunning ? latest : lost.last else { return }
        register.pass(through: settled.nominal, ran: decision.run?.nominal)
    }
}

extension SlotRegister {
    /// Notices that the clock went back far; by how many seconds.
    fileprivate mutating func follow(_ now: Timestamp) -> Int64? {
        let back = settledThrough.seconds(since: now)
        guard back > Self.correction else { return nil }
        settledThrough = now
        return back
    }

    fileprivate mutating func pass(through time: Timestamp, ran slot: Timestamp?) {
        settledThrough = max(settledThrough, time)
        if let slot { ran = (ran + [slot]).sorted().suffix(Self.remembered) }
    }
}
