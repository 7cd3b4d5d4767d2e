// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Diagnostics
import Evidence
import Operations
import Planning
import Reports
import Settings

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Show that nobody has touched what the history tells, to whoever need not trust us.",
        discussion: """
            Each proof, trial, restore, acceptance and missed slot is hashed into a tree when it is written, and \
            each change signs the tree. `verify` recomputes all of it; `bundle` writes a directory \
            that an auditor checks with openssl and sha256sum alone. docs/evidence.md says what that shows, and \
            what it does not.

            EXIT STATUS
                0  all is as it was signed, or was written
                5  the history or the key cannot be read or written
                6  something contradicts: a changed, missing or added record,
                   a cut or older history, a wrong signature
                9  nothing is recorded or signed yet
               12  an argument is missing
               14  usage error
            """,
        subcommands: [
            AuditVerify.self, AuditCheckpoint.self, AuditBundle.self, AuditReceipt.self, AuditKeys.self,
        ])
}

struct AuditVerify: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Recompute the evidence from the records, and name what contradicts.",
        discussion: """
            A record that was changed, taken away or added, a changed line of the file of leaves and a wrong \
            signature are found by themselves. That the last records were cut off, or an older history was put \
            back, only a checkpoint from outside can show: of a message, of a report, or of a copy.

            EXAMPLES
              pg_backctl audit verify --checkpoint last-quarter.checkpoint
              pg_backctl audit verify --receipt receipt.json
            """)

    @Option(
        help: ArgumentHelp(
            "A file with a checkpoint that was kept elsewhere; may be given several times.", valueName: "file"
        ))
    var checkpoint: [String] = []

    @Option(
        help: ArgumentHelp(
            "A file with a receipt that was given away; may be given several times.", valueName: "file"))
    var receipt: [String] = []

    @Option(
        help: ArgumentHelp(
            "A key that must have signed, NAME+HASH+KEY, as it was written down; may be given several times.",
            valueName: "key"))
    var key: [String] = []

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var globals: GlobalOptions

    func perform() throws -> ExitStatus {
        let application = try Application(globals, config: configuration.file)
        let audited = try AuditHistory(application.settings.historyPath, application.context).audit(
            checkpoints: checkpoint.map(Paths.absolute), keys: key, receipts: receipt.map(Paths.absolute))
        for line in AuditText(audited).lines { application.terminal.say(line) }
        if globals.json { application.terminal.document(try JSONDocument.text(AuditDocument(audited))) }
        return audited.exitStatus
    }
}

struct AuditCheckpoint: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Print the newest checkpoint: keep it where nobody of this machine can write.",
        discussion: """
            It is a signed note of a few lines. Whoever has a later one than the history shows that the history \
            was cut or put back: send it by mail, print it, or put it under Object Lock.

            EXAMPLE
              pg_backctl audit checkpoint > checkpoint && aws s3 cp checkpoint s3://elsewhere/
            """)

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var globals: GlobalOptions

    func perform() throws -> ExitStatus {
        let application = try Application(globals, config: configuration.file)
        let note = try AuditHistory(application.settings.historyPath, application.context).newestCheckpoint()
        guard let note else {
            application.terminal.say("nothing was signed yet")
            if globals.json {
                application.terminal.document(try JSONDocument.text(CheckpointDocument(nil, .nothingThere)))
            }
            return .nothingThere
        }
        if globals.json {
            application.terminal.document(
                try JSONDocument.text(CheckpointDocument(note.description, .success)))
        } else {
            application.terminal.document(String(note.description.dropLast()))
        }
        return .success
    }
}

struct AuditBundle: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Write a directory from which an auditor sees that the records of a period are whole.",
        discussion: """
            It holds the records, what leads from them to the signed checkpoint, receipts, the reports of the \
            period where there is a configuration, the public key, and verify.sh, which needs a shell, openssl and \
            sha256sum. Give the auditor the key on another way: `pg_backctl audit keys` prints it.

            EXAMPLE
              pg_backctl audit bundle --period 2026-Q3 --output evidence-2026-Q3
              sh evidence-2026-Q3/verify.sh
            """)

    @Option(
        help: ArgumentHelp(
            "2026, 2026-Q3, 2026-10, 2026-10-05, or last-day, last-week, last-month, last-quarter, last-year.",
            valueName: "period"))
    var period: String?

    @Option(help: ArgumentHelp("A directory that is not there yet.", valueName: "directory"))
    var output: String?

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var globals: GlobalOptions

    func perform() throws -> ExitStatus {
        guard let period else {
            throw CommandError.missingArgument("--period", hint: "such as 2026-Q3, or last-month.")
        }
        guard let output else {
            throw CommandError.missingArgument("--output", hint: "a directory that is not there yet.")
        }
        let application = try Application(globals, config: configuration.file)
        let span = try ReportPeriod(period, in: .utc, at: application.context.clock.now)
        let bundle = try BundleEvidence(
            application.settings.historyPath, application.configuration, application.context
        ).write(of: span, into: Paths.absolute(output))
        application.terminal.say(
            "\(Units.count(bundle.leaves.count, "record")) of \(bundle.size) and \(Units.count(bundle.receipts, "receipt")) written to '\(shown(output))'"
        )
        application.terminal.say("to check it:  sh '\(shown(output))/verify.sh'")
        if globals.json { application.terminal.document(try JSONDocument.text(BundleDocument(bundle))) }
        return .success
    }
}

struct AuditReceipt: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt",
        abstract: "Print a signed statement of what was shown of a backup, or by a trial restore.",
        discussion: """
            An in-toto statement in a DSSE envelope: its subjects are the objects with their SHA-256, so whoever \
            has the objects sees that they are those that were verified.

            EXAMPLES
              pg_backctl audit receipt 20261101T010000 > receipt.json
              pg_backctl audit receipt --trial 12 > trial.json
            """)

    @Argument(help: ArgumentHelp("The backup's label: its newest proof.", valueName: "label"))
    var label: String?

    @Option(help: ArgumentHelp("A trial restore, by its number.", valueName: "number"))
    var trial: Int64?

    @OptionGroup var place: PlaceOptions
    @OptionGroup var globals: GlobalOptions

    func perform() throws -> ExitStatus {
        guard label != nil || trial != nil else {
            throw CommandError.missingArgument("LABEL or --trial", hint: "of which record?")
        }
        guard label == nil || trial == nil else {
            throw CommandError.usage("LABEL and --trial exclude each other", hint: "give one of them.")
        }
        guard trial == nil || place.isEmpty else {
            throw CommandError.usage(
                "a trial has its own number: --place and --store say nothing of it", hint: "leave them out.")
        }
        let application = try Application(globals, named: place.store, config: place.configuration.file)
        let receipt = try WriteReceipt(application.settings.historyPath, application.context).receipt(
            of: try record(application))
        if let caution = receipt.caution { application.terminal.warn(caution) }
        application.terminal.document(String(decoding: receipt.bytes.dropLast(), as: UTF8.self))
        return .success
    }

    private func record(_ application: Application) throws -> WriteReceipt.Record {
        if let trial { return .trial(TrialID(trial)) }
        return .backup(label: label ?? "", place: try place.wanted(application))
    }
}

struct AuditKeys: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Print the public keys that have signed, or give the newest up for a new one.",
        discussion: """
            Each line is NAME+HASH+KEY, the newest last. `--rotate` makes a new key; the old and the new one sign \
            that, and the old one is gone. Where the key is lost, `--replace` has another one sign: it is made where \
            its file is to be, and each audit says that the one before it has not named it.

            EXAMPLE
              pg_backctl audit keys --rotate
            """)

    @Flag(help: "Make a new key and give the old one up.")
    var rotate = false

    @Flag(help: "Let the key that is there sign from now on, or a new one, since the old one is lost.")
    var replace = false

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var globals: GlobalOptions

    func perform() throws -> ExitStatus {
        let application = try Application(globals, config: configuration.file)
        let path = application.settings.historyPath
        if replace {
            guard !rotate else { throw ValidationError("one of --rotate and --replace.") }
            try ReplaceKey(path, application.context).replace()
        }
        if rotate { _ = try RotateKey(path, application.context).rotate() }
        let keys = try AuditHistory(path, application.context).keys()
        let status: ExitStatus = keys.isEmpty ? .nothingThere : .success
        if globals.json {
            application.terminal.document(try JSONDocument.text(KeysDocument(keys, status)))
        } else {
            for key in keys { application.terminal.say(key.description) }
            if keys.isEmpty { application.terminal.say("no key has signed yet") }
        }
        return status
    }
}
