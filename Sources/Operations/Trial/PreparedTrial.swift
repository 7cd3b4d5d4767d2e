// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Catalogue
import Diagnostics
import History
import Logging
import PrivatePostgres
public import Restorer
import WALArchive

/// A trial that only has to be run.
public struct PreparedTrial: Sendable {
    let scratch: TrialScratch
    let order: TrialOrder
    let memory: Memory
    let context: OperationContext
    let prepared: PreparedRestore
    /// When the preparations began.
    let begun: Timestamp
    /// Since then.
    let watch: Stopwatch

    /// What is going to be done.
    public var plan: RestorePlan { prepared.plan }

    /// Where it is put together; an absolute path.
    public var folder: String { scratch.path }

    var restore: RestoreBackup { prepared.restore }

    /// Carries it out, and keeps what was shown; throws only when the history cannot be written.
    public func run(observer: any RestoreObserver & VerificationObserver) throws -> TrialReport {
        let (start, log, planning) = (start, memory.trialLog, watch.seconds)
        let record = try log.begin(start)
        var rehearsal = rehearse(try questions(), observer)
        let kept = cleanUp(&rehearsal)
        rehearsal.report.phases.insert(RestorePhase(.plan, seconds: planning), at: 0)
        rehearsal.report.secondsToAnswer = rehearsal.report.secondsToAnswer.map { $0 + planning }
        let end = end(of: rehearsal, kept)
        try log.end(record, end, baseline: rehearsal.report.baseline?.baseline)
        return TrialReport(
            id: memory.history.map { _ in record }, start: start, end: end,
            failure: rehearsal.failure as? any UserError, seen: rehearsal.report.baseline,
            kept: kept.map { _ in scratch.path }, hasTablespaces: scratch.hasTablespaces,
            nextBest: end.level == nil || end.exitStatus == ExitStatus.trialFailed.rawValue
                ? NextBest(besides: plan.backup, among: plan.neighbours, in: restore, .local) : nil)
    }

    /// With what the last trial of the same cluster measured.
    private func questions() throws -> ClusterQuestions {
        var checks = order.checks
        checks.builtIn.keepsCopy = order.keepsResultFor != nil
        var questions = ClusterQuestions(checks.builtIn)
        questions.baseline = checks.baseline(at: plan.store, memory)
        guard let file = checks.file else { return questions }
        let previous =
            checks.previous ?? MeasuredBefore(file, before: plan.backup, in: restore.store, memory)
        questions.user = UserQuestions(file, within: checks.window) { try previous.value(of: $0.name) }
        questions.user?.runsCommands = checks.runsCommands
        return questions
    }

    /// A tablespace that WAL makes and that no plan has seen gets its place as soon as it shows.
    private func rehearse(
        _ questions: ClusterQuestions, _ observer: any RestoreObserver & VerificationObserver
    ) -> Rehearsal {
        var (prepared, earlier) = (prepared, [RestorePhase]())
        let begun = watch.seconds
        while true {
            let before = watch.seconds - begun
            var rehearsal = prepared.rehearse(
                keeping: order.keepsResultFor == nil ? .failed : .all, asking: questions,
                running: order.foreignCode, observer: observer)
            rehearsal.report.phases = earlier + rehearsal.report.phases
            rehearsal.report.secondsToAnswer = rehearsal.report.secondsToAnswer.map { $0 + before }
            guard case RestoreError.tablespaceUnplaced(let unplaced)? = rehearsal.failure else {
                return rehearsal.naming(questions)
            }
            do {
                guard let next = try prepared.placing(unplaced.identifier, in: scratch.tablespaces) else {
                    return rehearsal.naming(questions)
                }
                (prepared, earlier) = (next, rehearsal.report.phases)
            } catch { return rehearsal.naming(questions) }
        }
    }

    /// Takes away what is left, or says until when it stays.
    private func cleanUp(_ rehearsal: inout Rehearsal) -> Timestamp? {
        if let until = keep(rehearsal) { return until }
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

    /// Nil where nothing is to be kept, somebody asked to stop, or it cannot be written down: then it goes.
    private func keep(_ rehearsal: Rehearsal) -> Timestamp? {
        guard rehearsal.cleanUp == .kept, rehearsal.failure.map(TrialJudgement.isStop) != true else {
            return nil
        }
        let seconds = rehearsal.hasFailed ? order.keepsFailedFor : order.keepsResultFor
        guard let seconds else { return nil }
        let until = Timestamp(seconds: context.clock.now.seconds + Int64(seconds))
        do {
            if let cluster = rehearsal.cluster { try cluster.write(in: scratch.path) }
            try scratch.keep(until: until)
        } catch {
            context.logger.warning("what was to be kept is not", metadata: ["why": "\(error)"])
            return nil
        }
        return until
    }

    var start: TrialStart {
        let chance = order.seed.map { ", by chance (seed \($0))" } ?? ""
        var start = TrialStart(
            place: plan.backup.place(inStoreAt: plan.store), runtime: .local, scratch: scratch.path,
            goal: "\(plan.request.goal)\(chance)", replaysArchive: order.walArchive != nil,
            passedOver: plan.skipped.map { .init($0.label, reason: $0.reason) }, startedBy: order.startedBy,
            started: begun, toolVersion: context.toolVersion)
        start.isSample = order.isSample
        return start
    }

    private func end(of rehearsal: Rehearsal, _ kept: Timestamp?) -> TrialEnd {
        let judgement = TrialJudgement(rehearsal: rehearsal, checks: order.checks)
        let report = rehearsal.report
        var end = TrialEnd(
            exitStatus: judgement.status.rawValue, level: judgement.level,
            failure: judgement.reason,
            phases: report.phases.folded, checks: report.checks,
            findings: report.readings.flatMap(\.findings) + (report.inside?.findings ?? []),
            ended: context.clock.now)
        (end.neutralised, end.isolation) = (report.neutralised, report.isolation)
        (end.systemIdentifier, end.serverVersion) = (report.systemIdentifier, report.serverVersion)
        end.secondsToAnswer = report.secondsToAnswer
        end.endPosition = report.recovery.map { "\($0.end)" }
        end.newestData = report.newestData ?? report.recovery?.lastTransaction ?? plan.time?.timestamp
        switch rehearsal.cleanUp {
        case .removed: end.cleanUp = .removed
        case .kept: end.cleanUp = .kept(until: kept ?? context.clock.now)
        case .failed(let reason): end.cleanUp = .failed(reason: reason)
        }
        return end
    }
}

extension Rehearsal {
    var hasFailed: Bool { failure != nil || report.checks.contains(where: \.isFailure) }

    /// Where it broke off before it asked, all that it would have asked is told.
    fileprivate func naming(_ questions: ClusterQuestions) -> Rehearsal {
        guard failure != nil, report.checks.isEmpty else { return self }
        var rehearsal = self
        rehearsal.report.checks = questions.notRun("the trial broke off before it")
        return rehearsal
    }
}
