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
            Each object is compared with the backup's sum file (backup.sha256; for a data directory \
            without one, backup_manifest) and with what earlier runs remember of it. From the second run \
            on, damage is located and large objects are read in parallel. An interrupted run goes on \
            where it stopped.

            EXIT STATUS (of several the most severe: 6, 1, 5, 8, 7, 9, 0)
                0  verified: every byte was read and matched
                1  damaged
                5  inconclusive: not everything could be read
                6  tampered: data and checksums changed together
                7  the level asked for was not reached, or a backup is incomplete
                8  busy: another process verifies the backup
                9  no backup found
               11  a credential is missing
               12  an argument is missing
               14  usage error
               99  unknown error
              130  interrupted, 143 terminated: what was proven so far is kept

            EXAMPLES
              A store that the configuration has a name for:
                pg_backctl verify --store shop
              All backups of a bucket:
                pg_backctl verify s3://bucket/backups
              The newest one, for a program to read:
                pg_backctl verify /srv/backups --backup latest --json
              Gently, from a store that is not AWS:
                pg_backctl verify s3://bucket/backups -e https://s3.example.com \\
                  --jobs 8 --limit-rate 50M
            """)

    @OptionGroup(title: "Store") var store: StoreOptions
    @OptionGroup(title: "Configuration") var configuration: ConfigurationOptions
    @OptionGroup(title: "Output and history") var globals: GlobalOptions

    @Option(help: ArgumentHelp("all, latest, or a label as `list` prints it.", valueName: "which"))
    var backup = "all"

    @Option(help: ArgumentHelp("listed, checksummed or inspected (default: inspected).", valueName: "level"))
    var level: String?

    @Option(
        help: ArgumentHelp(
            "Read the bucket as it was at this time, such as 2026-11-02T03:00:00Z. It must keep versions; nothing of it goes into the history.",
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
        let application = try Application(
            globals, store: store, config: configuration.file, keepsHistory: !noHistory)
        let order = VerifyOrder(
            level: try chosenLevel(), isFresh: fresh, jobs: try ReadingOptions.jobs(jobs))
        let operation = try VerifyBackups(
            store.address(application).seen(asOf: asOf, application.context), order,
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
