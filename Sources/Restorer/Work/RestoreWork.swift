// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import Diagnostics
import Digests
import Files
import Inspection
import ObjectStore
import PrivatePostgres
import Synchronization

/// A restore under way: its record, and what it has come to so far.
struct RestoreWork {
    let restore: Restore
    let record: RestoreID
    var report = RestoreReport()
    /// Why there is no copy of what was written, where one was wanted.
    var lackOfPristine: String?
    /// Where recovery ends: where the plan says, unless something was being dropped there.
    var goal: RecoveryGoal
    /// Whether it is for trial: nobody goes on with it, so a copy is kept only where it takes no room.
    var isRehearsal = false
    /// Why it ends before that.
    var earlier: EarlierEnd?
    /// What holds the cluster's code; nil until it is known, or where nothing does.
    var isolation: Isolation?
    /// Since it began.
    let watch = Stopwatch()

    init(_ restore: Restore, _ record: RestoreID) {
        (self.restore, self.record, goal) = (restore, record, restore.plan.goal)
    }

    var plan: RestorePlan { restore.plan }
    var request: RestoreRequest { restore.plan.request }
    var world: Restore.Environment { restore.environment }

    mutating func perform() throws {
        let target = try open()
        report.isResumed = target.isResumed
        let watch: Stopwatch
        do {
            if target.phase != .placing {
                try prepare(target)
            } else if world.questions != nil {
                world.observer.noted("nothing is asked: an interrupted restore had come to its last step")
            }
            watch = Stopwatch()
            world.observer.began(.switch, bytes: nil)
            try target.place()
        } catch {
            let error = settled(error, target)
            if !isWorthKeeping(error, target) { try? target.remove() }
            throw error
        }
        if report.inside == nil, !target.told.isEmpty { report.inside = InsideReport(target.told) }
        tellSettings()
        cleanUp(target, RestorePhase(.switch, seconds: watch.seconds))
    }

    /// Opens the target, once nothing that an earlier restore had started is at work there.
    func open() throws(RestoreError) -> any RestoreTarget {
        let cancellation = world.cancellation
        return try StagingArea(plan.identity, restarts: request.restarts, owner: request.owner) {
            (data) throws(RestoreError) in
            try LeftRestore.stop(in: data, cancellation)
        }
    }

    /// The target is there: from now on nothing is a failure of the restore any more.
    private mutating func cleanUp(_ target: any RestoreTarget, _ phase: RestorePhase) {
        do { try target.remove() } catch {
            world.observer.noted("'\(target.path)' could not be removed: \(error.message)")
        }
        do { try add([phase]) } catch { world.observer.noted("the history could not be written: \(error)") }
    }

    /// Does all that comes before the switch, from where an earlier run of the same restore stopped.
    private mutating func prepare(_ target: any RestoreTarget) throws {
        let version = try bringUp(target)
        try sumPages(target, version)
        try requireChecks()
        try configure(target, version)
        try noteArchived(target)
        try target.enter(.placing)
    }

    /// Writes and recovers; says the major version.
    mutating func bringUp(_ target: any RestoreTarget) throws -> Int {
        if target.phase == .reverting { try target.putBackPristine() }
        if target.phase == .recovering, try !target.resumeRecovery() { try beginAgain(target) }
        // What is left of a look that was killed goes.
        if target.phase == .recovered { _ = try target.resumeRecovery() }
        if target.phase == .streaming { try write(target) }
        try checkCancellation()
        let version = try majorVersion(target)
        report.majorVersion = version
        if request.startsServer {
            try recoverWhole(target, version)
        } else {
            try leaveRecovery(target, version)
        }
        return version
    }

    /// Reads the backup into the target, and makes that safe.
    mutating func write(_ target: any RestoreTarget) throws {
        if plan.isChain { try streamChain(target) } else { try stream(target) }
        try phase(.sync) { () throws(RestoreError) in
            try target.sync()
            try target.enter(.written)
        }
    }

    /// Recovery cannot go on where it was stopped: it begins again, or, without a copy of what was written, all does.
    private func beginAgain(_ target: any RestoreTarget) throws(RestoreError) {
        if target.hasPristine { try target.putBackPristine() } else { try target.startOver() }
    }

    // MARK: Stream

    private mutating func stream(_ target: any RestoreTarget) throws {
        let source = plan.sources[plan.sources.count - 1]
        let watch = Stopwatch()
        world.observer.began(.stream, bytes: plan.bytesToRead)
        let objects = source.backup.kind == .plain ? source.backup.validatorsByName : nil
        let tree = try target.output(keeping: objects)
        let result = try read(source, into: tree)
        try keepManifest(source, result, in: tree, isNeeded: !request.startsServer)
        try target.linkTablespaces()
        try target.separateWAL()
        try add(phases(of: result, tree))
        try add([RestorePhase(.stream, seconds: watch.seconds, bytes: result.bytesRead)])
    }

    /// When this returns, the tree holds what the backup does, the usual folders besides, and nothing else.
    mutating func read(_ source: RestorePlan.Source, into tree: StagedTree) throws -> BackupReport {
        var store = restore.store
        if let kept = tree.kept, kept.count > 0 {
            world.observer.noted(
                "\(kept.count) files of an interrupted restore are read from where it put them")
            store = KeptFirstStore(
                store: store, folder: source.backup.folder, copies: try tree.copies(world.cancellation),
                kept: kept)
        }
        do {
            let result = try restore.reading.read(
                source.backup, of: store, among: plan.neighbours, into: tree)
            report.readings.append(result)
            try result.requireRestorable(
                acceptedDamage: request.acceptedDamage, hasArchive: request.walArchive != nil)
            try tidy(tree)
            return result
        } catch {
            tree.kept?.flush()
            // An output that failed ends the reading; why it failed is what counts.
            throw tree.status.failure ?? error
        }
    }

    private func tidy(_ tree: StagedTree) throws(RestoreError) {
        if report.isResumed || tree.names.withLock({ $0.isAnyReplaced }) { try tree.removeLeftovers() }
        try tree.makeUsualFolders()
        try tree.makeTablespaceFolders()
        guard report.isResumed, tree.status.filesAsLeft > 0 else { return }
        world.observer.noted(
            "\(tree.status.filesAsLeft) files of an interrupted restore were as they should be and were not written again"
        )
    }

    /// Puts the manifest where pg_basebackup would have put it: `pg_verifybackup` and `pg_combinebackup` look there.
    func keepManifest(
        _ source: RestorePlan.Source, _ result: BackupReport, in tree: StagedTree, isNeeded: Bool
    ) throws(RestoreError) {
        guard isNeeded, let object = source.backup.manifest else { return }
        let found: String
        do throws(ObjectStoreError) { found = try copy(object, to: tree) } catch { throw .unreadable(error) }
        let proven = result.objects.first { $0.name == BackupManifest.name }?.sha256
        guard proven == nil || proven == found else {
            throw .unreadable(.changed(object.name, expected: proven ?? "", found: found))
        }
        if let failure = tree.status.failure { throw failure }
    }

    /// Writes a manifest as it is read, and says its SHA-256.
    private func copy(_ manifest: StoredObject, to tree: StagedTree) throws(ObjectStoreError) -> String {
        let keeper = tree.keeper(of: BackupManifest.name)
        keeper.begin(BackupManifest.name, .whole(BackupManifest.name, size: manifest.size))
        var hash = SHA256()
        try manifest.read(from: restore.store) { bytes throws(ObjectStoreError) in
            hash.update(bytes)
            keeper.receive(bytes)
        }
        keeper.end()
        return hash.finalized().hex
    }

    func phases(of result: BackupReport, _ tree: StagedTree) -> [RestorePhase] {
        [
            RestorePhase(
                .download, seconds: result.objects.reduce(0) { $0 + $1.seconds }, bytes: result.bytesRead),
            RestorePhase(.write, seconds: tree.status.seconds, bytes: tree.status.bytesWritten),
        ]
    }

    // MARK: Recover

    func majorVersion(_ target: any RestoreTarget) throws(RestoreError) -> Int {
        let found = try DataDirectory(target.data).majorVersion()
        if let wanted = request.majorVersion, wanted != found {
            throw .usage(
                "the backup is of PostgreSQL \(found), not \(wanted)",
                hint: "a physical backup runs on its own major version only: leave out --pg-version.")
        }
        return found
    }

    /// Leaves it to the first start of the user's own server.
    private mutating func leaveRecovery(_ target: any RestoreTarget, _ version: Int) throws(RestoreError) {
        if request.binaries != nil { _ = try binaries(version, needed: [.postgres]) }
        try target.confineTablespaces()
        let data = DataDirectory(target.data)
        try data.prepareFirstStart(request, to: plan.goal, timelines: plan.ranges.map(\.timeline))
        try target.mapPlaces()
        report.inside = .unstarted
    }

    func launcher() throws(RestoreError) -> Launcher {
        try RestoreError.translating { () throws(PrivatePostgresError) in
            try Launcher(for: request.owner, search: world.searchPath)
        }
    }

    func binaries(_ version: Int, needed: [PostgresBinaries.Program]) throws(RestoreError) -> PostgresBinaries
    {
        try RestoreError.translating { () throws(PrivatePostgresError) in
            try PostgresBinaries.find(
                major: version, named: request.binaries, search: world.searchPath,
                launcher: Launcher(for: request.owner, search: world.searchPath), needed: needed)
        }
    }

    // MARK: Keeping account

    mutating func phase(
        _ name: RestorePhase.Name, _ body: () throws -> Void
    ) throws {
        let watch = Stopwatch()
        world.observer.began(name, bytes: nil)
        try body()
        try add([RestorePhase(name, seconds: watch.seconds)])
    }

    mutating func add(_ phases: [RestorePhase]) throws {
        for phase in phases { try world.log.add(phase, to: record) }
        report.phases += phases
    }

    private func checkCancellation() throws(RestoreError) {
        if let status = world.cancellation.exitStatus { throw .interrupted(status) }
    }

    /// Whether the next run can do anything with what was staged.
    ///
    /// It can where this one was stopped or what it needs failed; what is damaged, does not start or does not fit
    /// goes away. A directory that a server runs on is never removed.
    private func isWorthKeeping(_ error: any Error, _ target: any RestoreTarget) -> Bool {
        if target.hasServer { return true }
        switch target.phase {
        case .recovered, .moving, .placing: return true
        case .scripting: return false
        case .streaming, .written, .recovering, .reverting: break
        }
        switch error {
        case RestoreError.targetMissed(let report): return report.isKept
        case RestoreError.interrupted, RestoreError.inconclusive, RestoreError.unreadable,
            RestoreError.commandNotFound, RestoreError.configurationMissing, RestoreError.archiveFailed,
            RestoreError.tablespaceUnplaced, RestoreError.machineShort:
            return true
        // The history's, or whatever else is no fault of the backup.
        default: return !(error is RestoreError)
        }
    }
}
