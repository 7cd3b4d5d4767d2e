// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Restorer

/// What the first start of a restored copy will do, as people read it.
enum FirstStartText {
    // MARK: The plan

    /// Lines of the plan, each with its name.
    static func lines(_ plan: RestorePlan) -> [(String, String)] {
        brought(plan).map { ("settings", $0) } + remarks(plan).map { ("start", $0) }
            + archiving(plan).map { ("archiving", $0) }
    }

    private static func brought(_ plan: RestorePlan) -> [String] {
        guard let folder = plan.request.configuration else { return [] }
        let names = folder.names.map { "\(ObjectName($0))" }.joined(separator: ", ")
        return ["\(names) come from '\(ObjectName(folder.path))'"]
    }

    private static func remarks(_ plan: RestorePlan) -> [String] {
        guard case .known(let start, let isWhole) = plan.firstStart else {
            return ["what the settings of the backup will do is known once they are written"]
        }
        let rest = isWhole ? [] : ["what ALTER SYSTEM has set is known once it is written"]
        let takenOut = start.takenOut(isBrought: plan.request.configuration != nil)
        return start.remarks.map {
            takenOut.contains($0) ? "\($0.takenOutWords) (the line is taken out)" : "\($0)"
        }
            + rest
    }

    private static func archiving(_ plan: RestorePlan) -> [String] {
        guard plan.firstStart.archiving != .none else { return [] }
        return switch plan.request.archiving {
        case .keep?: ["as the settings say: among the WAL of the origin, perhaps"]
        case .off?: ["off, by a last line in postgresql.auto.conf, if the settings archive"]
        case nil:
            [
                "off, by a last line in postgresql.auto.conf, if the settings archive (--archive-mode keep leaves them)"
            ]
        }
    }

    /// What has to be asked before a copy may archive; nil where it does not, or somebody has said.
    static func question(_ plan: RestorePlan) -> String? {
        guard plan.request.archiving == nil, case .by(let means, _) = plan.firstStart.archiving else {
            return nil
        }
        return
            "The settings archive by '\(ObjectName(means))', as the origin does. Shall the copy put its WAL there, too? [y/N] "
    }

    // MARK: The result

    static func lines(_ report: RestoreReport) -> [String] {
        report.made.map { "made: \($0), the least that the server starts with: the backup has none" }
            + report.takenOut.map { "taken out: \($0.takenOutWords)" }
            + (report.firstStart?.remarks ?? []).map { "first start: \($0)" }
    }

    /// What follows the last word on the restore: what to type next.
    static func lastLines(_ report: RestoreReport, _ request: RestoreRequest) -> [String] {
        archivingOff(report, request) + (report.startCommands.map(commands) ?? [])
    }

    private static func commands(_ start: StartCommands) -> [String] {
        let direct = start.direct.map { ["to start it:", "  \($0)"] } ?? []
        guard !start.debian.isEmpty else { return direct }
        return direct + ["or by the tools of Debian, on a free port, with the settings in /etc/postgresql:"]
            + start.debian.map { "  \($0)" }
    }

    private static func archivingOff(_ report: RestoreReport, _ request: RestoreRequest) -> [String] {
        guard let archiving = report.archivingOff else { return [] }
        let why: String =
            switch archiving {
            case .by(let means, _): "its settings archive by '\(ObjectName(means))'"
            case .unknown, .none: "files that are not in the backup may say that it archives"
            }
        let who = request.archiving == .off ? "" : ", and nobody said --archive-mode keep"
        return [
            "archive_mode is off in its postgresql.auto.conf: \(why)\(who).",
            "  to archive again, type at the copy itself:  \(archiving.undoing);  and restart it",
        ]
    }
}
