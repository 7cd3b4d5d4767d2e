// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Catalogue
import Diagnostics
import DockerEngine
import Logging
import ObjectStore
public import PrivatePostgres
public import Restorer
import StoreLending

/// A trial in a container that only has to be run.
public struct PreparedContainerTrial: Sendable {
    let order: TrialOrder
    let runtime: ContainerOrder
    let engine: Engine
    let image: TrialImage
    let restore: RestoreBackup
    let choice: RestorePlanner.Choice
    /// When the preparations began.
    let begun: Timestamp
    /// Since then.
    let watch: Stopwatch

    /// The backup that is tried.
    public var label: String { choice.backup.label }
    /// In bytes, as stored; of a chain the last backup alone.
    public var size: UInt64 { choice.backup.size }
    /// The store's URL.
    public var store: String { restore.store.url }
    /// Where recovery is to end.
    public var goal: RecoveryGoal { order.goal }
    /// Newer backups that were not chosen, and why.
    public var skipped: [LatestChoice.Skipped] { choice.skipped }
    /// As the engine is asked for it, with tag or digest, such as `postgres:16`.
    public var imageName: String { image.name }
    /// What runs its containers, with its version, such as `Docker 20.10.24`.
    public var engineName: String { engine.product }

    /// Carries it out, and keeps what was shown.
    ///
    /// Throws what the container's plan refuses before anything is restored, and when the history cannot be written.
    public func run(observer: any RestoreObserver & VerificationObserver) throws -> TrialReport {
        let container = TrialContainer(image, runtime, engine.within(restore.context.cancellation))
        let log = restore.memory.trialLog
        var begun: (start: TrialStart, record: TrialID, seconds: Double)?
        let pins = PinnedBackups(choice.neighbours, inStoreAt: store, restore.standing)
        let deadline = TrialDeadline(of: order.foreignCode.limits.time)
        let watching = InsideWatch(observer, pins, told, deadline) { goal in
            let start = start(goal, container)
            begun = (start, try log.begin(start), watch.seconds)
        }
        let trouble = trouble { try carryOut(container, watching, deadline) }
        guard let begun else {
            clearUp(container)
            throw refusal(watching) ?? trouble ?? ContainerTrouble.gone
        }
        var (end, failure) = verdict(watching, trouble, container)
        end.count(planning: begun.seconds)
        let seen = watching.seen
        end.hold(seen, to: order.checks.baseline(at: store, restore.memory), as: told.asked)
        let isKept =
            failure.map { !TrialJudgement.isStop($0) } ?? end.checks.contains(where: \.isFailure)
        let kept = cleanUp(container, keeping: isKept, &end)
        (end.image, end.ended) = (image.digest, restore.context.clock.now)
        end.isolation = container.isolation + end.isolation
        try log.end(begun.record, end, baseline: seen?.baseline)
        return TrialReport(
            id: restore.memory.history.map { _ in begun.record }, start: begun.start, end: end,
            failure: failure, seen: seen, kept: kept.map { _ in container.name }, hasTablespaces: false,
            nextBest: end.level == nil || end.exitStatus == ExitStatus.trialFailed.rawValue
                ? NextBest(besides: choice.backup, among: choice.neighbours, in: restore, .docker) : nil)
    }

    /// Makes the container, starts it and serves it until it has said what it saw; throws what is between.
    private func carryOut(
        _ container: TrialContainer, _ watching: InsideWatch, _ deadline: TrialDeadline
    ) throws {
        let program = try restore.context.program()
        try container.make(
            try ProgramFiles(of: program, in: TrialContainer.program), at: restore.context.clock.now)
        let channel = ContainerChannel(try engine.attach(to: container.name))
        defer { channel.end() }
        try container.start()
        let lender = StoreLender([restore.store] + (restore.wal.map { [$0.store] } ?? []), over: channel)
        let order = try inside.message
        do throws(ChannelFault) { try lender.say(order) } catch {
            throw channel.failure ?? ContainerTrouble.misbehaved(error.reason)
        }
        let ending = try deadline.hold(late: { channel.end() }) {
            lender.serve { message in
                let goesOn = watching.hear(message)
                // Threads that still send come back then.
                if !goesOn { channel.end() }
                return goesOn
            }
        }
        guard case .none = watching.outcome else { return }
        if deadline.hasPassed { throw ContainerTrouble.overdue(deadline.allowance) }
        if let failure = channel.failure { throw failure }
        if case .misbehaved(let reason) = ending { throw ContainerTrouble.misbehaved(reason) }
        throw try ended(container, said: channel.said)
    }

    private var inside: InsideOrder {
        let checks = order.checks
        return InsideOrder(
            label: label, store: store, walArchive: restore.wal?.store.url, archiveName: order.archiveName,
            goal: order.goal, seed: order.seed, jobs: order.jobs, keepsFailed: order.keepsFailedFor != nil,
            timeLimit: order.foreignCode.limits.time, builtIn: checks.builtIn,
            checks: checks.file.map { file in
                InsideOrder.Checks(
                    text: String(decoding: file.text, as: UTF8.self), window: checks.window,
                    previous: MeasuredBefore(
                        file, before: choice.backup, in: restore.store, restore.memory))
            })
    }

    /// Why a container has ended without a word.
    private func ended(_ container: TrialContainer, said: String) throws(EngineError) -> ContainerTrouble {
        let found: Container?
        do throws(EngineError) { found = try container.whenEnded() } catch {
            // It was there a moment ago.
            guard case .notRunning = error else { throw error }
            throw .connectionLost("the trial", reason: error.message)
        }
        guard let found else { return .gone }
        if found.ranOutOfMemory { return .outOfMemory(limit: runtime.memory) }
        guard case .ended(let status) = found.state else { return .gone }
        return .ended(status: status, said: said.plain)
    }

    private func start(_ goal: String, _ container: TrialContainer) -> TrialStart {
        var start = TrialStart(
            place: choice.backup.place(inStoreAt: store), runtime: .docker, scratch: container.name,
            goal: goal, replaysArchive: order.walArchive != nil,
            passedOver: skipped.map { .init($0.label, reason: $0.reason) }, startedBy: order.startedBy,
            started: begun, toolVersion: restore.context.toolVersion)
        start.isSample = order.isSample
        return start
    }
}

/// What it came to.
extension PreparedContainerTrial {
    private func trouble(_ body: () throws -> Void) -> (any UserError)? {
        do {
            try body()
            return nil
        } catch { return error as? any UserError ?? ToldError(error) }
    }

    /// What kept it from being begun.
    private func refusal(_ watching: InsideWatch) -> (any Error)? {
        switch watching.outcome {
        case .refused(let error): adapted(error)
        case .failed(let error): error
        case .misbehaved: ContainerTrouble.misbehaved("it begins with the wrong word")
        case .none, .ended, .contradicted: nil
        }
    }

    private func verdict(
        _ watching: InsideWatch, _ trouble: (any UserError)?, _ container: TrialContainer
    ) -> (TrialEnd, (any UserError)?) {
        let now = restore.context.clock.now
        func without(_ failure: any UserError) -> (TrialEnd, (any UserError)?) {
            let end = TrialEnd(
                exitStatus: failure.exitStatus.rawValue, failure: failure.message, checks: notRun,
                ended: now)
            return (end, failure)
        }
        switch watching.outcome {
        case .ended(var end, let error):
            guard Self.mayBeMemory(end.exitStatus), ranOutOfMemory(container) else {
                return (end, error.map(adapted))
            }
            let failure = ContainerTrouble.outOfMemory(limit: runtime.memory)
            (end.exitStatus, end.failure) = (failure.exitStatus.rawValue, failure.message)
            return (end, failure)
        case .refused(let error): return without(adapted(error))
        case .contradicted(let label, let finding):
            var (end, failure) = without(RestoreError.tampered(label, reason: finding.message))
            end.findings = [finding]
            return (end, failure)
        case .misbehaved: return without(ContainerTrouble.misbehaved("it says what it may not say"))
        case .failed(let error): return without(ToldError(error))
        case .none: return without(trouble ?? ContainerTrouble.gone)
        }
    }

    private var told: ToldTrial { ToldTrial(of: order.checks) }

    private var notRun: [CheckResult] { told.questions.notRun("the trial broke off before it") }

    /// Whether want of memory can be behind a status: what was seen in the backup, or lacks outside, stands without it.
    static func mayBeMemory(_ status: Int32) -> Bool {
        [.trialFailed, .inconclusive, .unknown].contains(ExitStatus(rawValue: status))
    }

    private func ranOutOfMemory(_ container: TrialContainer) -> Bool {
        let container = TrialContainer(container, within: engine.within(Cancellation()))
        return (try? container.whenEnded())??.ranOutOfMemory == true
    }

    /// In a container other things help than on this machine.
    private func adapted(_ error: ToldError) -> ToldError {
        guard error.exitStatus == .commandNotFound else { return error }
        var error = error
        error.hints = ["name an image that has them: --image NAME ('\(image.name)' was used)."]
        return error
    }

    /// Takes it away, or says until when it stays.
    private func cleanUp(
        _ container: TrialContainer, keeping isKept: Bool, _ end: inout TrialEnd
    ) -> Timestamp? {
        let (watch, now) = (Stopwatch(), restore.context.clock.now)
        let container = TrialContainer(container, within: engine.within(Cancellation()))
        if isKept, let seconds = order.keepsFailedFor {
            let until = Timestamp(seconds: now.seconds + Int64(seconds))
            if (try? container.keep(until: until, at: now)) != nil {
                end.cleanUp = .kept(until: until)
                return until
            }
        }
        switch removed(container) {
        case .success: end.cleanUp = .removed
        case .failure(let error):
            end.cleanUp = .failed(reason: error.message)
            if end.exitStatus == ExitStatus.success.rawValue {
                end.exitStatus = ExitStatus.inconclusive.rawValue
                end.failure = "what it made could not be removed: \(error.message)"
            }
        }
        end.phases.append(RestorePhase(.cleanUp, seconds: watch.seconds))
        end.phases = end.phases.folded
        return nil
    }

    /// After a trial that was never begun, and has no end in which it could be told.
    private func clearUp(_ container: TrialContainer) {
        guard case .failure(let error) = removed(container) else { return }
        restore.context.logger.warning(
            "what a trial has made cannot be removed",
            metadata: ["name": "\(container.name)", "why": "\(error.message)"])
    }

    /// Also when this process was asked to stop.
    private func removed(_ container: TrialContainer) -> Result<Void, EngineError> {
        let container = TrialContainer(container, within: engine.within(Cancellation()))
        return Result { () throws(EngineError) in try container.remove() }
    }
}

extension TrialEnd {
    /// With the time from the beginning until the plan stood, in place of that part of it which the container knows.
    fileprivate mutating func count(planning seconds: Double) {
        let inside = phases.filter { $0.name == .plan }.reduce(0) { $0 + $1.seconds }
        phases.removeAll { $0.name == .plan }
        phases.insert(RestorePhase(.plan, seconds: seconds), at: 0)
        secondsToAnswer = secondsToAnswer.map { max(0, $0 - inside) + seconds }
    }
}
