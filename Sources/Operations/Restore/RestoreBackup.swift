// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Catalogue
import Diagnostics
import History
import ObjectStore
public import PrivatePostgres
public import Restorer

/// Restores a backup, and keeps what became of it.
///
/// First `prepare`, which changes nothing, then `run` of what it gives: between the two somebody may look at the plan and
/// be asked.
public struct RestoreBackup: Sendable {
    let order: RestoreOrder
    let store: any ObjectStore
    let wal: WALSource?
    let memory: Memory
    let context: OperationContext

    /// Opens the store, and the archive of WAL; nothing of them is read yet.
    public init(_ order: RestoreOrder, _ memory: Memory, _ context: OperationContext) throws {
        (self.order, self.memory, self.context) = (order, memory, context)
        store = try Self.store(order, context)
        wal = try order.walArchive.map { address in
            WALSource(
                try StoreOpening(address: address, context: context).open(jobs: 4),
                executable: try context.program(), allowsUnfinished: order.request.allowsUnfinished)
        }
    }

    /// What was named as a local backup and is not there is one without its files.
    private static func store(_ order: RestoreOrder, _ context: OperationContext) throws -> any ObjectStore {
        do {
            return try StoreOpening(address: order.store, context: context).open(jobs: order.jobs)
        } catch let error as ObjectStoreError {
            guard order.localPath != nil, case .noSuchStore(let path) = error else { throw error }
            throw RestoreError.localBackupMissing(path, reason: "it does not exist")
        }
    }

    /// Chooses the backup and plans its restore; what can be refused before a byte is written is refused here, or is an
    /// objection in the plan.
    public func prepare() throws -> PreparedRestore {
        let choice = try choose()
        return PreparedRestore(plan: try plan(order.request, choice), choice: choice, restore: self)
    }

    /// Chooses the backup only.
    func choose() throws -> RestorePlanner.Choice { try RestoreChoosing(self).choose() }

    /// What is known of the store as it is seen: of its past nothing speaks for or against a backup.
    var standing: Memory { order.store.asOf == nil ? memory : .none }

    fileprivate func ledger(for backup: Backup) -> any Ledger {
        guard order.store.asOf != nil else { return memory.ledger }
        return PastLedger(memory.history, [backup], inStoreAt: store.url)
    }

    fileprivate func plan(_ request: RestoreRequest, _ choice: RestorePlanner.Choice) throws -> RestorePlan {
        let planner = RestorePlanner(
            store: store, wal: wal, searchPath: order.searchPath, cancellation: context.cancellation
        ) { [standing] place in
            try standing.history?.memory(of: place) ?? BackupMemory()
        }
        var plan = try planner.plan(request, of: choice)
        plan.request.permanentCommand = try order.permanentCommand(for: plan.request, context)
        return plan
    }
}

/// A restore that only has to be run.
public struct PreparedRestore: Sendable {
    /// What is going to be done.
    public internal(set) var plan: RestorePlan
    fileprivate let choice: RestorePlanner.Choice
    let restore: RestoreBackup

    /// The same with a timeline that was left open.
    public func following(_ timeline: RecoveryGoal.Timeline) throws -> PreparedRestore {
        var request = restore.order.request
        request.goal.timeline = timeline
        return PreparedRestore(plan: try restore.plan(request, choice), choice: choice, restore: restore)
    }

    /// The same with an answer to whether the copy may archive.
    public func archiving(_ choice: ArchivingChoice) -> PreparedRestore {
        var plan = plan
        plan.request.archiving = choice
        return PreparedRestore(plan: plan, choice: self.choice, restore: restore)
    }

    /// Does what the plan says; returns when the target is there and safe on disk, throws when it is as it was before.
    public func run(observer: any RestoreObserver & VerificationObserver) throws -> RestoreReport {
        try work(observer, restore.memory.restoreLog, restore.order.questions).run()
    }

    /// Does the same for trial: all but the switch, and takes it away again, but for what is to be kept.
    func rehearse(
        keeping: Rehearsal.Keeping, asking questions: ClusterQuestions?, running code: ForeignCode,
        observer: any RestoreObserver & VerificationObserver
    ) -> Rehearsal {
        do {
            return try work(observer, UnloggedRestore(), questions, running: code).rehearse(keeping: keeping)
        } catch {
            return Rehearsal(report: RestoreReport(), failure: error, cleanUp: .removed)
        }
    }

    /// The same with a place for one more tablespace; nil where it has one.
    func placing(_ tablespace: UInt32, in folder: String) throws -> PreparedRestore? {
        var request = plan.request
        guard request.tablespaces[tablespace] == nil else { return nil }
        request.tablespaces[tablespace] = "\(folder)/\(tablespace)"
        return PreparedRestore(plan: try restore.plan(request, choice), choice: choice, restore: restore)
    }

    private func work(
        _ observer: any RestoreObserver & VerificationObserver, _ log: any RestoreLog,
        _ questions: ClusterQuestions? = nil, running code: ForeignCode? = nil
    ) throws -> Restore {
        let (order, context) = (restore.order, restore.context)
        let reading = VerifiedReading(
            ledger: { restore.ledger(for: $0) },
            options: VerifyOrder(level: .inspected, jobs: order.jobs).options(context), clock: context.clock,
            cancellation: context.cancellation, observer: observer)
        var environment = Restore.Environment(
            log: log, observer: observer, clock: context.clock,
            cancellation: context.cancellation, searchPath: order.searchPath,
            toolVersion: context.toolVersion, executable: try context.program())
        (environment.questions, environment.isContained) = (questions, context.isContained)
        environment.foreignCode = code
        return Restore(plan, from: restore.store, wal: restore.wal, reading: reading, environment)
    }
}
