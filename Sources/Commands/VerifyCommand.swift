// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Catalogue
import Diagnostics
import Operations

struct VerifyCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read every byte of every backup and say what is sound and what is not.",
        discussion: """
            Each object is compared with the backup's sum file (backup.sha256; for a data directory without one,
            backup_manifest) and with what earlier runs remember of it. From the second run on, damage is located
            and large objects are read in parallel. An interrupted run goes on where it stopped.

            EXIT STATUS
              0 verified, 1 damaged, 5 inconclusive, 6 tampered, 7 level not reached, 8 busy, 9 no backup found;
              of several the most severe: 6, 1, 5, 8, 7, 9, 0.

            EXAMPLES
              pg_backctl verify s3://bucket/backups
              pg_backctl verify /srv/backups --backup latest --json
              pg_backctl verify s3://bucket/backups -e https://s3.example.com --jobs 8 --limit-rate 50M
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var globals: GlobalOptions

    @Option(help: ArgumentHelp("all, latest, or a label as `list` prints it.", valueName: "which"))
    var backup = "all"

    @Option(help: ArgumentHelp("listed, checksummed or inspected (default: inspected).", valueName: "level"))
    var level: String?

    @Option(
        help: ArgumentHelp(
            "See a bucket that keeps versions as it was then, such as 2026-11-02T03:00:00Z; keep nothing of it.",
            valueName: "time"))
    var asOf: String?

    @Flag(help: "Start over: use nothing that an interrupted or earlier run left but the pins.")
    var fresh = false

    @Option(help: ArgumentHelp("How many objects, or parts of one, to read at once.", valueName: "n"))
    var jobs: Int?

    @Flag(help: "Keep no history: no pins, no resumption, no location of damage.")
    var noHistory = false

    func perform() throws -> ExitStatus {
        try ReadingOptions.checkHistory(globals, noHistory: noHistory)
        let application = try Application(globals, store: store)
        let order = VerifyOrder(
            level: try chosenLevel(), isFresh: fresh, jobs: try ReadingOptions.jobs(jobs))
        let operation = try VerifyBackups(
            store.address(application.settings).seen(asOf: asOf, application.context), order,
            application.memory(isKept: !noHistory),
            known: { try application.existingMemory() }, application.context)
        let selection = try operation.select(backup)
        let text = VerifyText(application.terminal, labels: selection.backups.map(\.label))
        text.say(selection, order)
        let progress = VerifyProgress(totalBytes: selection.size)
        let watchers = Watchers([progress, VerdictLines(text, isVerbose: globals.verbose)])
        let report = try ProgressDisplay(terminal: application.terminal).whileShown({ progress.line }) {
            try operation.verify(selection, observer: watchers)
        }
        text.saySummary(report.verification, newestSound: report.newestSound)
        text.say(report.keptVersions)
        if globals.json {
            application.terminal.document(try JSONDocument.text(VerifyDocument(report)))
        }
        return report.exitStatus
    }

    private func chosenLevel() throws -> Level {
        guard let level else { return .inspected }
        guard let known = Level(rawValue: level) else {
            throw CommandError.usage(
                "'\(level)' is no level", hint: "levels are listed, checksummed and inspected.")
        }
        guard known <= .inspected else { throw CommandError.levelNotBuilt(level) }
        return known
    }
}
