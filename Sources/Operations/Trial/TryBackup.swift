// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Diagnostics
import Files
public import Restorer

/// Restores a backup for trial: into a folder of its own, by the same steps as a restore, asks what came up, and takes it away.
///
/// First `prepare`, which makes the folder and plans, then `run` of what it gives, exactly once.
public struct TryBackup: Sendable {
    private let order: TrialOrder
    private let memory: Memory
    private let context: OperationContext

    public init(_ order: TrialOrder, _ memory: Memory, _ context: OperationContext) {
        (self.order, self.memory, self.context) = (order, memory, context)
    }

    /// Clears up after earlier trials, chooses the backup and plans; what can be refused before a byte is read is refused here.
    public func prepare() throws -> PreparedTrial {
        ReapTrials(in: order.scratch, context).run()
        let scratch = try TrialScratch.make(in: order.scratch)
        do {
            let prepared = try RestoreBackup(order.restore(in: scratch), memory, context).prepare()
            if let objection = prepared.plan.objections.first { throw objection }
            return PreparedTrial(
                scratch: scratch, order: order, memory: memory, context: context, restore: prepared)
        } catch {
            try? scratch.remove()
            throw error
        }
    }
}

/// A trial that only has to be run.
public struct PreparedTrial: Sendable {
    let scratch: TrialScratch
    let order: TrialOrder
    let memory: Memory
    let context: OperationContext
    let restore: PreparedRestore

    /// What is going to be done.
    public var plan: RestorePlan { restore.plan }

    /// Where it is put together; an absolute path.
    public var folder: String { scratch.path }

    /// Carries it out, and keeps what was shown; throws only when the history cannot be written.
    public func run(observer: any RestoreObserver & VerificationObserver) throws -> TrialReport {
        let start = start
        let log = memory.trialLog
        let record = try log.begin(start)
        var rehearsal = rehearse(observer)
        let kept = settle(&rehearsal)
        let end = end(of: rehearsal, kept)
        try log.end(record, end)
        return TrialReport(
            start: start, end: end, failure: rehearsal.failure as? any UserError,
            kept: kept.map { _ in scratch.path })
    }

    /// A tablespace that WAL makes and that no plan has seen gets its place as soon as it shows.
    private func rehearse(_ observer: any RestoreObserver & VerificationObserver) -> Rehearsal {
        var prepared = restore
        while true {
            let rehearsal = prepared.rehearse(
                keepsFailed: true, asking: order.questions, observer: observer)
            guard case RestoreError.tablespaceUnplaced(let unplaced)? = rehearsal.failure else {
                return rehearsal
            }
            do {
                guard let next = try prepared.placing(unplaced.identifier, in: scratch.tablespaces) else {
                    return rehearsal
                }
                prepared = next
            } catch { return rehearsal }
        }
    }

    /// Takes away what is left, or says until when it stays.
    private func settle(_ rehearsal: inout Rehearsal) -> Timestamp? {
        let hasFailed = rehearsal.failure != nil || rehearsal.report.checks.contains(where: \.isFailure)
        if hasFailed, let seconds = order.keepsFailedFor, rehearsal.cleanUp == .kept {
            let until = Timestamp(seconds: context.clock.now.seconds + Int64(seconds))
            if (try? scratch.keep(until: until)) != nil { return until }
        }
        let watch = Stopwatch()
        do {
            if rehearsal.cleanUp != .removed {
                _ = try LeftRestore(of: scratch.target).discard(Cancellation())
            }
            try scratch.remove()
            rehearsal.cleanUp = .removed
        } catch { rehearsal.cleanUp = .failed("\((error as? any UserError)?.message ?? "\(error)")") }
        rehearsal.report.phases.append(RestorePhase(.cleanUp, seconds: watch.seconds))
        return nil
    }

    private var start: TrialStart {
        TrialStart(
            place: plan.backup.place(inStoreAt: plan.store), runtime: .local, scratch: scratch.path,
            goal: "\(plan.request.goal)", replaysArchive: order.walArchive != nil,
            passedOver: plan.skipped.map { .init($0.label, reason: $0.reason) }, startedBy: order.startedBy,
            started: context.clock.now, toolVersion: context.toolVersion)
    }

    private func end(of rehearsal: Rehearsal, _ kept: Timestamp?) -> TrialEnd {
        let judgement = TrialJudgement(rehearsal: rehearsal, hasQuestions: order.questions != nil)
        let report = rehearsal.report
        var end = TrialEnd(
            exitStatus: judgement.status.rawValue, level: judgement.level,
            failure: rehearsal.failure.map { ($0 as? any UserError)?.message ?? "\($0)" },
            phases: report.phases, checks: report.checks,
            findings: report.readings.flatMap(\.findings) + (report.inside?.findings ?? []),
            ended: context.clock.now)
        end.secondsToAnswer = report.secondsToAnswer
        end.endPosition = report.recovery.map { "\($0.end)" }
        end.newestData = report.recovery?.lastTransaction ?? plan.time?.timestamp
        switch rehearsal.cleanUp {
        case .removed: end.cleanUp = .removed
        case .kept: end.cleanUp = .kept(until: kept ?? context.clock.now)
        case .failed(let reason): end.cleanUp = .failed(reason: reason)
        }
        return end
    }
}
