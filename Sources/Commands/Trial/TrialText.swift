// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import Operations
import Restorer

/// A trial as people read it: what is tried, how long each step took, what was asked, and what that shows.
struct TrialText {
    private let terminal: Terminal
    private let history: String?

    /// `history` is the file that was named for it; nil for the usual one.
    init(_ terminal: Terminal, history: String? = nil) { (self.terminal, self.history) = (terminal, history) }

    func say(_ prepared: PreparedTrial) {
        let plan = prepared.plan
        for skipped in plan.skipped { terminal.say("passed over \(skipped.label): \(skipped.reason)") }
        terminal.say(
            "trial of \(plan.facts.label) from \(plan.store), to \(plan.goal), by PostgreSQL of this machine in '\(ObjectName(prepared.folder))'"
        )
        terminal.say()
    }

    func say(_ prepared: PreparedContainerTrial) {
        for skipped in prepared.skipped { terminal.say("passed over \(skipped.label): \(skipped.reason)") }
        terminal.say(
            "trial of \(prepared.label) from \(prepared.store), to \(prepared.goal), in a container of \(prepared.imageName) (\(prepared.engineName))"
        )
        terminal.say()
    }

    func say(_ report: TrialReport) {
        let end = report.end
        for phase in end.phases where phase.name != .download && phase.name != .write {
            terminal.say("  \(padded(Self.words(phase.name)))\(Self.time(phase))")
        }
        if !end.checks.isEmpty { terminal.say() }
        for line in CheckLines.of(end.checks) { terminal.say("  \(padded(line.outcome))\(line.words)") }
        for finding in end.findings where finding.severity != .note {
            terminal.say("  \(padded(finding.severity.rawValue))\(finding.message)")
        }
        if !end.neutralised.isEmpty {
            terminal.say("  \(padded("sandboxed"))\(Self.sandboxed(end.neutralised))")
        }
        terminal.say()
        for line in ending(report) { terminal.say(line) }
    }

    private static func words(_ phase: RestorePhase.Name) -> String {
        switch phase {
        case .stream: "read"
        case .sync: "sync"
        case .copy: "keep a copy"
        default: phase.rawValue
        }
    }

    private static func time(_ phase: RestorePhase) -> String {
        let size =
            phase.bytes.map { "  \(Units.bytes($0)), \(Units.rate($0, seconds: phase.seconds))" } ?? ""
        return Units.duration(phase.seconds) + size
    }

    private static func sandboxed(_ names: [String]) -> String {
        let sample = Sample(names)
        let rest = sample.rest > 0 ? " and \(sample.rest) more" : ""
        return "\(Units.count(names.count, "setting")) of the backup did not count: "
            + sample.first.joined(separator: ", ") + rest
    }

    private func ending(_ report: TrialReport) -> [String] {
        let hints = report.hints.map { "HINT: \($0)" }
        return [verdict(report)] + measured(report) + cleanUp(report) + hints + nextBest(report)
    }

    private func verdict(_ report: TrialReport) -> String {
        let (end, label) = (report.end, report.start.place.label)
        let failure = end.failure ?? "see above"
        let why = failure.hasSuffix(".") ? String(failure.dropLast()) : failure
        return switch report.exitStatus {
        case .success: "\(label) can be restored (\(end.level?.rawValue ?? "restored"))."
        case .trialFailed: "TRIAL FAILED of \(label): \(why)."
        case .damaged: "\(label) is DAMAGED: \(why)."
        default: "No verdict on \(label): \(why)."
        }
    }

    /// RTO and RPO.
    private func measured(_ report: TrialReport) -> [String] {
        let end = report.end
        guard let seconds = end.secondsToAnswer else { return [] }
        let place = end.endPosition.map { ", at \($0)" } ?? ""
        let newest = end.newestData.map { "; the newest data are of \($0)\(place)" } ?? place
        return ["The server answered after \(Units.duration(seconds))\(newest)."]
    }

    private func cleanUp(_ report: TrialReport) -> [String] {
        switch report.end.cleanUp {
        case .removed: []
        case .kept(let until) where report.start.runtime == .docker:
            [
                "What it made is kept until \(until), in volume '\(report.start.scratch)'. To look inside:",
                "  docker run --rm -it --network none -v \(report.start.scratch):/pg_backctl \(report.end.image ?? "IMAGE") sh",
            ]
        case .kept(let until):
            report.exitStatus == .success
                ? promotable(report, until)
                : [
                    "What it made is kept until \(until): '\(ObjectName(report.kept ?? report.start.scratch))'.",
                    "Start it only with settings of your own, away from the network: its own can run programs.",
                ]
        case .failed(let reason):
            [
                "What it made could not be removed: \(reason). The next trial \(report.start.runtime == .local ? "with the same --scratch" : "in a container") tries it again."
            ]
        }
    }

    private func promotable(_ report: TrialReport, _ until: Timestamp) -> [String] {
        let kept = ["It is kept until \(until): '\(ObjectName(report.kept ?? report.start.scratch))'."]
        guard let id = report.id else { return kept }
        return kept + [
            "To make it a data directory on that file system, in seconds:",
            "  pg_backctl restore --from-trial \(id.value) --target DIR\(report.hasTablespaces ? " --map-all DIR2" : "")\(named)",
        ]
    }

    private var named: String { history.map { " --history \(ShellWord($0))" } ?? "" }

    private func nextBest(_ report: TrialReport) -> [String] {
        guard let other = report.nextBest else { return [] }
        let taken = other.time.map { " of \($0)" } ?? ""
        let level = other.level.map { ", \($0.rawValue)" } ?? ""
        let forecast = other.seconds.map { ", back in about \(Units.duration($0))" } ?? ""
        return [
            "Next best: \(other.label)\(taken)\(level)\(forecast); what came after it is lost unless WAL was archived:",
            "  pg_backctl restore \(ShellWord(other.store)) --backup \(ShellWord(other.label)) --target DIR",
        ]
    }

    private func padded(_ name: String) -> String {
        name + String(repeating: " ", count: max(2, 12 - name.count))
    }
}
