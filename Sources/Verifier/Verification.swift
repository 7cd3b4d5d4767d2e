// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Catalogue
public import Diagnostics
import Inspection
public import ObjectStore
import Threads

/// Verifies backups of one store and remembers the proof.
public struct Verification: Sendable {
    private let context: ReadingContext
    private let lineage: Lineage
    private let observer: (any VerificationObserver)?

    /// `lineage` is given where the backups of a chain are verified by one run each.
    public init(
        of store: any ObjectStore, ledger: any Ledger, options: VerificationOptions,
        lineage: Lineage = Lineage(), clock: WallClock = .system,
        cancellation: Cancellation = Cancellation(), observer: (any VerificationObserver)? = nil
    ) {
        context = ReadingContext(
            store: store, ledger: ledger, clock: clock, cancellation: cancellation, options: options,
            inspections: InspectionRoom(processors: options.processors))
        (self.lineage, self.observer) = (lineage, observer)
    }

    /// Verifies `backups` on as many threads as there are jobs and returns when all have their verdict.
    ///
    /// Each verdict is in the history before the observer hears of it. When it is interrupted, the report
    /// holds the backups that were finished and says so. `neighbours` are all backups of the store, among which
    /// the parents of incremental ones are looked for. Throws only when the history fails.
    public func run(
        _ backups: [Backup], among neighbours: [Backup]? = nil, location: String, foreign: [ObjectName] = []
    ) throws -> VerificationReport {
        let options = context.options
        let run = try context.ledger.begin(
            RunStart(
                command: options.command, location: location, levelAsked: options.level,
                started: context.clock.now,
                toolVersion: options.toolVersion))
        let verifications = backups.map {
            BackupVerification(
                $0, among: neighbours ?? backups, lineage: lineage, context: context, run: run)
        }
        let queue = WorkQueue(verifications, observer: observer)
        WorkerThreads.run(options.jobs) { _ in queue.work() }
        let (reports, stop) = queue.outcome
        var report = VerificationReport(
            location: location, levelAsked: options.level, backups: inOrder(reports, backups),
            foreign: foreign)
        if let stop { try end(run, early: stop, verifications, &report) }
        let verdict = report.isInterrupted ? nil : report.verdict
        let status =
            report.isInterrupted ? context.cancellation.exitStatus ?? .interrupted : report.exitStatus
        try context.ledger.end(run, exitStatus: status.rawValue, verdict: verdict)
        return report
    }

    private func end(
        _ run: RunID, early stop: EarlyEnd, _ verifications: [BackupVerification],
        _ report: inout VerificationReport
    ) throws {
        for verification in verifications { verification.abandon() }
        switch stop {
        case .interrupted: report.isInterrupted = true
        case .failed(let error):
            // The first failure is the one to tell, even when the history cannot even take its end.
            try? context.ledger.end(run, exitStatus: ExitStatus.inconclusive.rawValue, verdict: nil)
            throw error
        }
    }

    private func inOrder(_ reports: [BackupReport], _ backups: [Backup]) -> [BackupReport] {
        let places = Dictionary(
            backups.enumerated().map { ($1.label, $0) }, uniquingKeysWith: { first, _ in first })
        return reports.sorted { (places[$0.label] ?? 0) < (places[$1.label] ?? 0) }
    }
}
