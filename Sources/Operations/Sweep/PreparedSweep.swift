// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
import History
public import Planning

/// Somebody who watches a sweep; called from the thread that runs it.
public protocol SweepObserver: Sendable {
    /// One thing of the plan begins: the `index`-th of `count`, from 1.
    func began(_ work: PlannedWork, _ index: Int, of count: Int, meter: @escaping @Sendable () -> UInt64)
    func finished(_ work: SweptWork, of store: String)
}

/// A sweep that only has to be run, once.
public struct PreparedSweep {
    let order: SweepOrder
    private let lock: HistoryRight?
    let history: HistoryDatabase
    let context: OperationContext
    private let watch: SweepWatch
    let stores: [SurveyedStore]
    /// What is going to be done, in that order.
    public private(set) var plan: SweepPlan
    private var proven: MergedResults?
    /// Why it cannot be done yet.
    private var waiting: [BackupKey: String] = [:]
    /// Stores that could not be looked at, and why.
    public var unreachable: [(store: String, error: ToldError)] {
        stores.compactMap { entry in
            if case .failure(let error) = entry.survey { (entry.store.name, error) } else { nil }
        }
    }

    init(
        order: SweepOrder, lock: HistoryRight?, history: HistoryDatabase, context: OperationContext,
        watch: SweepWatch, stores: [SurveyedStore], speed: SweepSpeed
    ) {
        (self.order, self.lock, self.history, self.context) = (order, lock, history, context)
        (self.watch, self.stores) = (watch, stores)
        plan = Self.planner(order, speed, context).plan(stores.compactMap(\.toSweep))
    }

    /// Stores that were looked at.
    var surveys: [StoreSurvey] { stores.compactMap { try? $0.survey.get() } }

    /// Does this work in place of what was planned, of which other machines have proven this.
    ///
    /// What is `waiting` is not read, and inconclusive for the reason that stands beside it.
    func concluding(
        _ work: [PlannedWork], waiting: [(work: PlannedWork, why: String)], from proven: MergedResults
    ) -> PreparedSweep {
        var prepared = self
        (prepared.plan.work, prepared.plan.left) = (work + waiting.map(\.work), [])
        prepared.waiting = Dictionary(waiting.map { ($0.work.backup, $0.why) }) { first, _ in first }
        prepared.proven = proven
        return prepared
    }

    private static func planner(
        _ order: SweepOrder, _ speed: SweepSpeed, _ context: OperationContext
    ) -> SweepPlanner {
        let now = context.clock.now
        var budget = order.budget
        if let end = order.windowEnds {
            budget.window = min(budget.window ?? .infinity, Double(max(0, end.seconds(since: now))))
        }
        return SweepPlanner(
            budget: budget, speed: speed, at: now, interval: Double(order.interval), seed: order.seed)
    }

    /// Carries it out and keeps what it came to; nil when its slot was taken meanwhile.
    ///
    /// Throws only when the history fails. What was proven until then stays.
    public func run(observer: any SweepObserver) throws -> SweepReport? {
        defer { lock?.release() }
        guard let sweep = try history.begin(start) else { return nil }
        let detectors = TestDetectors().run()
        guard detectors.exitStatus == .success else { return try fail(sweep, detectors) }
        var sweeping = Sweeping(
            order: order, stores: stores, history: history, context: context, watch: watch)
        (sweeping.proven, sweeping.waiting) = (proven, waiting)
        let reason = watch.whileLooking { sweeping.run(plan.work, observer) }
        let swept = try sweeping.swept(plan, Self.planner(order, plan.speed, context))
        for store in swept { try history.add(store, to: sweep) }
        let status = Self.status(of: swept, reason, context)
        let end = SweepEnd(exitStatus: status.rawValue, reason: reason, ended: context.clock.now)
        try history.end(sweep, end)
        return SweepReport(
            id: sweep, start: start, end: end, plan: plan, stores: swept, detectors: detectors)
    }

    /// What cannot notice damage must not say that all is well.
    private func fail(_ sweep: SweepID, _ detectors: DetectorReport) throws -> SweepReport {
        let end = SweepEnd(
            exitStatus: detectors.exitStatus.rawValue, reason: .failed, ended: context.clock.now)
        let stores = order.stores.map { store in
            var swept = SweptStore(name: store.name, exitStatus: detectors.exitStatus.rawValue)
            swept.failure = detectors.failure
            return swept
        }
        for store in stores { try history.add(store, to: sweep) }
        try history.end(sweep, end)
        return SweepReport(
            id: sweep, start: start, end: end, plan: plan, stores: stores, detectors: detectors)
    }

    private var start: SweepStart {
        SweepStart(
            schedule: order.schedule, slot: order.slot, stores: order.stores.map(\.name), seed: order.seed,
            windowEnds: order.windowEnds, startedBy: order.startedBy, started: plan.made,
            toolVersion: context.toolVersion)
    }

    /// The most severe of all stores; who was stopped ends as such, whatever was found.
    private static func status(
        of stores: [SweptStore], _ reason: SweepEnd.Reason, _ context: OperationContext
    ) -> ExitStatus {
        if reason == .interrupted { return context.cancellation.exitStatus ?? .interrupted }
        return .mostSevere(stores.map { ExitStatus(rawValue: $0.exitStatus) ?? .unknown })
    }
}

/// What a sweep came to.
public struct SweepReport: Sendable {
    /// In the history.
    public let id: SweepID
    /// What the history was told before anything was read.
    public let start: SweepStart
    /// With the status of the process, and why nothing more was read.
    public let end: SweepEnd
    /// What was going to be done.
    public let plan: SweepPlan
    /// In the order of the configuration.
    public let stores: [SweptStore]
    /// Whether a changed bit would have been noticed, asked before anything was read.
    public let detectors: DetectorReport

    /// How the process ends.
    public var exitStatus: ExitStatus { ExitStatus(rawValue: end.exitStatus) ?? .unknown }
}
