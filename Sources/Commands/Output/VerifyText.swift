// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import Operations

/// A verification as people read it.
struct VerifyText: Sendable {
    let terminal: Terminal
    let labelWidth: Int

    init(_ terminal: Terminal, labels: [String]) {
        self.terminal = terminal
        labelWidth = labels.map(\.count).max() ?? 0
    }

    /// What is going to be read.
    func say(_ selection: BackupSelection, _ order: VerifyOrder) {
        for skipped in selection.skipped { terminal.say("skipped \(skipped.label): \(skipped.reason)") }
        let count = Units.count(selection.backups.count, "backup")
        terminal.say(
            "\(count), \(Units.bytes(selection.size)) in \(selection.location), "
                + "level \(order.level.rawValue), \(Units.count(order.jobs, "job"))\n")
    }

    /// One line for a backup, and under it what is to be said of it.
    func say(_ report: BackupReport, isVerbose: Bool) {
        let read = report.bytesRead + report.objects.reduce(0) { $0 &+ $1.bytesResumed }
        let size = report.objects.isEmpty ? "-" : Units.bytes(report.size)
        let rate = read == 0 ? "-" : Units.rate(read, seconds: report.seconds)
        let columns = [
            padded(report.label, labelWidth), padded(size, 8, right: true),
            padded(report.level?.rawValue ?? "-", 11), word(report),
            padded(Units.duration(report.seconds), 7, right: true),
            padded(rate, 9, right: true),
        ]
        terminal.say("  " + columns.joined(separator: "   "))
        let shown = report.findings.filter { isVerbose || $0.severity != .note }
        var place = ""
        for finding in shown.prefix(isVerbose ? .max : 20) { say(finding, after: &place) }
        if shown.count > 20 && !isVerbose {
            terminal.say("      … and \(shown.count - 20) more: --verbose or --json shows them")
        }
        if isVerbose { for object in report.objects { say(object) } }
    }

    /// `place` is where the finding before it was: that is said once.
    private func say(_ finding: Finding, after place: inout String) {
        let mark = finding.severity == .error ? "" : "\(finding.severity.rawValue): "
        let parts = [finding.object?.description, range(finding) ?? finding.member]
        let here = parts.compactMap(\.self).joined(separator: "   ")
        if !here.isEmpty, here != place { terminal.say("      " + here) }
        place = here
        terminal.say("      \(mark)\(finding.message)")
        if let relation = finding.relation { terminal.say("      this is \(relation.words)") }
        if finding.severity == .error, finding.cause == .neverGood, let expected = finding.expected {
            terminal.say("      expected \(expected)")
            terminal.say("      found    \(finding.found ?? "nothing")")
        }
    }

    private func say(_ object: ObjectReport) {
        terminal.say(
            "      \(object.name)   \(Units.bytes(object.size))   \(object.verdict.rawValue)   \(object.sha256 ?? "")"
        )
    }

    private func range(_ finding: Finding) -> String? {
        guard let offset = finding.offset, let length = finding.length, length > 0 else { return nil }
        return "bytes \(Units.grouped(offset)) to \(Units.grouped(offset &+ length &- 1))"
    }

    private func word(_ report: BackupReport) -> String {
        let isBad = report.verdict != .verified
        let word = padded(isBad ? report.verdict.rawValue.uppercased() : report.verdict.rawValue, 12)
        let color: Terminal.Color =
            switch report.verdict {
            case .verified: .green
            case .damaged, .tampered: .red
            case .inconclusive, .incomplete: .yellow
            }
        return terminal.colored(report.isUploading ? padded("uploading?", 12) : word, color)
    }

    private func padded(_ text: String, _ width: Int, right: Bool = false) -> String {
        let padding = String(repeating: " ", count: max(0, width - text.count))
        return right ? padding + text : text + padding
    }

    /// The last lines: how many of each, and which backup to turn to.
    func saySummary(_ report: VerificationReport, newestSound: [NewestSound]?) {
        let counts = Verdict.allCases.compactMap { verdict -> String? in
            let count = report.backups.count { $0.verdict == verdict }
            return count > 0 ? "\(count) \(verdict.rawValue)" : nil
        }
        terminal.say()
        let sound = newestSound.map { " " + NewestSound.words($0) } ?? ""
        terminal.say((counts.isEmpty ? "nothing was verified" : counts.joined(separator: ", ")) + "." + sound)
        if !report.foreign.isEmpty {
            let count = Units.count(report.foreign.count, "object")
            terminal.say("Belonging to no backup: \(count); `list` names them.")
        }
        if !report.absent.isEmpty {
            let labels =
                report.absent.prefix(5).joined(separator: ", ") + (report.absent.count > 5 ? ", …" : "")
            terminal.say("Not there any more: \(Units.count(report.absent.count, "backup")) (\(labels)).")
        }
        if report.isInterrupted {
            terminal.say("Interrupted: what was proven so far is kept, the same command goes on from there.")
        }
        for hint in hints(report, newestSound) { terminal.say("HINT: \(hint)") }
    }

    /// Which version of what is gone or was changed can still be read, and how.
    func say(_ versions: [KeptVersion]) {
        for kept in versions {
            let use =
                kept.asOf.map { "verify and restore see it with --as-of \($0)" }
                ?? "it was there for less than a second, so no --as-of shows it"
            terminal.say(
                "HINT: the bucket keeps an older version of '\(kept.backup)/\(kept.object)', "
                    + "\(Units.bytes(kept.size)), overwritten or deleted \(kept.superseded): \(use)")
        }
    }

    private func hints(_ report: VerificationReport, _ newestSound: [NewestSound]?) -> [String] {
        var hints = newestSound.map { NewestSound.hints($0, damaged: report) } ?? []
        if let backup = report.backups.first(where: { $0.verdict == .tampered }) {
            let label = BackupPlace.label(ofBackup: backup.label)
            // Copies have the same label: the place says which one.
            let folder =
                report.location
                + (label == backup.label && report.location.hasSuffix("/" + label) ? "" : "/" + backup.label)
            let command =
                "pg_backctl history accept \(ShellWord(label)) --place \(ShellWord(folder)) --reason '…'"
            hints.append("who replaced it? if it was you: \(command)")
        }
        return hints
    }
}
