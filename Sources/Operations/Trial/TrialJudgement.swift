// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Restorer

/// What a rehearsal has shown: the level that is reached, and how the process ends.
struct TrialJudgement {
    let rehearsal: Rehearsal
    /// What it was asked.
    let checks: TrialChecks

    /// Nil when the server did not answer, or a database could not be reached.
    var level: Level? {
        let report = rehearsal.report
        guard report.secondsToAnswer != nil, let inside = report.inside,
            !inside.findings.contains(where: { $0.severity == .error })
        else { return nil }
        let isExercised =
            rehearsal.failure == nil && checks.builtIn.isWhole && !report.checks.isEmpty
            && !report.checks.contains(where: \.keepsFromExercised)
        return isExercised ? .exercised : .restored
    }

    var status: ExitStatus {
        if let failure = rehearsal.failure { return Self.status(of: failure) }
        if rehearsal.report.checks.contains(where: \.isFailure) { return .trialFailed }
        if unasked != nil { return .inconclusive }
        // Something is left that should not be.
        if case .failed = rehearsal.cleanUp { return .inconclusive }
        return .success
    }

    /// A check of the user's that should have run and could not: nobody may take its silence for a yes.
    ///
    /// That commands are not run in a container is no surprise.
    var unasked: CheckResult? {
        guard rehearsal.failure == nil, checks.runsCommands else { return nil }
        return rehearsal.report.checks.first {
            $0.origin == .user && $0.outcome == .notRun && $0.severity == .error
        }
    }

    /// What is the backup's fault is 18 where a restore would end with 17; what is ours or the machine's is 5.
    static func status(of failure: any Error) -> ExitStatus {
        switch failure {
        case RestoreError.machineShort, RestoreError.noSpace: .inconclusive
        case let failure as any UserError:
            failure.exitStatus == .restoreFailed ? .trialFailed : failure.exitStatus
        default: .unknown
        }
    }
}
