// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Catalogue
public import Diagnostics
import Logging
import ObjectStore
import Planning
import Verifier

/// Does one machine's part of a shared plan, and puts what it has proven into a bundle.
///
/// It keeps no history. What it cannot read is in no bundle, and so is open; what it finds wrong is read once more by who
/// merges, and judged there.
public struct RunShard: Sendable {
    private let plan: SharedPlan
    private let shard: SweepShard
    private let parts: [(work: Int, part: ShardPart)]
    private let stores: [SweepStore]
    private let jobs: Int
    private let context: OperationContext

    /// `stores` are those of the plan as this machine's configuration has them.
    ///
    /// Throws for a shard that there is none of, and for a store that the configuration has elsewhere or not at all.
    public init(
        _ index: Int, of count: Int, _ plan: SharedPlan, in stores: [SweepStore], jobs: Int,
        _ context: OperationContext
    ) throws(ShardError) {
        guard (1...BundleCheck.mostShards).contains(count), (0..<count).contains(index) else {
            throw .usage(
                "there is no shard \(index) of \(count)",
                hint: "they are counted from 0: the first of three is 0/3, the last 2/3.")
        }
        (self.plan, self.stores, self.jobs, self.context) = (plan, stores, jobs, context)
        shard = plan.plan.shards(count)[index]
        parts = plan.parts(of: count)[index].sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        for name in plan.storesToRead.sorted() where !stores.contains(where: { $0.name == name }) {
            throw .usage(
                "the configuration has no store '\(ObjectName(name))'", hint: "the plan was made with one.")
        }
    }

    /// To be read by this shard.
    public var bytes: UInt64 { shard.bytes }

    /// Reads its part, and puts the bundle into `results`; says what it came to.
    ///
    /// A shard that is stopped leaves a bundle, too, with what it had proven by then.
    public func run(into results: any MeetingPlace, secret: Secret, observer: any SweepObserver) throws
        -> ShardReport
    {
        let detectors = TestDetectors().run()
        guard detectors.exitStatus == .success else {
            throw ShardError.unusable("the detectors", reason: detectors.failure ?? "one of them fails")
        }
        var bundle = ShardBundle(
            of: plan, shard: shard.index, of: shard.count, made: context.clock.now, by: context.toolVersion)
        var report = ShardReport()
        var open: [String: Result<OpenStore, ToldError>] = [:]
        let watch = SweepWatch(
            windowEnds: nil, bytesAllowed: nil, clock: context.clock, within: context.cancellation)
        for (index, (work, part)) in parts.enumerated() {
            let item = item(work)
            let store = open[item.backup.store] ?? self.open(item.backup.store)
            open[item.backup.store] = store
            let before = watch.bytesRead
            observer.began(item, index + 1, of: parts.count) {
                watch.bytesRead - min(before, watch.bytesRead)
            }
            let (result, swept) = carryOut(work, item, part, store, watch)
            bundle.results.append(result)
            report.works.append(swept)
            observer.finished(swept, of: item.backup.store)
        }
        report.file = try results.put(bundle.document(secret: secret), named: bundle.fileName)
        report.isStopped = context.cancellation.isRequested
        report.stoppedStatus = context.cancellation.exitStatus
        return report
    }

    /// The work with what is to be read of it here.
    private func item(_ work: Int) -> PlannedWork {
        var item = plan.plan.work[work]
        item.bytes = shard.pieces.filter { $0.work == work }.reduce(0) { $0.addingClamped($1.bytes) }
        return item
    }

    /// A store that is open, and what it holds.
    private struct OpenStore {
        var store: any ObjectStore
        var catalogue: Catalogue
    }

    private func open(_ name: String) -> Result<OpenStore, ToldError> {
        do {
            guard let store = stores.first(where: { $0.name == name }) else {
                throw ShardError.usage("there is no store '\(name)'", hint: "see the configuration.")
            }
            let opened = try StoreOpening(address: store.address.get(), context: context).open(jobs: jobs)
            try plan.check(name, isAt: opened.url)
            return .success(OpenStore(store: opened, catalogue: try Catalogue.scan(opened)))
        } catch { return .failure(ToldError(error)) }
    }

    private func carryOut(
        _ work: Int, _ item: PlannedWork, _ part: ShardPart, _ store: Result<OpenStore, ToldError>,
        _ watch: SweepWatch
    ) -> (SharedResult, SweptWork) {
        let clock = Stopwatch()
        let isStopped = context.cancellation.isRequested
        do {
            if isStopped { return (SharedResult(work: work, isDone: false), SweptWork(item, cutOff: clock)) }
            let found = try store.get()
            guard let backup = found.catalogue.backups.first(where: { $0.label == item.backup.label }) else {
                throw ShardError.unusable(item.backup.label, reason: "it is not there any more")
            }
            let ledger = ShardLedger(
                plan.backups[work], part, versions: backup.versions, at: context.clock.now)
            try verify(backup, item, part, in: found, ledger, watch)
            let kept = ledger.result
            let result = SharedResult(work, part, plan.backups[work], kept)
            guard let outcome = kept.outcome else { return (result, SweptWork(item, cutOff: clock)) }
            return (result, SweptWork(item, outcome.report, part, clock))
        } catch {
            var swept = SweptWork(item, failed: ToldError(error).message, .inconclusive)
            swept.seconds = clock.seconds
            // Who merges looks for itself.
            return (SharedResult(work: work, isDone: true), swept)
        }
    }

    /// What is only hashed needs no inspection here: the history has one, and who merges renews it.
    private func verify(
        _ backup: Backup, _ item: PlannedWork, _ part: ShardPart, in found: OpenStore, _ ledger: ShardLedger,
        _ watch: SweepWatch
    ) throws {
        let level = item.decodes ? item.level : min(item.level, .checksummed)
        var options = VerifyOrder(level: level, jobs: jobs).options(context)
        options.only = part.only
        let verification = Verification(
            of: found.store, ledger: ledger, options: options, clock: context.clock,
            cancellation: context.cancellation, observer: watch)
        _ = try verification.run(
            [backup], among: found.catalogue.backups, location: found.store.url)
    }
}

/// What a shard came to.
public struct ShardReport: Sendable {
    /// In the order of the plan.
    public internal(set) var works: [SweptWork] = []
    /// The bundle.
    public internal(set) var file = ""
    /// Somebody has stopped it.
    public internal(set) var isStopped = false
    fileprivate var stoppedStatus: ExitStatus?

    /// How the process ends: as its worst object.
    public var exitStatus: ExitStatus {
        if isStopped { return stoppedStatus ?? .interrupted }
        return .mostSevere(works.map { ExitStatus(rawValue: $0.exitStatus) ?? .unknown })
    }
}

extension Backup {
    /// The validators of its objects, by their names in it.
    fileprivate var versions: [ObjectName: Validators] {
        Dictionary(objects.map { (relativeName(of: $0), $0.validators) }) { first, _ in first }
    }
}

extension SweptWork {
    /// By the objects of its part: of a backup that was read in part there is no verdict.
    fileprivate init(_ item: PlannedWork, _ report: BackupReport, _ part: ShardPart, _ clock: Stopwatch) {
        self.init(item)
        let own = report.objects.filter { part.only?.contains($0.name) ?? true }
        let verdict = part.isWhole ? report.verdict : Verdict.mostSevere(own.map(\.verdict))
        (self.verdict, bytesRead, seconds) = (verdict, report.bytesRead, clock.seconds)
        exitStatus = verdict.exitStatus.rawValue
        words =
            part.isWhole
            ? report.findings.first { $0.severity == .error }?.sentence.message : "its part of it"
    }
}
