// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import Diagnostics
import Inspection
import ObjectStore
import Synchronization

/// One backup under verification, from its first listing to its verdict in the history.
///
/// `prepare` says what is to be read; the pieces are done by whatever threads are free; the one that does
/// the last of them calls `settle`, and then `conclude` when the verdicts are there that this one rests on.
final class BackupVerification: Sendable {
    let context: ReadingContext
    let backup: Backup
    let place: BackupPlace
    let run: RunID
    /// All backups of the store, this one among them.
    let neighbours: [Backup]
    let lineage: Lineage
    let meter: BackupMeter
    let state = Mutex(State())

    struct State {
        /// When it was opened; a run opens one backup after another.
        var started: Timestamp?
        var watch = Stopwatch()
        /// How long all of it took to be read.
        var seconds = 0.0
        var outstanding = 0
        var results: [ObjectResult] = []
        var findings: [Finding] = []
        var absentees: [BackupPlan.Absentee] = []
        var isSumFileValid = true
        var hasAttestor = true
        var incompleteness: Completeness = .complete
        var contents: ContentWork?
        var conclusion = ContentWork.Conclusion()
        var isLocked = false
        var tampered: Set<ObjectName> = []
        /// The control object that an error of the store is about.
        var beingRead = SumFile.name
    }

    init(
        _ backup: Backup, among neighbours: [Backup], lineage: Lineage, context: ReadingContext, run: RunID
    ) {
        (self.backup, self.context, self.run) = (backup, context, run)
        (self.neighbours, self.lineage) = (neighbours, lineage)
        place = backup.place(inStoreAt: context.store.url)
        meter = BackupMeter(label: backup.label, bytes: backup.size)
    }

    /// Takes the lock, reads the control objects and lays out the work; empty when there is none to do.
    func prepare() throws(Stop) -> [WorkPiece] {
        state.withLock { ($0.started, $0.watch) = (context.clock.now, Stopwatch()) }
        do {
            try context.ledger.lock(place, for: run)
            state.withLock { $0.isLocked = true }
            let memory = try context.ledger.memory(of: place)
            state.withLock { $0.tampered = memory.tampered }
            return layOut(try readControls(memory), memory)
        } catch let error as ObjectStoreError {
            if error == .interrupted { throw .interrupted }
            add(.unreadable(state.withLock { $0.beingRead }, error))
        } catch let error as any UserError where error.exitStatus == .busy {
            add(Finding(.backupBusy, message: error.message))
        } catch {
            throw .failed(error)
        }
        return []
    }

    /// Something that keeps the backup from being looked at.
    private func add(_ finding: Finding) {
        state.withLock { state in
            state.findings.append(finding)
            state.hasAttestor = false
        }
    }

    // MARK: Work

    private func layOut(_ controls: Controls, _ memory: BackupMemory) -> [WorkPiece] {
        if controls.isUnstable {
            state.withLock { ($0.isSumFileValid, $0.hasAttestor) = (false, false) }
            return []
        }
        let incompleteness = state.withLock { state in
            if backup.manifest == nil {
                state.incompleteness = backup.completeness(manifest: nil, now: context.clock.now)
            }
            return state.incompleteness
        }
        // What was whole once is no upload under way: what it lacks was taken away.
        let wasComplete =
            memory.inspection?.isComplete == true
            || memory.pins.contains { $0.value.isAttested || $0.key == SumFile.name }
        guard incompleteness.isComplete || wasComplete else { return [] }
        let plan = BackupPlan(
            .init(
                backup: backup, place: place, memory: memory, attestor: controls.attestor,
                isAttestorUnchanged: controls.isAttestorUnchanged,
                comparesMembers: controls.manifest != nil, read: controls.read))
        let contents = ContentWork(
            backup, controls.manifest, memory, options: context.options,
            isManifestAttestor: controls.isManifestAttestor)
        if let manifest = controls.manifest { lineage.learn(.init(manifest), of: backup.label) }
        state.withLock { state in
            state.findings += plan.findings + claimFindings(controls)
            if !contents.judgesWAL { state.findings += backup.walFindings }
            (state.absentees, state.contents) = (plan.absentees, contents)
            if case .nobody = controls.attestor { state.hasAttestor = false }
        }
        let tasks = plan.tasks.map { contents.ordered(equipped($0)) }
        let pieces = self.pieces(of: tasks.sorted { $0.size > $1.size })
        state.withLock { $0.outstanding = pieces.count }
        return pieces
    }

    /// What the info file gets wrong is worth knowing and no more: it is never relied on.
    private func claimFindings(_ controls: Controls) -> [Finding] {
        guard let info = controls.info else { return [] }
        let sumFile: SumFile? = if case .sumFile(let file) = controls.attestor { file } else { nil }
        return info.contradictions(label: place.label, sumFile: sumFile).map {
            Finding(.infoContradicts, .warning, object: BackupInfo.name, message: $0)
        }
    }

    /// A task with the states and the progress that hold for it.
    private func equipped(_ task: ObjectTask) -> ObjectTask {
        var task = task
        if context.options.isFresh {
            task.progress = nil
            return task
        }
        if let progress = task.progress, !isUsable(progress, for: task) { task.progress = nil }
        if let pin = task.expectation.pin, pin.midstates != nil,
            let midstates = try? context.ledger.midstates(of: task.name, in: place)
        {
            task.known = KnownChunks(midstates, pin: pin)
        }
        return task
    }

    private func isUsable(_ progress: Progress, for task: ObjectTask) -> Bool {
        if case .read(let states) = progress.extent, !states.canBeResumed(inObjectOf: task.size) {
            return false
        }
        return progress.validators == task.object.validators
            && context.clock.now.seconds(since: progress.since) <= context.options.progressLifetime
            && progress.since <= context.clock.now
    }

    /// The largest first, but WAL that lies in many objects last, in its own order.
    private func pieces(of tasks: [ObjectTask]) -> [WorkPiece] {
        let segments = tasks.filter { $0.inspection?.isSegment == true }.sorted { $0.name < $1.name }
        let others = tasks.filter { $0.inspection?.isSegment != true }
        return others.flatMap(pieces(of:)) + (segments.isEmpty ? [] : [.series(self, segments)])
    }

    private func pieces(of task: ObjectTask) -> [WorkPiece] {
        if context.options.level == .listed { return [.head(self, task)] }
        if case .complete? = task.progress?.extent { return [.whole(self, task)] }
        guard task.canBeProvenInChunks, let known = task.known else { return [.whole(self, task)] }
        let chunked = ChunkedObject(task, known: known, context: context, meter: meter)
        let spans = chunked.spans
        return spans.isEmpty ? [.whole(self, task)] : spans.map { .span(self, chunked, $0) }
    }

    /// Takes in the results of a piece of work; says whether it was the last one.
    func complete(_ results: [ObjectResult]) -> Bool {
        state.withLock { state in
            state.results += results
            state.outstanding -= 1
            return state.outstanding == 0
        }
    }

    // MARK: Verdict

    /// Puts together what its own objects hold, and lets go of what that was drawn from: a manifest is large.
    func settle() {
        let odd = backup.objects.filter { $0.oddity != nil }.map(backup.relativeName(of:))
        state.withLock { state in
            let absent = state.absentees.map(\.name) + odd
            state.conclusion = state.contents?.conclude(state.results, absent: absent) ?? .init()
            state.contents = nil
            state.seconds = state.watch.seconds
            for index in state.results.indices { state.results[index].contents = nil }
        }
    }

    /// Where the backup starts that this one builds on; nil when it builds on none.
    var parentStart: UInt64? { state.withLock { $0.conclusion.summary?.parent?.start } }

    /// Puts the verdict together, writes it into the history and gives up the lock.
    func conclude() throws(Stop) -> BackupReport {
        if context.cancellation.isRequested { throw .interrupted }
        let absent = try confirmAbsence()
        var contents = try concludeContents()
        contents.findings += absent.missing.sorted().compactMap { contents.losses[$0] }
        let summary = state.withLock { state in
            BackupSummary(
                .init(
                    results: state.results, findings: state.findings.filter { !absent.refutes($0) },
                    absent: absent,
                    isSumFileValid: state.isSumFileValid, hasAttestor: state.hasAttestor,
                    completeness: state.incompleteness, levelAsked: context.options.level, backup: backup,
                    contents: contents, tampered: state.tampered))
        }
        let (started, seconds) = state.withLock { ($0.started ?? context.clock.now, $0.seconds) }
        let report = summary.report(label: backup.label, started: started, seconds: seconds)
        if state.withLock({ $0.isLocked }) {
            let outcome = BackupOutcome(
                place: place, report: report, levelAsked: context.options.level, pins: summary.pinChanges,
                inspection: summary.inspection, ended: context.clock.now)
            do { try context.ledger.record(outcome, in: run) } catch { throw .failed(error) }
        }
        lineage.conclude(backup.label, .init(verdict: report.verdict, descent: contents.descent))
        // A run can have thousands of backups.
        state.withLock { $0 = State() }
        return report
    }

    /// What the contents came to; an incremental backup is not inspected without the chain it builds on.
    private func concludeContents() throws(Stop) -> ContentWork.Conclusion {
        var conclusion = state.withLock { $0.conclusion }
        guard let summary = conclusion.summary, let parent = summary.parent else { return conclusion }
        let search = ParentSearch(context: context, child: backup, lineage: lineage, candidates: neighbours)
        do {
            guard let finding = try search.finding(parent, of: summary.systemIdentifier) else {
                return conclusion
            }
            conclusion.findings.append(finding)
            if finding.code == .missingParent { conclusion.isComplete = false }
        } catch let error as ObjectStoreError {
            if error == .interrupted { throw .interrupted }
            conclusion.findings.append(.unreadable(BackupManifest.name, error))
            conclusion.isComplete = false
        } catch {
            throw .failed(error)
        }
        return conclusion
    }

    private func confirmAbsence() throws(Stop) -> AbsenceCheck.Outcome {
        let (absentees, gone, unlisted) = state.withLock { state in
            (
                state.absentees, state.results.filter(\.isGone).map(\.report.name),
                state.findings.filter { $0.code == .unlistedObject }.compactMap(\.object)
            )
        }
        do throws(ObjectStoreError) {
            return try AbsenceCheck(context: context, backup: backup)
                .confirm(absentees, gone: gone, unlisted: unlisted)
        } catch {
            if error == .interrupted { throw .interrupted }
            return AbsenceCheck.Outcome(
                findings: [.unreadable(backup.folder, error)], verdict: .inconclusive,
                phantoms: Set(unlisted))
        }
    }

    /// Leaves the backup without a verdict; what was read stays kept.
    func abandon() {
        if state.withLock({ $0.isLocked }) { try? context.ledger.release(place) }
    }
}
