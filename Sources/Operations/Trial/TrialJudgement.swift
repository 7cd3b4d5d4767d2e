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
        return rehearsal.failure == nil ? checks.level(for: report.checks) : .restored
    }

    var status: ExitStatus {
        if let failure = rehearsal.failure { return Self.status(of: failure) }
        let status = checks.status(for: rehearsal.report.checks)
        guard status == .success else { return status }
        // Something is left that should not be.
        if case .failed = rehearsal.cleanUp { return .inconclusive }
        return .success
    }

    /// Why it came to no more, in one sentence without its stop; nil when it came to all.
    var reason: String? {
        if let failure = rehearsal.failure { return (failure as? any UserError)?.message ?? "\(failure)" }
        if let reason = checks.reason(for: rehearsal.report.checks) { return reason }
        guard case .failed(let reason) = rehearsal.cleanUp else { return nil }
        return "what it made could not be removed: \(reason)"
    }

    /// Whether somebody asked this process to stop: nobody wants to look at what it had not done yet.
    static func isStop(_ failure: any Error) -> Bool {
        let status = (failure as? any UserError)?.exitStatus
        return status == .interrupted || status == .terminated
    }

    /// What is the backup's fault is 18 where a restore would end with 17; what is ours or the machine's is 5.
    static func status(of failure: any Error) -> ExitStatus {
        switch failure {
        case RestoreError.machineShort, RestoreError.machineFailed, RestoreError.noSpace: .inconclusive
        case let failure as any UserError:
            failure.exitStatus == .restoreFailed ? .trialFailed : failure.exitStatus
        default: .unknown
        }
    }
}

/// What results mean of a cluster that came up.
extension TrialChecks {
    func level(for results: [CheckResult]) -> Level {
        let isExercised =
            builtIn.isWhole && !results.isEmpty && !results.contains(where: \.keepsFromExercised)
        return isExercised ? .exercised : .restored
    }

    func status(for results: [CheckResult]) -> ExitStatus {
        if results.contains(where: \.isFailure) { return .trialFailed }
        return unasked(among: results) == nil ? .success : .inconclusive
    }

    /// In one sentence without its stop; nil where it is a success.
    func reason(for results: [CheckResult]) -> String? {
        (results.first(where: \.isFailure) ?? unasked(among: results))?.reason
    }

    /// A check that should have run and could not: nobody may take its silence for a yes.
    ///
    /// That commands are not run in a container is no surprise.
    private func unasked(among results: [CheckResult]) -> CheckResult? {
        let commands = runsCommands ? [] : Set(file?.checks.filter(\.isCommand).map(\.name) ?? [])
        return results.first {
            $0.leavesNoVerdict && !($0.origin == .user && commands.contains($0.name))
        }
    }
}
