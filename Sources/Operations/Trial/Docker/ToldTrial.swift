// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Restorer

/// What a process in a container says that its trial came to, held to what it was asked.
///
/// It runs foreign code: status and level follow from the checks, whatever it says of them itself.
struct ToldTrial {
    /// As it is asked in there: commands are not run.
    let asked: TrialChecks

    init(of checks: TrialChecks) {
        var checks = checks
        checks.runsCommands = false
        asked = checks
    }

    /// All of what it was asked; what it is compared with, it does not know.
    var questions: ClusterQuestions {
        let user = asked.file.map { UserQuestions($0, within: asked.window) { _ in nil } }
        return ClusterQuestions(asked.builtIn, user)
    }

    /// Nil when no trial can come to that.
    func judged(_ told: TrialEnd, _ failure: ToldError?) -> TrialEnd? {
        guard questions.canHave(told.checks, isWhole: failure == nil) else { return nil }
        let end = told.plain
        guard let failure else { return whole(end, told.checks) }
        return broken(end, failure)
    }

    private func whole(_ told: TrialEnd, _ results: [CheckResult]) -> TrialEnd? {
        guard told.secondsToAnswer != nil, let level = told.level else { return nil }
        var end = told
        end.level = level == .exercised ? asked.level(for: results) : .restored
        end.exitStatus = asked.status(for: results).rawValue
        end.failure = asked.reason(for: results)?.plain
        return end
    }

    private func broken(_ told: TrialEnd, _ failure: ToldError) -> TrialEnd {
        var end = told
        end.level = told.level == nil || told.secondsToAnswer == nil ? nil : .restored
        end.exitStatus = TrialJudgement.status(of: failure).rawValue
        end.failure = failure.message
        return end
    }
}
