// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Diagnostics
public import Operations
import Planning

/// What a sweep came to, as people read it: at most twenty lines, for the body of a mail.
public struct SweepSummary {
    private static let most = 20
    private let report: SweepReport

    /// Nothing is looked up: all of it is in the report.
    public init(_ report: SweepReport) { self.report = report }

    /// Without line ends; the last one says how many are left out where there would be more than twenty.
    public var lines: [String] {
        let lines = [head] + report.stores.flatMap(store) + unfinished
        guard lines.count > Self.most else { return lines }
        let kept = lines.prefix(Self.most - 1)
        return kept + ["… and \(lines.count - kept.count) more lines: `pg_backctl history sweeps --json`"]
    }

    private var head: String {
        let work = report.stores.flatMap(\.work)
        let (trials, verified) = (
            work.count { $0.kind == .trial && $0.exitStatus == 0 && !$0.isCutOff },
            work.count { $0.verdict == .verified }
        )
        let bytes = report.stores.reduce(UInt64(0)) { $0.addingClamped($1.bytesRead) }
        let seconds = report.stores.reduce(0.0) { $0 + $1.seconds }
        let tried = trials > 0 ? ", \(Units.count(trials, "trial")) passed" : ""
        let damaged = work.count { $0.verdict?.isBad == true }
        let bad = damaged > 0 ? ", \(damaged) bad" : ""
        return
            "sweep \(report.id.value): \(Units.count(verified, "backup")) verified\(bad)\(tried), \(Units.bytes(bytes)) read in \(Units.duration(seconds)); \(outcome)"
    }

    private var outcome: String {
        report.exitStatus == .success
            ? "all is well" : "exit \(report.exitStatus.rawValue): \(Self.words(report.exitStatus))"
    }

    private func store(_ store: SweptStore) -> [String] {
        let word = ExitStatus(rawValue: store.exitStatus) ?? .unknown
        let isBad = store.backups.contains { $0.verdict?.isBad == true }
        let standing =
            store.standing.map { ": \(isBad ? $0.wordsWithoutEnd : $0.words)" } ?? store.failure.map {
                ": \(Self.shown($0))"
            } ?? ""
        let bad = store.work.filter { $0.exitStatus != 0 }.map { work in
            "  \(work.label): \(Self.words(ExitStatus(rawValue: work.exitStatus) ?? .unknown))\(work.words.map { ", \(Self.shown($0))" } ?? "")"
        }
        let findings = store.findings.filter { $0.severity == .error }.map { finding in
            "  \(Self.shown(finding.message))\(finding.since.map { ", since \($0)" } ?? "")"
        }
        return ["\(store.name) \(word == .success ? "ok" : Self.words(word).uppercased())\(standing)"] + bad
            + known(store) + findings
    }

    /// What was known to be bad before and was not read by this sweep.
    private func known(_ store: SweptStore) -> [String] {
        let read = Set(store.work.map(\.label))
        return store.backups.filter { !read.contains($0.label) }.compactMap { backup in
            switch backup.verdict {
            case .damaged?, .tampered?, .inconclusive?:
                "  \(Self.shown(backup.label)): \(backup.verdict?.rawValue ?? ""), as found before"
            case .verified?, .incomplete?, nil: nil
            }
        }
    }

    private var unfinished: [String] {
        // What was planned in part is among what is left, whole.
        let wanted = report.plan.work.filter { !$0.isPartial } + report.plan.left.map(\.work)
        let open = wanted.count { !isDone($0) }
        guard open > 0 else { return [] }
        let why =
            switch report.end.reason {
            case .done: "they did not fit"
            case .window: "the window is over"
            case .budget: "all bytes are read"
            case .interrupted: "it was stopped"
            case .failed: "it could not go on"
            }
        return ["not done: \(Units.count(open, "thing")), \(why); the next sweep goes on"]
    }

    /// Whether it came to an end, or it was said why it cannot.
    private func isDone(_ wanted: PlannedWork) -> Bool {
        report.stores.first { $0.name == wanted.backup.store }?.work.contains { work in
            work.label == wanted.backup.label && (work.kind == .trial) == (wanted.kind == .trial)
                && (!work.isCutOff || work.exitStatus != 0)
        } ?? false
    }

    /// Nothing in it steers a terminal.
    private static func shown(_ text: String) -> String { ObjectName(text).description }

    private static func words(_ status: ExitStatus) -> String {
        switch status {
        case .success: "ok"
        case .damaged: "damaged"
        case .tampered: "tampered"
        case .trialFailed: "trial failed"
        case .inconclusive: "inconclusive"
        case .policyNotMet: "policy not met"
        case .busy: "busy"
        case .nothingThere: "no backup"
        case .interrupted, .terminated: "stopped"
        default: "failed"
        }
    }
}

extension PolicyStanding {
    /// Such as `13 of 14 backups within policy (290 GB of 312 GB)`.
    public var words: String { words(closes.map { ", all by \($0.day)" } ?? "") }

    /// The same of a store with bad backups, which no reading brings within policy.
    public var wordsWithoutEnd: String { words("") }

    private func words(_ closes: String) -> String {
        let sizes = "\(Units.bytes(bytesWithin)) of \(Units.bytes(bytes))"
        let never = neverProven > 0 ? ", \(neverProven) never proven" : ""
        return
            "\(backupsWithin) of \(Units.count(backups, "backup")) within policy (\(sizes))\(closes)\(never)"
    }
}
