// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Operations
import Restorer

/// A trial as people read it: what is tried, how long each step took, what was asked, and what that shows.
struct TrialText {
    private let terminal: Terminal

    init(_ terminal: Terminal) { self.terminal = terminal }

    func say(_ prepared: PreparedTrial) {
        let plan = prepared.plan
        for skipped in plan.skipped { terminal.say("skipped \(skipped.label): \(skipped.reason)") }
        let folder = ObjectName(prepared.folder)
        terminal.say(
            "trial of \(plan.facts.label) from \(plan.store), by PostgreSQL of this machine, in '\(folder)'")
        terminal.say()
    }

    func say(_ report: TrialReport) {
        let end = report.end
        for phase in end.phases where phase.name != .download && phase.name != .write {
            let size =
                phase.bytes.map { "  \(Units.bytes($0))  \(Units.rate($0, seconds: phase.seconds))" } ?? ""
            terminal.say("  \(padded(phase.name.rawValue))  \(Units.duration(phase.seconds))\(size)")
        }
        for check in end.checks { terminal.say("  \(padded(check.outcome.rawValue))  \(Self.words(check))") }
        for finding in end.findings where finding.severity != .note {
            terminal.say("  \(finding.severity.rawValue): \(finding.message)")
        }
        terminal.say()
        for line in ending(report) { terminal.say(line) }
    }

    private static func words(_ check: CheckResult) -> String {
        let database = check.database.map { " in '\($0)'" } ?? ""
        return "\(check.name)\(database): \(check.words)"
    }

    private func ending(_ report: TrialReport) -> [String] {
        let end = report.end
        let label = report.start.place.label
        let answered = end.secondsToAnswer.map { ", the server answered after \(Units.duration($0))" } ?? ""
        let place = end.endPosition.map { ", recovered to \($0)" } ?? ""
        let first: String =
            switch report.exitStatus {
            case .success:
                "\(label) can be restored (\(end.level?.rawValue ?? "restored"))\(answered)\(place)."
            case .trialFailed:
                "TRIAL FAILED of \(label)\(answered): \(end.failure ?? Self.failed(end.checks))."
            default: "trial of \(label) not done: \(end.failure ?? "see above")."
            }
        return [first] + cleanUp(report) + (report.failure?.hints ?? []).map { "HINT: \($0)" }
    }

    private static func failed(_ checks: [CheckResult]) -> String {
        let names = checks.filter(\.isFailure).map(\.name)
        return "\(names.joined(separator: ", ")) \(names.count == 1 ? "is" : "are") not as it should be"
    }

    private func cleanUp(_ report: TrialReport) -> [String] {
        switch report.end.cleanUp {
        case .removed: []
        case .kept(let until):
            ["what it made is kept until \(until): '\(ObjectName(report.kept ?? report.start.scratch))'"]
        case .failed(let reason):
            [
                "what it made could not be removed: \(reason). The next trial with the same --scratch tries it again."
            ]
        }
    }

    private func padded(_ name: String) -> String {
        name.padding(toLength: max(10, name.count), withPad: " ", startingAt: 0)
    }
}
