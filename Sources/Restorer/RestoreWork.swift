// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import Diagnostics
import Files
import Inspection
import ObjectStore

/// A restore under way: its staging area, its record, and what it has come to so far.
struct RestoreWork {
    let restore: Restore
    let record: RestoreID
    var report = RestoreReport()

    init(_ restore: Restore, _ record: RestoreID) { (self.restore, self.record) = (restore, record) }

    var plan: RestorePlan { restore.plan }
    var request: RestoreRequest { restore.plan.request }
    var world: Restore.Environment { restore.environment }

    mutating func perform() throws {
        let area = try StagingArea(plan.identity, restarts: request.restarts, owner: request.owner)
        report.isResumed = area.isResumed
        do {
            if area.journal.phase != .placing { try prepare(area) }
            try phase(.switch) { () throws(RestoreError) in
                try Placement(area).perform()
                try area.remove()
            }
        } catch {
            if !isWorthKeeping(error, area.journal.phase) { try? area.remove() }
            throw error
        }
    }

    /// Does all that comes before the switch, from where an earlier run of the same restore stopped.
    private mutating func prepare(_ area: StagingArea) throws {
        try LeftoverServer.stop(in: area.data, cancellation: world.cancellation)
        if area.journal.phase == .recovering {
            try PrivateServer.repair(area.data, owner: request.owner)
            if !RecoveryResumption.isPossible(in: area.data) { try area.startOver() }
        }
        if area.journal.phase == .streaming {
            if plan.isChain { try streamChain(area) } else { try stream(area) }
            try phase(.sync) { () throws(RestoreError) in
                try area.sync()
                try area.enter(.written)
            }
        }
        try checkCancellation()
        let version = try majorVersion(area)
        report.majorVersion = version
        if request.startsServer { try recover(area, version) } else { try leaveRecovery(area) }
        try UserFiles(request).put(into: area.data)
        try area.enter(.placing)
    }

    // MARK: Stream

    private mutating func stream(_ area: StagingArea) throws {
        let source = plan.sources[plan.sources.count - 1]
        let tablespaces = area.tablespaces.mapValues(\.data)
        let watch = Stopwatch()
        world.observer.began(.stream, bytes: plan.bytesToRead)
        let objects = source.backup.validatorsByName
        let kept = source.backup.kind == .plain ? try KeptFiles(in: area.path, objects: objects) : nil
        if kept == nil { try area.emptyData() }
        let tree = try StagedTree(
            data: area.data, tablespaces: tablespaces, owner: request.owner, kept: kept)
        let result = try read(source, into: tree)
        try tree.makeUsualFolders()
        try keepManifest(source, in: tree, isNeeded: !request.startsServer)
        let links = TablespaceLinks(data: area.data, places: tablespaces, owner: request.owner)
        try links.make()
        try links.writeMap()
        try add(phases(of: result, tree))
        try add([RestorePhase(.stream, seconds: watch.seconds, bytes: result.bytesRead)])
    }

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
                acceptsDamage: request.acceptsDamage, hasArchive: request.walArchive != nil)
            return result
        } catch {
            tree.kept?.flush()
            // An output that failed ends the reading; why it failed is what counts.
            throw tree.status.failure ?? error
        }
    }

    /// Puts the manifest where pg_basebackup would have put it: `pg_verifybackup` and `pg_combinebackup` look there.
    func keepManifest(
        _ source: RestorePlan.Source, in tree: StagedTree, isNeeded: Bool
    ) throws(RestoreError) {
        guard isNeeded, let object = source.backup.manifest else { return }
        do throws(ObjectStoreError) {
            tree.keep(try object.content(in: restore.store), of: BackupManifest.name)
        } catch { throw .unreadable(error) }
        if let failure = tree.status.failure { throw failure }
    }

    func phases(of result: BackupReport, _ tree: StagedTree) -> [RestorePhase] {
        [
            RestorePhase(
                .download, seconds: result.objects.reduce(0) { $0 + $1.seconds }, bytes: result.bytesRead),
            RestorePhase(.write, seconds: tree.status.seconds, bytes: tree.status.bytesWritten),
        ]
    }

    // MARK: Recover

    func majorVersion(_ area: StagingArea) throws(RestoreError) -> Int {
        let found = try DataDirectory(area.data).majorVersion()
        if let wanted = request.majorVersion, wanted != found {
            throw .failed(
                "restoring", reason: "the backup is of PostgreSQL \(found), not \(wanted)",
                hint: "a physical backup runs on its own major version only: leave out --pg-version.")
        }
        return found
    }

    /// Leaves it to the first start of the user's own server.
    private func leaveRecovery(_ area: StagingArea) throws(RestoreError) {
        let data = DataDirectory(area.data)
        try data.prepareFirstStart(request, timelines: plan.ranges.map(\.timeline))
        try TablespaceLinks(
            data: area.data, places: area.tablespaces.mapValues(\.final), owner: request.owner
        ).writeMap()
    }

    // MARK: Keeping account

    private mutating func phase(
        _ name: RestorePhase.Name, _ body: () throws(RestoreError) -> Void
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
    /// It can where this one was stopped or the store failed; what is damaged, does not start or does not fit
    /// goes away. While files are written, only those of a data directory can be gone on with: an archive is one stream.
    private func isWorthKeeping(_ error: any Error, _ phase: RestoreJournal.Phase) -> Bool {
        switch phase {
        case .placing: return true
        case .scripting: return false
        case .streaming where plan.isChain || plan.backup.kind == .tar: return false
        case .streaming, .written, .recovering: break
        }
        switch error {
        case RestoreError.interrupted, RestoreError.inconclusive, RestoreError.unreadable: return true
        default: return false
        }
    }
}
