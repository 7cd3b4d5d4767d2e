// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Catalogue
public import Diagnostics
import ObjectStore
import Verifier

/// Verifies backups of a store and keeps the proof.
///
/// First `select`, then `verify`: between the two somebody may be told what is going to be read.
public struct VerifyBackups: Sendable {
    private let store: any ObjectStore
    private let options: VerificationOptions
    private let memory: Memory
    /// Opens what says that there was more once; only an empty store is a reason to.
    private let known: @Sendable () throws -> Memory
    private let context: OperationContext
    /// Whether the store is seen as it was at some time.
    private let isPast: Bool

    /// Opens the store; nothing of it is read yet.
    ///
    /// `known` opens what is to be looked into where the store is empty, also for who keeps nothing.
    public init(
        _ address: StoreAddress, _ order: VerifyOrder, _ memory: Memory,
        known: (@Sendable () throws -> Memory)? = nil, _ context: OperationContext
    ) throws {
        let store = try StoreOpening(address: address, context: context).open(jobs: order.jobs)
        self.init(
            in: store, order.options(context), memory, known: known ?? { memory }, context,
            isPast: address.asOf != nil)
    }

    /// In a store that is open.
    init(
        in store: any ObjectStore, _ options: VerificationOptions, _ memory: Memory,
        known: @escaping @Sendable () throws -> Memory = { .none }, _ context: OperationContext,
        isPast: Bool = false
    ) {
        (self.store, self.options, self.memory) = (store, options, memory)
        (self.known, self.context, self.isPast) = (known, context, isPast)
    }

    /// Lists the store and chooses: `all`, `latest` or a label.
    public func select(_ which: String) throws -> BackupSelection {
        try BackupChoosing(store: store, memory: memory, known: known, context: context).select(which)
    }

    /// Reads what was selected and comes to a verdict on each backup, which is in the history before the observer
    /// hears of it.
    public func verify(
        _ selection: BackupSelection, observer: any VerificationObserver
    ) throws -> VerifyReport {
        let names = RelationNames(memory.history)
        let places = Dictionary(
            selection.backups.map { ($0.label, $0.place(inStoreAt: store.url)) }
        ) { first, _ in first }
        let verification = Verification(
            of: store, ledger: ledger(for: selection), options: options, clock: context.clock,
            cancellation: context.cancellation,
            observer: NamingObserver(observer, names, places))
        let watch = Stopwatch()
        var report = try verification.run(
            selection.backups, among: selection.neighbours, location: selection.location,
            foreign: selection.foreign)
        report.backups = report.backups.map { names.naming($0, in: places[$0.label]) }
        // The verdict stands, and is in the history; what is told beside it must not take its place.
        let sound = SoundBackups(store: store, memory: isPast ? .none : memory, context: context)
        report.absent = (try? sound.absent(from: selection)) ?? []
        var outcome = VerifyReport(
            verification: report,
            exitStatus: report.isInterrupted
                ? context.cancellation.exitStatus ?? .interrupted : report.exitStatus,
            newestSound: try? sound.newest(of: report, selection), seconds: watch.seconds)
        if !isPast {
            outcome.keptVersions = OlderVersions(store: store)
                .find(for: report.backups, among: selection.backups)
        }
        return outcome
    }

    private func ledger(for selection: BackupSelection) -> any Ledger {
        guard isPast else { return memory.ledger }
        return PastLedger(memory.history, selection.neighbours, inStoreAt: store.url)
    }
}

/// What a verification came to.
public struct VerifyReport: Sendable {
    /// What was found out about each backup.
    public var verification: VerificationReport
    /// What a process ends with that did nothing but this.
    public var exitStatus: ExitStatus
    /// Of each cluster that has backups here; nil when that could not be found out.
    public var newestSound: [NewestSound]?
    /// How long it took, by a clock that nobody sets.
    public var seconds: Double
    /// Of what is gone or was changed in a bucket that keeps versions.
    public var keptVersions: [KeptVersion] = []
}
