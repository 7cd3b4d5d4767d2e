// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import History
import Planning
import PrivatePostgres
import Restorer

/// One backup that a sweep restores for trial.
struct SweptTrial {
    private let item: PlannedWork
    private let trial: StoreTrial
    private let history: HistoryDatabase
    private let context: OperationContext
    private let watch: SweepWatch

    init(
        _ item: PlannedWork, _ trial: StoreTrial, _ history: HistoryDatabase, _ context: OperationContext,
        _ watch: SweepWatch
    ) {
        (self.item, self.trial, self.history) = (item, trial, history)
        (self.context, self.watch) = (context, watch)
    }

    /// What came of it; `seed` is what chose the backup where chance did.
    func run(seed: UInt64) -> SweptWork {
        let clock = Stopwatch()
        var work: SweptWork
        do {
            work = self.work(of: try report(seed))
        } catch {
            let error = ToldError(error)
            work = SweptWork(item, failed: error.message, error.exitStatus)
            if isStopped { (work.isCutOff, work.exitStatus, work.words) = (true, 0, nil) }
        }
        work.seconds = clock.seconds
        return work
    }

    private var isStopped: Bool { context.cancellation.isRequested }

    private func report(_ seed: UInt64) throws -> TrialReport {
        var order = trial.order
        (order.backup, order.isSample) = (item.backup.label, item.isSample)
        let memory = Memory(history)
        let watcher = TrialWatcher(watch)
        switch trial.runtime {
        case .local?:
            return try TryBackup(order, memory, context).prepare().run(observer: watcher)
        case .docker?:
            return try TryInContainer(order, trial.container, memory, context).prepare()
                .run(observer: watcher)
        case nil:
            switch try TryWhereItCan(
                order, trial.container, memory, context, owner: trial.owner
            ).prepare() {
            case .local(let prepared): return try prepared.run(observer: watcher)
            case .contained(let prepared): return try prepared.run(observer: watcher)
            }
        }
    }

    private func work(of report: TrialReport) -> SweptWork {
        var work = SweptWork(item)
        (work.trial, work.reached) = (report.id?.value, report.end.level)
        work.bytesRead = report.end.phases.filter { $0.name == .stream }.compactMap(\.bytes).reduce(0, +)
        if isStopped, report.exitStatus == .interrupted || report.exitStatus == .terminated {
            work.isCutOff = true
        } else {
            work.exitStatus = report.exitStatus.asOutcome.rawValue
            work.words = report.end.failure
        }
        return work
    }
}

/// Tells the watch of a sweep what a trial reads.
private struct TrialWatcher: VerificationObserver, RestoreObserver {
    private let watch: SweepWatch

    init(_ watch: SweepWatch) { self.watch = watch }

    func backupStarted(_ meter: BackupMeter) { watch.backupStarted(meter) }
    func backupFinished(_ report: BackupReport) { watch.backupFinished(report) }
    func began(_ phase: RestorePhase.Name, bytes: UInt64?) {}
    func recovered(_ progress: RecoveryProgress) {}
    func copied(_ bytes: UInt64) {}
    func scriptBegan(_ name: String) {}
    func noted(_ text: String) {}
}
