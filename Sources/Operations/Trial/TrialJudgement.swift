// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Restorer

/// What a rehearsal has shown: the level that is reached, and how the process ends.
struct TrialJudgement {
    let rehearsal: Rehearsal

    /// Nil when the server did not answer, or a database could not be reached.
    var level: Level? {
        let report = rehearsal.report
        guard report.secondsToAnswer != nil, let inside = report.inside,
            !inside.findings.contains(where: { $0.severity == .error })
        else { return nil }
        let isExercised =
            rehearsal.failure == nil && report.checks.contains { $0.outcome == .passed }
            && !report.checks.contains(where: \.keepsFromExercised)
        return isExercised ? .exercised : .restored
    }

    var status: ExitStatus {
        if let failure = rehearsal.failure { return Self.status(of: failure) }
        if rehearsal.report.checks.contains(where: \.isFailure) { return .trialFailed }
        // Something is left that should not be.
        if case .failed = rehearsal.cleanUp { return .inconclusive }
        return .success
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
