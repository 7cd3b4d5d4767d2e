// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Logging
import Planning
import Threads

/// Runs what a plan has due, one sweep at a time, until it is asked to end.
///
/// It is called by one thread, once a second or so; what takes long runs on threads of its own.
final class Scheduler {
    private let clock: WallClock
    private let logger: Logger
    private let cancellation: Cancellation
    private var plan: DaemonPlan
    private var registers: [String: SlotRegister] = [:]
    private var sweeping: Job<DaemonPlan.Outcome>?
    private var swept: Slot?
    private var waiting: [Slot] = []
    /// Slots that found another process sweeping.
    private var heldUp: [Slot] = []
    private var nextTry: Timestamp?
    /// What the history could not take yet.
    private var unrecorded: [(slot: GivenUpSlot, record: ([GivenUpSlot]) throws -> Void)] = []
    private var nextRecording: Timestamp?
    private var looking: Job<[Slot]>?
    private var nextLook: Timestamp?
    private var delivering: Job<Timestamp?>?
    private var nextDelivery: Timestamp?
    private var nextWatch: Timestamp?

    init(_ plan: DaemonPlan, clock: WallClock, logger: Logger, cancellation: Cancellation) throws {
        (self.plan, self.clock, self.logger, self.cancellation) = (plan, clock, logger, cancellation)
        for timetable in plan.timetables { registers[timetable.name] = try plan.register(timetable) }
    }

    /// Goes by another plan from now on; what is under way comes to its end by the old one.
    func replace(_ other: DaemonPlan) throws {
        for timetable in other.timetables where registers[timetable.name] == nil {
            registers[timetable.name] = try other.register(timetable)
        }
        plan = other
    }

    /// Whether a sweep is under way.
    var isSweeping: Bool { sweeping != nil }

    /// In a few words, for the supervisor.
    var words: String {
        if let swept, isSweeping { return "sweeping for \(swept)" }
        let next = plan.timetables.compactMap { $0.next(after: clock.now)?.nominal }.min()
        return next.map { "next sweep \($0)" } ?? "nothing is scheduled"
    }

    /// One look at everything; throws only when the history fails.
    func turn() throws {
        settleSweep()
        try decide()
        recordAgain()
        tryAgain()
        lookForArrivals()
        begin()
        deliver()
        watch()
    }

    /// Stops what is under way, and returns when it is over.
    func end() {
        cancellation.request(.terminated)
        sweeping?.join()
        looking?.join()
        delivering?.join()
        settleSweep()
    }

    // MARK: Slots

    private func decide() throws {
        let now = clock.now
        for timetable in plan.timetables {
            guard var register = registers[timetable.name] else { continue }
            let decision = timetable.decide(at: now, isRunning: isBusy(timetable.name), &register)
            if let seconds = decision.clockWentBack {
                logger.warning(
                    "the clock was put back by \(seconds) s", metadata: ["schedule": "\(timetable.name)"])
            }
            if !decision.givenUp.isEmpty { try giveUp(decision.givenUp) }
            registers[timetable.name] = register
            if let slot = decision.run {
                supersede(by: slot)
                waiting.append(slot)
            }
        }
    }

    /// Whether a slot of this entry is under way or waits; those of others only take their turn.
    private func isBusy(_ schedule: String) -> Bool {
        (isSweeping && swept?.schedule == schedule) || waiting.contains { $0.schedule == schedule }
    }

    private func giveUp(_ slots: [GivenUpSlot]) throws {
        try plan.giveUp(slots)
        for slot in slots {
            logger.warning(
                "a slot is given up",
                metadata: [
                    "schedule": "\(slot.schedule)", "slot": "\(slot.slot)",
                    "reason": "\(slot.reason.rawValue)",
                ])
        }
    }

    private func begin() {
        guard sweeping == nil, !waiting.isEmpty, !cancellation.isRequested else { return }
        let slot = waiting.removeFirst()
        swept = slot
        logger.info("a sweep begins", metadata: ["slot": "\(slot)"])
        sweeping = Job { [plan, cancellation] in plan.sweep(slot, Cancellation(within: cancellation)) }
    }

    private func settleSweep() {
        guard let outcome = sweeping?.result, let slot = swept else { return }
        (sweeping, swept) = (nil, nil)
        switch outcome {
        case .ran(let status):
            logger.info("a sweep has ended", metadata: ["slot": "\(slot)", "exit": "\(status.rawValue)"])
        case .busy: holdUp(slot)
        case .taken:
            logger.info("another process has taken the slot", metadata: ["slot": "\(slot)"])
            record(slot, as: .overlapped)
        case .failed(let why):
            logger.error("a sweep failed", metadata: ["slot": "\(slot)", "why": "\(why)"])
            record(slot, as: .missed)
        }
        // What it has found out may have to be told at once.
        (nextDelivery, nextWatch) = (clock.now, clock.now)
    }

    /// Another process sweeps, perhaps for hours: the slot waits for its end, unless the schedule says that none waits.
    private func holdUp(_ slot: Slot) {
        logger.info("another process sweeps", metadata: ["slot": "\(slot)"])
        guard plan.timetables.first(where: { $0.name == slot.schedule })?.missed != .skip else {
            return record(slot, as: .overlapped)
        }
        if !heldUp.contains(slot) { heldUp.append(slot) }
        nextTry = clock.now.advanced(bySeconds: Self.secondsBetweenTries)
    }

    private func tryAgain() {
        guard !heldUp.isEmpty, isDue(nextTry) else { return }
        waiting += heldUp
        heldUp = []
    }

    /// A later slot of the same entry does what those before it were to do.
    private func supersede(by slot: Slot) {
        for older in heldUp where older.schedule == slot.schedule { record(older, as: .superseded) }
        heldUp.removeAll { $0.schedule == slot.schedule }
    }

    /// A slot that no sweep has taken must not be forgotten; one that was taken stays so.
    private func record(_ slot: Slot, as reason: GivenUpSlot.Reason) {
        let lost = GivenUpSlot(schedule: slot.schedule, slot: slot.nominal, reason: reason, at: clock.now)
        do { try plan.giveUp([lost]) } catch {
            logger.error("a slot could not be recorded", metadata: ["slot": "\(slot)", "why": "\(error)"])
            // Into this history, whatever plan there is when it is back.
            unrecorded = unrecorded.suffix(Self.mostUnrecorded - 1) + [(lost, plan.giveUp)]
            nextRecording = clock.now.advanced(bySeconds: Self.secondsBetweenTries)
        }
    }

    /// A history that was away, or whose disk was full, may be there again.
    private func recordAgain() {
        guard !unrecorded.isEmpty, isDue(nextRecording) else { return }
        do {
            while let first = unrecorded.first {
                try first.record([first.slot])
                unrecorded.removeFirst()
            }
        } catch { nextRecording = clock.now.advanced(bySeconds: Self.secondsBetweenTries) }
    }

    // MARK: What is looked at in between

    private func lookForArrivals() {
        if let found = looking?.result {
            looking = nil
            waiting += found.filter { slot in !waiting.contains(slot) }
        }
        guard !plan.arrivals.isEmpty, looking == nil, !isSweeping, waiting.isEmpty, heldUp.isEmpty,
            isDue(nextLook)
        else {
            return
        }
        nextLook = clock.now.advanced(bySeconds: Self.secondsBetweenLooks)
        looking = Job { [plan, cancellation] in
            plan.arrivals.compactMap { plan.arrived($0, cancellation) }
        }
    }

    private func deliver() {
        if let next = delivering?.result {
            delivering = nil
            let later = clock.now.advanced(bySeconds: Self.secondsBetweenDeliveries)
            // One channel that is dead must not hold up the others.
            nextDelivery = min(next ?? later, later)
        }
        guard delivering == nil, isDue(nextDelivery) else { return }
        delivering = Job { [plan, cancellation] in plan.deliver(cancellation) }
    }

    private func watch() {
        guard isDue(nextWatch), !isSweeping else { return }
        nextWatch = clock.now.advanced(bySeconds: Self.secondsBetweenWatches)
        plan.watch()
    }

    /// A time that is further ahead than any pause is of a clock that was wrong.
    private func isDue(_ time: Timestamp?) -> Bool {
        guard let time else { return true }
        let ahead = time.seconds(since: clock.now)
        return ahead <= 0 || ahead > Self.longestPause
    }

    private static let secondsBetweenTries: Int64 = 60
    private static let secondsBetweenLooks: Int64 = 300
    private static let secondsBetweenDeliveries: Int64 = 60
    private static let secondsBetweenWatches: Int64 = 300
    private static let longestPause: Int64 = 86_400
    private static let mostUnrecorded = 1000
}

/// Something that runs on a thread of its own and comes to a result.
private final class Job<Result: Sendable> {
    private let outcome = Monitor<Result?>(nil)
    private let thread: WorkerThread?

    init(_ work: @escaping @Sendable () -> Result) {
        let outcome = outcome
        thread = WorkerThread.start {
            let result = work()
            outcome.withState { $0 = result }
        }
        // Without a thread to be had it is done here: late is better than never.
        if thread == nil {
            let result = work()
            outcome.withState { $0 = result }
        }
    }

    /// Nil while it runs.
    var result: Result? { outcome.withState { $0 } }

    func join() { thread?.join() }
}
