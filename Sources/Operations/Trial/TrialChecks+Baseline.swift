// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import History
import Restorer

extension TrialChecks {
    /// With what earlier trials of the store saw in the catalogues of the cluster that comes up.
    func baseline(at store: String, _ memory: Memory) -> BaselineQuestions {
        let history = memory.history
        var questions = BaselineQuestions(
            past: { try history?.baselines(ofCluster: $0, at: store) ?? [] },
            load: { try history?.baseline(of: $0) })
        (questions.compares, questions.mayShrink) = (comparesBaseline, mayShrink)
        return questions
    }
}

extension TrialEnd {
    /// Adds what it means that these catalogues were seen, behind the checks that are built in, and judges all of them anew.
    mutating func hold(_ seen: SeenBaseline?, to questions: BaselineQuestions, as asked: TrialChecks) {
        let results = seen.map(questions.compare) ?? questions.notRun("the trial broke off before it")
        let index = checks.firstIndex { $0.origin == .user } ?? checks.endIndex
        checks.insert(contentsOf: results, at: index)
        if level == .exercised { level = asked.level(for: checks) }
        guard exitStatus == ExitStatus.success.rawValue else { return }
        exitStatus = asked.status(for: checks).rawValue
        failure = asked.reason(for: checks)
    }
}

extension CheckResult {
    /// Why a trial failed by it, in one sentence without its stop.
    var reason: String { "\(name)\(database.map { " in '\($0)'" } ?? ""): \(words)" }
}
