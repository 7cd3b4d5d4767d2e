// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Digests

extension Message {
    /// That what somebody has said of a backup's findings counts no more, and they are still there: told once for each such end.
    public init(lapsed backup: DecidedBackup, at time: Timestamp) {
        let place = PlainWords.line(backup.place.url)
        let findings = backup.lapsed.prefix(Self.mostFindings).map { "  \(Self.lapse(of: $0))" }
        let others = backup.lapsed.count - findings.count
        self.init(
            id: Self.id(backup), occasion: .incident, written: time,
            subject: "still bad, though somebody decided on it: \(place)",
            text: """
                Somebody has decided on findings of \(place), and that counts no more:

                \((findings + (others > 0 ? ["  and \(others) more"] : [])).joined(separator: "\n"))

                Type:
                  pg_backctl history findings --open --label \(PlainWords.line(backup.place.label))

                """)
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

    private static let mostFindings = 10

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

    private static func id(_ backup: DecidedBackup) -> String {
        let parts = backup.lapsed.map { "\($0.number):\($0.lastDecision?.at.nanoseconds ?? 0)" }
        let text =
            "decision \(backup.place.url.utf8.count):\(backup.place.url) " + parts.joined(separator: " ")
        return String(SHA256.digest(of: Array(text.utf8)).hex.prefix(32))
    }
}
