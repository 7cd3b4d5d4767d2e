// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import History
import Logging
import ObjectStore
import Planning

/// Closes the gap between what a policy asks of stores and what their history shows, as far as a budget allows.
///
/// First `prepare`, which reads listings and plans; then `run` of what it gives, at most once. Between the two somebody may
/// be told what is going to be done: it is the same value.
public struct RunSweep: Sendable {
    private let order: SweepOrder
    private let history: HistoryDatabase
    private let context: OperationContext

    /// Throws where no history is kept: a sweep would begin anew each night.
    public init(_ order: SweepOrder, _ memory: Memory, _ context: OperationContext) throws {
        guard let history = memory.history else { throw OperationError.sweepNeedsHistory }
        (self.order, self.history, self.context) = (order, history, context)
    }

    /// Takes the right to sweep, lists the stores and plans.
    ///
    /// A store that cannot be listed is told in what the sweep comes to, and stops no other. Throws when another sweep is under
    /// way (8), or the history fails.
    ///
    /// One that is only to be looked at (`isDryRun`) needs no right, and keeps nobody from sweeping.
    public func prepare(isDryRun: Bool = false) throws -> PreparedSweep {
        let lock = isDryRun ? nil : try HistoryRight(to: .sweep, history)
        let watch = SweepWatch(
            windowEnds: order.windowEnds, bytesAllowed: order.budget.bytes, clock: context.clock,
            within: context.cancellation)
        let surveys = order.stores.map { ($0, survey($0, watch)) }
        if let status = context.cancellation.exitStatus { throw SweepInterruption(exitStatus: status) }
        return PreparedSweep(
            order: order, lock: lock, history: history, context: context, watch: watch,
            stores: surveys.map { SurveyedStore(store: $0, survey: $1) },
            speed: try MeasuredSpeed(history).speed)
    }

    /// What is read of the store stops where the sweep's bytes or time end, in the middle of an object, too.
    private func survey(_ store: SweepStore, _ watch: SweepWatch) -> Result<StoreSurvey, ToldError> {
        var context = context
        context.cancellation = watch.cancellation
        do {
            var address = try store.address.get()
            address.rateLimit = [address.rateLimit, order.budget.rate.map { UInt64(max(1, min($0, 1e15))) }]
                .compactMap(\.self).min()
            let requests = RequestCount()
            let opened = try StoreOpening(address: address, context: context, requests: requests)
                .open(jobs: order.budget.jobs)
            var survey = try StoreSurvey(store.name, opened, Memory(history), context)
            survey.requests = requests
            try survey.trace { backup, error in
                guard !context.cancellation.isRequested else { throw error }
                context.logger.warning(
                    "what a backup builds on could not be read",
                    metadata: ["store": "\(store.name)", "backup": "\(backup.label)", "why": "\(error)"])
            }
            return .success(survey)
        } catch {
            return .failure(ToldError(error))
        }
    }
}

/// Somebody stopped the sweep before it had begun.
struct SweepInterruption: UserError {
    let exitStatus: ExitStatus
    var message: String { "stopped before the sweep began" }
    var hints: [String] { [] }
}

/// A store with what was found there, or why nobody could look.
struct SurveyedStore {
    var store: SweepStore
    var survey: Result<StoreSurvey, ToldError>

    /// What a planner goes by; nil where nobody could look.
    var toSweep: StoreToSweep? {
        (try? survey.get()).map { StoreToSweep(name: store.name, policy: store.policy, backups: $0.known) }
    }
}

/// How fast this machine has read its stores in the last sweeps.
struct MeasuredSpeed {
    let speed: SweepSpeed

    init(_ history: HistoryDatabase) throws {
        let work = try history.sweeps(HistoryFilter(limit: 10)).flatMap(\.stores).flatMap(\.work)
        let usual = SweepSpeed.usual
        let hashing = Self.rate(work.filter { $0.kind == .verify && !$0.decoded })
        let inspecting = Self.rate(work.filter { $0.kind == .verify && $0.decoded })
        let restoring = Self.rate(work.filter { $0.kind == .trial && $0.exitStatus == 0 })
        speed = SweepSpeed(
            hashing: hashing ?? usual.hashing, inspecting: inspecting ?? usual.inspecting,
            restoring: restoring ?? usual.restoring,
            isMeasured: hashing != nil || inspecting != nil || restoring != nil)
    }

    /// Bytes a second; nil where too little was read to tell.
    private static func rate(_ work: [SweptWork]) -> Double? {
        let bytes = work.reduce(UInt64(0)) { $0.addingClamped($1.bytesRead) }
        let seconds = work.reduce(0.0) { $0 + $1.seconds }
        return bytes >= 1 << 20 && seconds > 0 ? Double(bytes) / seconds : nil
    }
}
