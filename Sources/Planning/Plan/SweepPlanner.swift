// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// Puts the work of a sweep in order, out of policy, what is known, and budget.
///
/// First comes what is tampered or damaged, then what was never proven, then the rest by its due date. All that
/// is due before the next sweep is done is wanted now. More is done ahead, in the order of due dates, for two reasons only: so that each
/// sweep reads about the same (the pace of the policy), and so that no later sweep has more to do than it can.
public struct SweepPlanner: Sendable {
    let budget: SweepBudget
    let speed: SweepSpeed
    let now: Timestamp
    /// In seconds.
    let interval: Int64
    let seed: UInt64

    /// `interval` is the time to the next sweep in seconds, at least a minute; `seed` chooses the backups for samples.
    public init(
        budget: SweepBudget, speed: SweepSpeed, at now: Timestamp, interval: Double = 86_400, seed: UInt64
    ) {
        (self.budget, self.speed, self.now, self.seed) = (budget, speed, now, seed)
        self.interval = interval.isFinite ? Int64(max(60, min(interval, 366 * 86_400))) : 86_400
    }

    /// The plan for these stores.
    ///
    /// The order in which their backups are given makes no difference.
    public func plan(_ stores: [StoreToSweep]) -> SweepPlan {
        let views = stores.map { StoreView($0, at: now, seed: seed) }
        let wanted = views.flatMap(wantedWork).sorted(by: Self.comesFirst)
        let pace = views.reduce(0.0) { $0 + $1.pace(over: interval) }
        let chosen = Self.chosen(wanted, quota(of: wanted, pace: pace, trialPace: trialPace(views)))
        let (work, left) = fit(chosen)
        return SweepPlan(
            schema: SweepPlan.schema, made: now, seed: seed, budget: budget, speed: speed, interval: interval,
            work: work, left: left, shortfalls: shortfalls(of: views, pace: pace),
            cycles: cycles(of: views, work: work), pace: UInt64(min(pace, 1e18)), capacity: capacity)
    }

    var capacity: UInt64? { budget.capacity(at: speed) }

    /// What is not due by then can wait for the next sweep, which takes its time, too.
    var horizon: Timestamp {
        now.advanced(bySeconds: interval).advanced(bySeconds: Int64(min(budget.window ?? 0, 1e9)))
    }

    func trialPace(_ views: [StoreView]) -> Double { views.reduce(0) { $0 + $1.trials(over: interval) } }

    private static func comesFirst(_ left: PlannedWork, _ right: PlannedWork) -> Bool {
        let (first, second) = (TurnOrder(left), TurnOrder(right))
        return first < second
    }
}

/// What decides whose turn comes first.
private struct TurnOrder: Comparable {
    let work: PlannedWork

    init(_ work: PlannedWork) { self.work = work }

    private var rank: Int {
        switch work.reason {
        case .tampered, .damaged: 0
        case .neverProven, .changed, .unsettled: 1
        case .overdue, .due, .ahead: 2
        }
    }

    static func < (left: TurnOrder, right: TurnOrder) -> Bool {
        let (one, other) = (left.work, right.work)
        if left.rank != right.rank { return left.rank < right.rank }
        if one.due != other.due { return one.due < other.due }
        if one.proven != other.proven {
            return (one.proven?.nanoseconds ?? .min) < (other.proven?.nanoseconds ?? .min)
        }
        return (one.backup, one.kind.rawValue) < (other.backup, other.kind.rawValue)
    }

    static func == (left: TurnOrder, right: TurnOrder) -> Bool { left.work == right.work }
}
