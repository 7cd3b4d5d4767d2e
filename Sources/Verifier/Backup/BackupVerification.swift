// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import ObjectStore
import Synchronization

/// One backup under verification, from its first listing to its verdict in the history.
///
/// Its data go one way. `open` says what is to be read; threads do the pieces, and `gather` takes in what they found;
/// after the last of them `sumUp` puts together what that amounts to; `conclude` makes a verdict of it, when the
/// verdicts are there that this one rests on.
final class BackupVerification: Sendable {
    let context: ReadingContext
    let meter: BackupMeter
    private let backup: Backup
    private let place: BackupPlace
    private let run: RunID
    /// All backups of the store, this one among them.
    private let neighbours: [Backup]
    private let lineage: Lineage
    private let isLocked = Mutex(false)
    /// What is being read: there from `open` to `sumUp`.
    private let groundwork = Mutex<Groundwork?>(nil)
    /// What was found so far.
    private let harvest = Mutex(Harvest())
    /// What it amounts to: there from `sumUp` to `conclude`.
    private let facts = Mutex<BackupSummary.Facts?>(nil)

    private struct Harvest {
        var results: [ObjectResult] = []
        var outstandingPieces = 0
        /// So many results are in the ledger, should this run be interrupted.
        var kept = 0
        var lastKept = Stopwatch()
        var bytesUnkept: UInt64 = 0

        /// What came since the last time.
        mutating func toKeep() -> [ObjectResult] {
            defer { (kept, lastKept, bytesUnkept) = (results.count, Stopwatch(), 0) }
            return Array(results.dropFirst(kept))
        }
    }

    init(
        _ backup: Backup, among neighbours: [Backup], lineage: Lineage, context: ReadingContext, run: RunID
    ) {
        (self.backup, self.context, self.run) = (backup, context, run)
        (self.neighbours, self.lineage) = (neighbours, lineage)
        place = backup.place(inStoreAt: context.store.url)
        meter = BackupMeter(label: backup.label, bytes: backup.size)
    }

    // MARK: What is being read

    /// Takes the lock, reads the control objects and lays out the work; empty when there is none to do.
    func open() throws(EarlyEnd) -> [WorkPiece] {
        let opening = try lockAndOpen()
        let pieces = WorkPiece.Work.pieces(of: opening.tasks, context, meter)
        groundwork.withLock { $0 = opening.groundwork }
        // Control objects are read by each run.
        harvest.withLock {
            $0 = Harvest(
                results: opening.results, outstandingPieces: pieces.count, kept: opening.results.count)
        }
        return pieces.map { WorkPiece(backup: self, work: $0) }
    }

    private func lockAndOpen() throws(EarlyEnd) -> BackupOpening.Outcome {
        let memory: BackupMemory
        do {
            try context.ledger.lock(place, for: run)
            isLocked.withLock { $0 = true }
            memory = try context.ledger.memory(of: place)
        } catch let error as any UserError where error.exitStatus == .busy {
            var groundwork = Groundwork(started: context.clock.now)
            groundwork.add(obstacle: Finding(.reading(.busy(reason: error.message))))
            return .init(groundwork: groundwork)
        } catch { throw .failed(error) }
        return try BackupOpening(
            backup: backup, place: place, context: context, lineage: lineage, meter: meter
        ).open(memory)
    }

    // MARK: What was found

    /// Takes in the results of a piece of work; says whether it was the last one.
    ///
    /// About once a second, and when there is as much as a chunk, it keeps what was read to its end: the next run needs not read that
    /// again. Only then the piece is over: what was kept after the verdict would be taken for read by the next run.
    func gather(_ results: [ObjectResult]) throws(EarlyEnd) -> Bool {
        let due = harvest.withLock { harvest in
            harvest.results += results
            harvest.bytesUnkept &+= results.reduce(0) { $0 &+ $1.report.bytesRead }
            let isDue =
                harvest.bytesUnkept >= context.options.chunkSize
                || harvest.lastKept.seconds >= context.options.progressInterval
            return isDue && harvest.outstandingPieces > 1 ? harvest.toKeep() : []
        }
        let kept = Result { try keep(due) }
        let isLast = harvest.withLock { harvest in
            harvest.outstandingPieces -= 1
            return harvest.outstandingPieces == 0
        }
        do { try kept.get() } catch { throw .failed(error) }
        return isLast
    }

    private func keep(_ results: [ObjectResult]) throws {
        let now = context.clock.now
        let steps = results.compactMap { result in
            result.progress(at: now).map { (step: $0, object: result.report.name) }
        }
        if !steps.isEmpty { try context.ledger.keep(steps, in: place) }
    }

    /// Puts together what its own objects hold, and lets go of what that was drawn from: a manifest is large.
    func sumUp() throws(EarlyEnd) {
        guard let groundwork = groundwork.withLock({ $0.take() }) else { return }
        var results = harvest.withLock { harvest in
            defer { harvest.results = [] }
            return harvest.results
        }
        let contents = groundwork.contents?.conclude(results, absent: unread(groundwork)) ?? .init()
        for index in results.indices { results[index].contents = nil }
        let seconds = groundwork.watch.seconds
        let absent: AbsenceCheck.Outcome
        do throws(EarlyEnd) { absent = try confirmAbsence(groundwork, results) } catch {
            try? keep(results)
            throw error
        }
        let facts = BackupSummary.Facts(
            backup, groundwork, results, absent, contents, levelAsked: context.options.level, seconds: seconds
        )
        self.facts.withLock { $0 = facts }
    }

    /// What ought to be there and is not, or is nothing that can be read.
    private func unread(_ groundwork: Groundwork) -> [ObjectName] {
        groundwork.absences.named.map(\.name)
            + backup.unreadableObjects.map(backup.relativeName(of:))
    }

    private func confirmAbsence(
        _ groundwork: Groundwork, _ results: [ObjectResult]
    ) throws(EarlyEnd) -> AbsenceCheck.Outcome {
        if context.cancellation.isRequested { throw .interrupted }
        let unlisted = groundwork.findings.filter { $0.code == .unlistedObject }.compactMap(\.object)
        do throws(ObjectStoreError) {
            return try AbsenceCheck(context: context, backup: backup, meter: meter).confirm(
                groundwork.absences, gone: results.filter(\.isGone).map(\.report.name), unlisted: unlisted)
        } catch {
            if error == .interrupted { throw .interrupted }
            return AbsenceCheck.Outcome(
                findings: [.unreadable(backup.folder, error)], verdict: .inconclusive,
                phantoms: Set(unlisted))
        }
    }

    // MARK: What is concluded

    /// Where the backup starts that this one builds on; nil when it builds on none.
    var parentStart: UInt64? { facts.withLock { $0?.contents.summary?.parent?.start } }

    /// Puts the verdict together, writes it into the history and gives up the lock.
    ///
    /// - Precondition: `sumUp` was called before, and this once.
    func conclude() throws(EarlyEnd) -> BackupReport {
        if context.cancellation.isRequested { throw .interrupted }
        guard var facts = facts.withLock({ $0.take() }) else { preconditionFailure("nothing was summed up") }
        try ChainCheck(context: context, child: backup, lineage: lineage, neighbours: neighbours)
            .add(to: &facts.contents)
        let summary = BackupSummary(facts)
        let report = summary.report
        try record(
            BackupOutcome(
                place: place, report: report, levelAsked: context.options.level, pins: summary.pinChanges,
                inspection: summary.inspection, ended: context.clock.now))
        lineage.conclude(
            backup.label,
            .init(
                verdict: report.verdict, descent: facts.contents.descent,
                hasPageChecksums: facts.contents.hasPageChecksums))
        return report
    }

    private func record(_ outcome: BackupOutcome) throws(EarlyEnd) {
        guard isLocked.withLock({ $0 }) else { return }
        do { try context.ledger.record(outcome, in: run) } catch { throw .failed(error) }
        isLocked.withLock { $0 = false }
    }

    /// Leaves the backup without a verdict; what was read stays kept.
    func abandon() {
        guard isLocked.withLock({ $0 }) else { return }
        try? keep(harvest.withLock { $0.toKeep() } + (facts.withLock { $0?.results } ?? []))
        try? context.ledger.release(place)
    }
}
