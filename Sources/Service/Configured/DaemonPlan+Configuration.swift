// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Diagnostics
import Logging
public import Operations
import Planning
public import Settings
import Synchronization

extension DaemonPlan {
    /// What a configuration asks of a daemon.
    ///
    /// `seed` is the machine's own, for jitter; `jobs` is how much is read at once where the configuration does not say.
    public init(
        _ configuration: Configuration, _ memory: Memory, _ context: OperationContext, seed: UInt64,
        jobs: Int,
        watchedSince: Timestamp
    ) throws {
        let aftermath = try Aftermath(configuration, memory, context)
        let slots = try SlotBook(memory, context)
        let work = ScheduledWork(
            configuration: configuration, memory: memory, context: context, aftermath: aftermath, jobs: jobs)
        // What is wrong with a store's policy or trials is said now, and not in the middle of the night.
        for entry in configuration.schedule { _ = try work.order(entry, seed: 0) }
        let timetables = try configuration.schedule.compactMap { try Timetable($0, seed: seed) }
        let reports = ScheduledReports(configuration, memory, context)
        let silence = Double(SilenceRule(for: timetables, at: context.clock.now).patience)
        self.init(
            timetables: timetables,
            arrivals: configuration.schedule.filter { $0.start == .newBackup }.map(\.name),
            sweep: { work.sweep($0, $1) }, arrived: { work.arrived($0, $1) },
            giveUp: { try slots.giveUp($0) }, register: { try slots.register(of: $0.name) },
            deliver: { _ in
                // On a thread of its own, as nothing that takes long may be on the loop's.
                reports.makeDue()
                return aftermath.deliver()
            },
            watch: { aftermath.watch(silentAfter: silence, watchedSince: watchedSince) })
    }
}

/// Runs entries of the schedule as the configuration says.
private struct ScheduledWork: Sendable {
    let configuration: Configuration
    let memory: Memory
    let context: OperationContext
    let aftermath: Aftermath
    let jobs: Int
    /// Whether people were told that the history is away.
    let isLost = Flag()

    func order(_ entry: ScheduleEntry, seed: UInt64) throws -> SweepOrder {
        try SweepOrder(configuration, entry, seed: seed, jobs: jobs, at: context.clock.now)
    }

    func sweep(_ slot: Slot, _ cancellation: Cancellation) -> DaemonPlan.Outcome {
        do {
            guard let entry = configuration.schedule.first(where: { $0.name == slot.schedule }) else {
                return .failed("the schedule has no entry '\(slot.schedule)' any more")
            }
            return try sweep(slot, entry, cancellation)
        } catch let error as OperationError where error.exitStatus == .busy {
            return .busy
        } catch let error as any UserError where (try? aftermath.ready()) == nil {
            // Once, until the history can be read again.
            if !isLost.set(true) { aftermath.tellOfLostHistory(error) }
            return .failed(error.message)
        } catch { return .failed((error as? any UserError)?.message ?? "\(error)") }
    }

    private func sweep(
        _ slot: Slot, _ entry: ScheduleEntry, _ cancellation: Cancellation
    ) throws -> DaemonPlan.Outcome {
        var context = context
        context.cancellation = cancellation
        var order = try order(entry, seed: UInt64(bitPattern: slot.nominal.nanoseconds))
        (order.slot, order.startedBy) = (slot.nominal, "serve")
        let prepared = try RunSweep(order, memory, context).prepare()
        aftermath.began(entry.name)
        _ = isLost.set(false)
        guard let report = try prepared.run(observer: NoSweepObserver()) else { return .taken }
        let lines = SweepSummary(report).lines
        let level: Logger.Level = report.exitStatus == .success ? .info : .warning
        for line in lines { context.logger.log(level: level, "\(line)") }
        for line in aftermath.ended(report, summary: lines, delivers: false) {
            context.logger.warning("\(line)")
        }
        return .ran(report.exitStatus)
    }

    func arrived(_ schedule: String, _ cancellation: Cancellation) -> Slot? {
        guard let entry = configuration.schedule.first(where: { $0.name == schedule }) else { return nil }
        var context = context
        context.cancellation = cancellation
        guard let order = try? order(entry, seed: 0) else { return nil }
        return LookForArrivals(in: order.stores, memory, context).slot(for: schedule)
    }
}

/// Whether something is so, for threads that take turns.
fileprivate final class Flag: Sendable {
    private let value = Mutex(false)

    /// Returns what it was.
    func set(_ new: Bool) -> Bool {
        value.withLock { value in
            defer { value = new }
            return value
        }
    }
}

/// Nobody watches.
private struct NoSweepObserver: SweepObserver {
    func began(_ work: PlannedWork, _ index: Int, of count: Int, meter: @escaping @Sendable () -> UInt64) {}
    func finished(_ work: SweptWork, of store: String) {}
}
