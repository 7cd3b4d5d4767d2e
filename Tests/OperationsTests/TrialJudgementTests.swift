// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Files
import Glibc
import Restorer
import Testing

@testable import Operations

@Suite struct `What a trial has shown` {
    @Test func `is nothing where the machine fell short or its disk failed`() {
        for failure in [
            RestoreError.machineShort("no memory", hints: []),
            .machineFailed("writing 'a'", reason: "Input/output error", hint: "h"),
            .noSpace("/scratch", needed: "1 GB", available: "0"),
        ] { #expect(TrialJudgement.status(of: failure) == .inconclusive, "\(failure)") }
        let fault = RestoreError.failed("starting PostgreSQL", reason: "PANIC", hint: "h")
        #expect(TrialJudgement.status(of: fault) == .trialFailed)
    }

    private func result(
        _ outcome: CheckResult.Outcome, _ origin: CheckResult.Origin = .builtIn,
        severity: Severity = .error, isForeseen: Bool = false
    ) -> CheckResult {
        var result = CheckResult("tables", origin, outcome, severity: severity, words: "w")
        result.isForeseen = isForeseen
        return result
    }

    @Test func `is no verdict where a check was silent that should have spoken`() {
        #expect(result(.notRun).leavesNoVerdict && result(.notRun, .user).leavesNoVerdict)
        #expect(!result(.notRun, isForeseen: true).leavesNoVerdict)
        #expect(!result(.notRun, severity: .warning).leavesNoVerdict && !result(.failed).leavesNoVerdict)
        // What nobody could ask is not proven, whoever knew that.
        #expect(result(.notRun, isForeseen: true).keepsFromExercised)
    }
}
