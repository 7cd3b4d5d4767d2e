// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Diagnostics
import Digests

extension Message {
    /// That what somebody has said of a backup's finding counts no more, and it is still there: told once for each such end.
    ///
    /// Of a backup with many, one for each of the first few.
    public static func lapsed(_ backup: DecidedBackup, at time: Timestamp) -> [Message] {
        let findings = backup.lapsed.sorted { $0.number < $1.number }
        return findings.prefix(mostFindings).map { finding in
            Message(
                id: id(finding), occasion: .incident, written: time,
                subject: "still bad, though somebody decided on it: \(PlainWords.line(backup.place.url))",
                text: text(of: finding, besides: findings.count - 1))
        }
    }

    private static func text(of finding: FindingLine, besides others: Int) -> String {
        let more =
            others > 0 ? "\n  and so it is with \(Units.count(others, "other finding")) of that backup" : ""
        return """
            Somebody has decided on a finding of \(PlainWords.line(finding.place.url)), and that counts no more:

              \(lapse(of: finding))\(more)

            Type:
              pg_backctl history findings --open --label \(ShellWord(finding.place.label))

            """
    }

    /// Which backups people have decided on, in the summary of a week; empty where there is none.
    static func decided(_ backups: [DecidedBackup]) -> String {
        let lines = backups.flatMap { backup in
            backup.settled.prefix(1).map { finding in
                let others = backup.settled.count > 1 ? ", and \(backup.settled.count - 1) more" : ""
                return PlainWords.line("  \(backup.place.url): \(said(of: finding))\(others)")
            }
        }
        return lines.isEmpty ? "" : (["Open, and decided by people:"] + lines).joined(separator: "\n")
    }

    private static let mostFindings = 5

    private static func lapse(of finding: FindingLine) -> String {
        let isWaived = finding.lastDecision?.kind == .waived && finding.lastDecision?.since != .opened
        return PlainWords.line(
            "\(said(of: finding)); \(isWaived ? "that time is over" : "it has been seen again since")")
    }

    private static func said(of finding: FindingLine) -> String {
        let what = "finding \(finding.number), \(finding.code)\(finding.object.map { " of '\($0)'" } ?? "")"
        guard let decision = finding.lastDecision else { return what }
        let until = decision.until.map { " until \(PlainWords.time($0))" } ?? ""
        return
            "\(what): \(decision.kind.rawValue) by \(decision.who) on \(PlainWords.time(decision.at))\(until), '\(decision.reason)'"
    }

    private static func id(_ finding: FindingLine) -> String {
        let url = finding.place.url
        let text =
            "decision \(url.utf8.count):\(url) \(finding.number) \(finding.lastDecision?.at.nanoseconds ?? 0)"
        return String(SHA256.digest(of: Array(text.utf8)).hex.prefix(32))
    }
}
