// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import History
import ObjectStore
import Planning
import Verifier

/// A sweep under way: does one thing of its plan after the other, and keeps what each came to.
struct Sweeping {
    private let watch: SweepWatch
    private let order: SweepOrder
    private let stores: [SurveyedStore]
    private let history: HistoryDatabase
    /// By other machines.
    var proven: MergedResults?
    /// What cannot be done yet, and why.
    var waiting: [BackupKey: String] = [:]
    /// Of all that the sweep does; it is stopped with its window.
    private let context: OperationContext
    /// For what is looked at in the end, after the window, too.
    private let outer: OperationContext
    private var done: [String: [SweptWork]] = [:]
    private var retries: [String: Int] = [:]

    init(
        order: SweepOrder, stores: [SurveyedStore], history: HistoryDatabase, context: OperationContext,
        watch: SweepWatch
    ) {
        (self.order, self.stores, self.history) = (order, stores, history)
        self.watch = watch
        var own = context
        own.cancellation = watch.cancellation
        (self.context, outer) = (own, context)
    }

    /// Says why it ended: all was done, or what stopped it.
    mutating func run(_ work: [PlannedWork], _ observer: any SweepObserver) -> SweepEnd.Reason {
        for (index, item) in work.enumerated() {
            watch.look()
            if let reason = watch.reason { return reason }
            let before = watch.bytesRead
            observer.began(item, index + 1, of: work.count) { [watch] in
                watch.bytesRead - min(before, watch.bytesRead)
            }
            var swept = carryOut(item)
            let read = watch.bytesRead
            if swept.isCutOff { swept.bytesRead = read - min(before, read) }
            done[item.backup.store, default: []].append(swept)
            observer.finished(swept, of: item.backup.store)
        }
        return watch.reason ?? .done
    }

    private mutating func carryOut(_ item: PlannedWork) -> SweptWork {
        if let why = waiting[item.backup] {
            var open = SweptWork(item, failed: why, .inconclusive)
            // Nothing fell short, and nobody has to be told but who asked.
            open.isCutOff = true
            return open
        }
        guard let entry = stores.first(where: { $0.store.name == item.backup.store }),
            let survey = try? entry.survey.get()
        else { return SweptWork(item, failed: "its store could not be looked at", .inconclusive) }
        guard let backup = survey.backups[item.backup.label] else {
            // Whether it may be gone is judged with the store.
            var gone = SweptWork(item)
            gone.words = "it is not there any more"
            return gone
        }
        switch item.kind {
        case .verify:
            let outcome = SweptVerification(
                item, order.budget.jobs, Memory(history, proven: proven), context
            ).run(backup, in: survey, watch)
            retries[item.backup.store, default: 0] += outcome.retries
            return outcome.work
        case .trial:
            switch entry.store.trial {
            case nil:
                return SweptWork(
                    item, failed: "nothing says how trials of this store are run", .inconclusive)
            case .failure(let error): return SweptWork(item, failed: error.message, .inconclusive)
            case .success(let trial):
                return SweptTrial(item, trial, history, context, watch).run(seed: order.seed)
            }
        }
    }

    /// What it came to for each store, with how the store stands now.
    func swept(_ plan: SweepPlan, _ planner: SweepPlanner) throws -> [SweptStore] {
        try stores.map { entry in
            var swept = SweptStore(name: entry.store.name)
            swept.work = done[entry.store.name] ?? []
            swept.bytesRead = swept.work.reduce(0) { $0.addingClamped($1.bytesRead) }
            swept.seconds = swept.work.reduce(0) { $0 + $1.seconds }
            swept.retries = retries[entry.store.name] ?? 0
            switch entry.survey {
            case .failure(let error): swept.fail(error)
            case .success(var survey):
                (swept.url, swept.requests) = (survey.store.url, survey.requests?.byStatus ?? [:])
                try survey.refresh()
                let now = SurveyedStore(store: entry.store, survey: .success(survey))
                try lookAround(&swept, now, planner)
            }
            return swept
        }
    }

    private func lookAround(
        _ swept: inout SweptStore, _ entry: SurveyedStore, _ planner: SweepPlanner
    ) throws {
        swept.standing = entry.toSweep.flatMap { planner.plan([$0]).cycles.first?.standing }
        let survey = try entry.survey.get()
        let archive = WALArchiveCoverage(entry.store, survey, outer)
        let before = try FindingsBefore(of: entry.store.name, history)
        swept.findings =
            Surroundings(of: entry.store, history, outer).findings
            + StoreFindings(
                entry.store, survey,
                watchedSince: try history.firstSwept(entry.store.name) ?? context.clock.now,
                at: context.clock.now
            ).all(archive)
        swept.findings = swept.findings.map(before.withSince)
        swept.backups = survey.backupStatuses
        swept.groups = survey.groupStatuses(recoverableUntil: archive.recoverableUntil)
        swept.exitStatus = swept.status.rawValue
    }
}

extension SweptStore {
    fileprivate mutating func fail(_ error: ToldError) {
        failure = error.message
        exitStatus = (error.exitStatus == .busy ? ExitStatus.busy : .inconclusive).rawValue
    }

    /// The most severe of what was done and found.
    fileprivate var status: ExitStatus {
        // What could not be looked at says nothing.
        let found: [ExitStatus] = findings.filter { $0.severity == .error }.map {
            $0.kind.hasSuffix("-unread") ? .inconclusive : .policyNotMet
        }
        let empty: [ExitStatus] = backups.isEmpty ? [.nothingThere] : []
        // What is known to be bad, or was not read to its end, stays so where nothing asks for it to be read again.
        let known = backups.compactMap { backup -> ExitStatus? in
            switch backup.verdict {
            case .damaged?, .tampered?, .inconclusive?: backup.verdict?.exitStatus
            case .verified?, .incomplete?, nil: nil
            }
        }
        let untried: [ExitStatus] = backups.contains { $0.failedTrial != nil } ? [.trialFailed] : []
        return .mostSevere(
            work.map { ExitStatus(rawValue: $0.exitStatus) ?? .inconclusive } + found + empty + known
                + untried)
    }
}

extension ExitStatus {
    /// As the outcome of one store among several: what is no outcome (a wrong key, a program that is missing) is inconclusive,
    /// so that it cannot hide what was found elsewhere.
    var asOutcome: ExitStatus {
        switch self {
        case .success, .damaged, .inconclusive, .tampered, .policyNotMet, .busy, .nothingThere, .trialFailed:
            self
        default: .inconclusive
        }
    }
}

extension SweptWork {
    init(_ item: PlannedWork) {
        self.init(
            item.kind == .trial ? .trial : .verify, label: item.backup.label, level: item.level,
            reason: item.because, exitStatus: 0)
        decoded = item.decodes
    }

    /// Of what was stopped inside of it: what was hashed by then is kept.
    init(_ item: PlannedWork, cutOff clock: Stopwatch) {
        self.init(item)
        (isCutOff, seconds) = (true, clock.seconds)
    }

    /// Of what could not be done.
    init(_ item: PlannedWork, failed words: String, _ status: ExitStatus) {
        self.init(item)
        (self.words, exitStatus) = (words, status.asOutcome.rawValue)
    }
}

/// What the sweep before found wrong with a store.
private struct FindingsBefore {
    private let found: [StoreFinding]
    private let when: Timestamp?

    init(of store: String, _ history: HistoryDatabase) throws {
        let last = try history.lastSwept(store)
        (found, when) = (last?.swept.findings ?? [], last?.ended)
    }

    /// Since when it is so, as far as sweeps have told.
    func withSince(_ finding: StoreFinding) -> StoreFinding {
        guard finding.since == nil,
            let same = found.first(where: { $0.kind == finding.kind && $0.subject == finding.subject })
        else { return finding }
        var finding = finding
        finding.since = same.since ?? when
        return finding
    }
}
