// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Diagnostics
import History
import Logging
import PrivatePostgres
public import Restorer

/// Makes the cluster that a trial has recovered and kept a data directory: only its last step is left to do.
public struct PlaceTrial: Sendable {
    private let trial: TrialID
    private let request: RestoreRequest
    private let memory: Memory
    private let context: OperationContext

    /// `request` says where to and with which settings; goal and archive are the trial's.
    public init(_ trial: TrialID, as request: RestoreRequest, _ memory: Memory, _ context: OperationContext) {
        (self.trial, self.request, self.memory, self.context) = (trial, request, memory, context)
    }

    /// Finds what the trial has left, and refuses what cannot be done; nothing is changed.
    public func prepare() throws -> PreparedPlacement {
        guard let history = memory.history, let line = try history.trial(trial)
        else {
            throw OperationError.usage(
                "the history has no trial \(trial.value)", hint: "`pg_backctl history trials` shows them.")
        }
        guard let scratch = try TrialScratch.open(line.start.scratch),
            let cluster = try RehearsedCluster.read(in: scratch.path)
        else { throw nothingKept(line) }
        let placement = PreparedPlacement(
            trial: line, cluster: cluster, request: request.placing(cluster.identifiers), scratch: scratch,
            memory: memory, context: context)
        try refuseTrials(placement.request)
        try placement.check()
        return placement
    }

    /// What stands in a trial's folder goes with it, and with the next start of a trial.
    private func refuseTrials(_ request: RestoreRequest) throws {
        for path in [request.target] + request.tablespaces.values.sorted()
        where TrialFolderName.isPart(of: path) {
            throw RestoreError.unsafeTarget(
                ObjectName(path).description,
                reason: "it lies in the folder of a trial, which is going to be removed",
                hint: "name a directory beside that folder.")
        }
    }

    private func nothingKept(_ line: TrialLine) -> any UserError {
        let reason: String =
            switch line.end?.cleanUp {
            case .kept(let until) where until < context.clock.now: "what it kept is gone since \(until)"
            case .kept where (try? TrialScratch.open(line.start.scratch)) != nil:
                "what it kept in '\(ObjectName(line.start.scratch))' is for looking at: it failed, or was not --promotable"
            case .kept: "what it kept is not in '\(ObjectName(line.start.scratch))' of this machine"
            default: "it kept nothing"
            }
        return OperationError.unsafe(
            "trial \(trial.value) cannot be placed: \(reason)",
            hint:
                "`trial --promotable` keeps what it recovered; or restore the backup: leave out --from-trial."
        )
    }
}

/// A placement that only has to be carried out.
public struct PreparedPlacement: Sendable {
    /// The trial that recovered it.
    public let trial: TrialLine
    /// What it recovered.
    public let cluster: RehearsedCluster
    /// Where to, with a place for each tablespace.
    public let request: RestoreRequest
    let scratch: TrialScratch
    let memory: Memory
    let context: OperationContext

    func check() throws(RestoreError) {
        try PlaceRehearsed(cluster, as: request).check()
    }

    /// Returns when the target is there and safe on disk; throws when it is as it was before.
    public func run(observer: any RestoreObserver) throws -> RestoreReport {
        let (log, placement) = (memory.restoreLog, PlaceRehearsed(cluster, as: request))
        let record = try log.begin(
            RestoreStart(
                place: cluster.place, target: request.target,
                goal: "\(trial.start.goal), from trial \(trial.id.value)", acceptsDamage: false,
                isResumed: try placement.continues, trial: trial.id, started: context.clock.now,
                toolVersion: context.toolVersion))
        do {
            let report = try placement.run(
                observer: observer, cancellation: context.cancellation
            ) { () throws(RestoreError) in try holdScratch() }
            do {
                for phase in report.phases { try log.add(phase, to: record) }
                try log.end(record, end(.success, nil, report))
            } catch {
                observer.noted("the history could not be written: \(error)")
            }
            clearUp()
            return report
        } catch {
            try? log.end(record, end(error.exitStatus, error.message, RestoreReport()))
            throw error
        }
    }

    /// From here on parts of it are nowhere else: whenever its time is over, it stays until this has come to its end.
    private func holdScratch() throws(RestoreError) {
        do { try scratch.keep(until: Timestamp(seconds: Self.endOfTime)) } catch {
            throw .failed(
                "keeping what the trial has left",
                reason: "\((error as? any UserError)?.message ?? "\(error)")",
                hint: "nothing was moved: mend that and run the same command again.")
        }
    }

    /// The last day of 2261: what is later cannot be read again.
    private static let endOfTime: Int64 = 9_214_560_000

    /// The databases are there: what cannot be removed is told, and the next trial tries it again.
    private func clearUp() {
        do {
            _ = try LeftRestore(of: scratch.target).discard(Cancellation())
            try scratch.remove()
        } catch {
            context.logger.warning(
                "what the trial has left cannot be removed",
                metadata: ["folder": "\(ObjectName(scratch.path))", "why": "\(error)"])
        }
    }

    private func end(_ status: ExitStatus, _ failure: String?, _ report: RestoreReport) -> RestoreEnd {
        RestoreEnd(
            exitStatus: status.rawValue, failure: failure, findings: [],
            endPosition: report.recovery.map { "\($0.end)" }, timeline: report.recovery?.timeline,
            ended: context.clock.now)
    }
}
