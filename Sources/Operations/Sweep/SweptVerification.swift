// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import Planning
import Verifier

/// One backup that a sweep verifies.
struct SweptVerification {
    private let item: PlannedWork
    private let jobs: Int
    private let memory: Memory
    private let context: OperationContext

    init(_ item: PlannedWork, _ jobs: Int, _ memory: Memory, _ context: OperationContext) {
        (self.item, self.jobs, self.memory, self.context) = (item, jobs, memory, context)
    }

    /// What came of it, and how often a request had to be repeated.
    func run(
        _ backup: Backup, in survey: StoreSurvey, _ watch: SweepWatch
    ) -> (work: SweptWork, retries: Int) {
        let clock = Stopwatch()
        do {
            var options = VerifyOrder(level: item.level, jobs: jobs).options(context)
            options.command = "sweep"
            let report = try VerifyBackups(in: survey.store, options, memory, context)
                .verify(survey.selection(of: backup), observer: watch)
            guard let found = report.verification.backups.first else {
                return (SweptWork(item, cutOff: clock), 0)
            }
            return (work(found, report, clock), found.objects.reduce(0) { $0 + $1.retries })
        } catch {
            if context.cancellation.isRequested { return (SweptWork(item, cutOff: clock), 0) }
            let error = ToldError(error)
            var work = SweptWork(item, failed: error.message, error.exitStatus)
            work.seconds = clock.seconds
            return (work, 0)
        }
    }

    private func work(_ found: BackupReport, _ report: VerifyReport, _ clock: Stopwatch) -> SweptWork {
        var work = SweptWork(item)
        (work.verdict, work.reached, work.bytesRead) = (found.verdict, found.level, found.bytesRead)
        work.exitStatus = report.verification.exitStatus.asOutcome.rawValue
        work.words =
            (found.findings.first { $0.severity == .error }
            ?? found.findings.first { $0.severity == .warning })
            .map { finding in (finding.object.map { "'\($0)' " } ?? "") + finding.sentence.message }
        work.seconds = clock.seconds
        return work
    }
}
