// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
public import Diagnostics
import History
import ObjectStore
import Planning

/// Makes the plan of a sweep that several machines do parts of.
public struct MakePlan: Sendable {
    private let order: SweepOrder
    private let memory: Memory
    private let context: OperationContext

    /// Throws where no history is kept: what is known and what is due is in it.
    public init(_ order: SweepOrder, _ memory: Memory, _ context: OperationContext) throws {
        guard memory.history != nil else { throw OperationError.sweepNeedsHistory }
        (self.order, self.memory, self.context) = (order, memory, context)
    }

    /// Lists the stores, plans, and puts the signed plan into a place, in one step.
    ///
    /// Trials and what has only room in part are left to sweeps of one machine.
    public func make(at point: MeetingPoint, secret: Secret) throws -> MadePlan {
        let prepared = try RunSweep(order, memory, context).prepare(isDryRun: true)
        let shared = try SharedPlan(prepared)
        _ = try point.place.put(shared.document(secret: secret), named: point.name)
        // What was planned in part is among what is left, whole.
        let whole = prepared.plan.work.count { !$0.isPartial }
        let left = whole - shared.plan.work.count + prepared.plan.left.count
        return MadePlan(plan: shared, left: left, unreachable: prepared.unreachable)
    }
}

/// A plan that was made.
public struct MadePlan: Sendable {
    /// As it was signed and put into its place.
    public let plan: SharedPlan
    /// How much was wanted and is in no shard.
    public let left: Int
    /// Stores that could not be looked at, and why.
    public let unreachable: [(store: String, error: ToldError)]

    /// How the process ends.
    public var exitStatus: ExitStatus { unreachable.isEmpty ? .success : .inconclusive }
}

extension SharedPlan {
    /// Of a sweep that was prepared, with what the history knows of its backups.
    fileprivate init(_ prepared: PreparedSweep) throws {
        var plan = prepared.plan
        (plan.work, plan.left) = ([], [])
        let stores = prepared.stores.map { entry in
            SharedStore(name: entry.store.name, url: (try? entry.survey.get())?.store.url)
        }
        var backups: [SharedBackup] = []
        var seen: Set<BackupKey> = []
        for work in prepared.plan.work where work.kind == .verify && !work.isPartial {
            guard let survey = prepared.survey(of: work.backup.store),
                let backup = survey.backups[work.backup.label], seen.insert(work.backup).inserted
            else { continue }
            let shared = try SharedBackup(
                backup.place(inStoreAt: survey.store.url), prepared.history)
            plan.work.append(work.cuttable(backup, shared))
            backups.append(shared)
        }
        self.init(
            history: try prepared.history.identity(), schedule: prepared.order.schedule, plan: plan,
            stores: stores, backups: backups)
    }
}

extension PreparedSweep {
    fileprivate func survey(of store: String) -> StoreSurvey? {
        stores.first { $0.store.name == store }.flatMap { try? $0.survey.get() }
    }
}

extension SharedBackup {
    fileprivate init(_ place: BackupPlace, _ history: HistoryDatabase) throws {
        let pins = try history.memory(of: place).pins.sorted { $0.key < $1.key }
        self.init(
            url: place.url, label: place.label,
            pins: try pins.map { name, pin in
                let midstates = pin.midstates == nil ? nil : try history.midstates(of: name, in: place)
                let shared = SharedPin(name, pin, midstates)
                // What does not fit its pin proves nothing.
                return shared.isSane ? shared : SharedPin(name, pin, nil)
            })
    }
}

extension PlannedWork {
    /// A first reading that a manifest attests takes that one's digests along: it stays in one piece.
    fileprivate func cuttable(_ backup: Backup, _ known: SharedBackup) -> PlannedWork {
        var work = self
        let pinned = Set(known.pins.filter(\.pin.isAttested).map(\.object))
        if backup.kind == .plain, !work.objects.allSatisfy({ pinned.contains($0.name) }) { work.objects = [] }
        let chunked = Set(known.pins.filter { $0.chunks != nil }.map(\.object))
        work.objects = work.objects.map { object in
            var object = object
            if !chunked.contains(object.name) { object.chunkSize = nil }
            return object
        }
        return work
    }
}
