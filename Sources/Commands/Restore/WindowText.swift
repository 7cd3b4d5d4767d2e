// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import PrivatePostgres
import Restorer
import WALArchive

/// Which timelines an archive has, from when to when it recovers a backup, and what of it is left out.
enum WindowText {
    /// Lines of the plan, each with its name.
    static func lines(_ plan: RestorePlan) -> [(String, String)] {
        timelines(plan) + window(plan.window) + unfinished(plan) + restorePoints(plan.window)
    }

    /// What has to be said again when the restore is done: it lacks WAL that is in the archive.
    static func warnings(_ plan: RestorePlan) -> [String] {
        let left = (plan.timelines?.leftBehind ?? []).map { line in
            "timeline \(line.timeline) has WAL in the archive\(line.last.map { ", up to '\($0)'," } ?? "") that is not in the restored databases"
        }
        let lost = [withoutHistory(plan)].compactMap(\.self)
        guard !plan.request.allowsUnfinished else { return left + lost }
        return left + lost
            + (plan.window?.unfinished ?? []).map { contents in
                "'\(contents.object)' \(holds(contents)), which is not in the restored databases (--allow-unfinished)"
            }
    }

    private static func timelines(_ plan: RestorePlan) -> [(String, String)] {
        guard let decision = plan.timelines else { return [] }
        let lost = withoutHistory(plan).map { [("timeline", $0)] } ?? []
        guard decision.lines.count > 1 else { return lost }
        return decision.lines.map { ("timeline", words($0, decision)) } + lost
    }

    private static func withoutHistory(_ plan: RestorePlan) -> String? {
        plan.timelines?.withoutHistory.map { timeline in
            "timeline \(timeline) has WAL in the archive and no history, so nobody can follow it: '\(TimelineHistory.name(of: timeline))' is missing there"
        }
    }

    private static func words(_ line: TimelineDecision.Line, _ decision: TimelineDecision) -> String {
        let origin =
            line.origin.map { "begun at \($0.position) from timeline \($0.timeline)" } ?? "the backup's own"
        let last = line.last.map { ", up to '\($0)'" } ?? ""
        return "\(line.timeline), \(origin)\(last): \(fate(of: line, decision))"
    }

    private static func fate(of line: TimelineDecision.Line, _ decision: TimelineDecision) -> String {
        if case .follow(line.timeline, let reason) = decision.outcome { return "followed, \(why(reason))" }
        guard line.leadsOn else { return "only its history is there; it leads nowhere" }
        let left = line.leftAt.map { "left at \($0)" } ?? "not followed"
        if case .ask(let heads) = decision.outcome {
            return heads.contains(line.timeline) ? "TO BE CHOSEN" : left
        }
        return line.isLeftBehind ? "\(left); ITS LATER WAL IS LEFT BEHIND" : left
    }

    private static func why(_ reason: TimelineDecision.Reason) -> String {
        switch reason {
        case .asked(.latest): "as the latest one, which was asked for"
        case .asked(.current): "as the backup's own, which was asked for"
        case .asked(.number): "as it was asked for"
        case .only: "for no other one leads on from the backup"
        case .containsOthers: "for the others end where it, or one before it, begins"
        case .sameUpToTarget: "for all are the same up to the goal"
        }
    }

    static func window(_ window: RecoverableWindow?) -> [(String, String)] {
        guard let window else { return [] }
        let trouble = window.trouble.map { "; not all of it could be read: \($0)" } ?? ""
        return [("window", words(window) + trouble)]
    }

    /// From when to when; `taken` is when the backup was, for where no commit before its end says more.
    static func words(_ window: RecoverableWindow, since taken: Timestamp? = nil) -> String {
        let backup = window.earliest.time == nil ? taken.map { " (the backup of \($0))" } ?? "" : ""
        return "from \(words(window.earliest))\(backup) to \(words(window.latest))"
    }

    private static func words(_ point: RecoverableWindow.Point) -> String {
        "\(point.position)" + (point.time.map { " (\(PostgresTime.text(of: $0)))" } ?? "")
    }

    private static func unfinished(_ plan: RestorePlan) -> [(String, String)] {
        let fate =
            plan.request.allowsUnfinished
            ? "it is recovered" : "LEFT OUT; --allow-unfinished recovers it"
        return (plan.window?.unfinished ?? []).map {
            ("unfinished", "'\($0.object)' \(holds($0)): \(fate)")
        }
    }

    static func holds(_ contents: SegmentContents) -> String {
        let count = Units.count(Int(clamping: contents.events.commits), "commit")
        let last = contents.events.lastCommit.map { ", the last of \(PostgresTime.text(of: $0.time))" } ?? ""
        return "holds WAL up to \(contents.end), \(count)\(last)"
    }

    static func restorePoints(_ window: RecoverableWindow?) -> [(String, String)] {
        guard let points = window?.restorePoints else { return [] }
        if points.isEmpty { return [("point", "no restore point is in the WAL")] }
        return points.map {
            ("point", "'\($0.name)' at \($0.position) (\(PostgresTime.text(of: $0.time)))")
        }
    }
}
