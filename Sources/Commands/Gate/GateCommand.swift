// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Diagnostics
import Operations
import Planning
import Settings

struct GateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Say whether backups may be deleted; deletes nothing.",
        discussion: """
            A guard in front of whatever deletes: it lets a backup go only if enough proven ones stay. A chain \
            of incremental backups counts as one and is not cut; what `history keep` has marked stays. What is \
            kept is said by `keep:` of the store in the configuration; each --keep-… option takes the place of \
            the same key there.

            EXIT STATUS
                0  it may be deleted; for `prune`: told
                5  store or history could not be read, so nothing may be deleted
                7  it must stay, or is not there
                9  no backup found
               12  nothing says what must stay: then all of it must
               14  usage error

            EXAMPLES
              Delete only what may go:
                pg_backctl gate delete --store shop --backup 20261028T143000 \\
                  && aws s3 rm --recursive s3://backups/20261028T143000
              What a retention run may delete:
                pg_backctl gate prune s3://bucket/backups --keep-days 14 --keep-weeks 8
            """,
        subcommands: [GateDelete.self, GatePrune.self])
}

/// Which proven backups are to stay.
struct KeepOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Keep the newest proven backup of each of so many days.", valueName: "n"))
    var keepDays: Int?

    @Option(help: ArgumentHelp("Keep the newest proven backup of each of so many weeks.", valueName: "n"))
    var keepWeeks: Int?

    @Option(help: ArgumentHelp("Keep the newest proven backup of each of so many months.", valueName: "n"))
    var keepMonths: Int?

    @Option(help: ArgumentHelp("Keep so many proven backups whatever their age.", valueName: "n"))
    var keepAtLeast: Int?

    /// What the options say, and where they are silent the store of the configuration; throws where nothing does.
    func rule(_ said: KeepRule?) throws -> RetentionRule {
        let numbers = [keepDays, keepWeeks, keepMonths, keepAtLeast].compactMap(\.self)
        guard !numbers.isEmpty else {
            if let said { return RetentionRule(said) }
            throw CommandError.missingArgument(
                "--keep-days",
                hint: "say what must stay: --keep-days 14, --keep-at-least 3, or keep: in the configuration.")
        }
        if let wrong = numbers.first(where: { $0 < 0 || $0 > 100_000 }) {
            throw CommandError.usage(
                "\(wrong) is no number of backups to keep", hint: "give a number from 0 on.")
        }
        let said = said.map { RetentionRule($0) } ?? RetentionRule()
        return RetentionRule(
            days: keepDays ?? said.days, weeks: keepWeeks ?? said.weeks, months: keepMonths ?? said.months,
            atLeast: keepAtLeast ?? said.atLeast)
    }
}

struct GateDelete: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "End with 0 only if these backups may be deleted, together.")

    @OptionGroup(title: "Store") var store: StoreOptions
    @OptionGroup(title: "What must stay") var keep: KeepOptions
    @OptionGroup(title: "Configuration") var config: ConfigurationOptions
    @OptionGroup(title: "Output and history") var globals: GlobalOptions

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("The backups that are to be deleted, as `list` prints them.", valueName: "label"))
    var backup: [String] = []

    func perform() throws -> ExitStatus {
        guard !backup.isEmpty else {
            throw CommandError.missingArgument("--backup", hint: "name what is to be deleted.")
        }
        let application = try Application(globals, store: store, config: config.file)
        let answer = try GateAsking(store: store, keep: keep).answer(application)
        let refusals = answer.refusals(backup)
        for label in backup {
            application.terminal.say("'\(shown(label))' \(Self.words(refusals[label] ?? []))")
        }
        let status: ExitStatus = refusals.isEmpty ? .success : .policyNotMet
        if globals.json {
            application.terminal.document(
                try JSONDocument.text(GateDeleteDocument(backup, refusals, answer.location, status)))
        }
        return status
    }
}

extension GateDelete {
    private static func words(_ reasons: [RetentionJudgement.Reason]) -> String {
        if reasons.isEmpty { return "may be deleted" }
        if reasons == [.unknown] { return "is not there" }
        return "must stay: \(reasons.map(\.words).joined(separator: "; "))"
    }
}

struct GatePrune: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Show what a retention run may delete, and why the others stay.")

    @OptionGroup(title: "Store") var store: StoreOptions
    @OptionGroup(title: "What must stay") var keep: KeepOptions
    @OptionGroup(title: "Configuration") var config: ConfigurationOptions
    @OptionGroup(title: "Output and history") var globals: GlobalOptions

    func perform() throws -> ExitStatus {
        let application = try Application(globals, store: store, config: config.file)
        let answer = try GateAsking(store: store, keep: keep).answer(application)
        for prunable in answer.prunable {
            application.terminal.say(
                "may go   \(prunable.backup.label)  \(Units.bytes(prunable.bytes))  \(prunable.reason.words)")
        }
        for (label, reasons) in answer.kept.sorted(by: { $0.key < $1.key }) {
            application.terminal.say("stays    \(label)  \(reasons.map(\.words).joined(separator: "; "))")
        }
        if globals.json {
            application.terminal.document(try JSONDocument.text(GatePruneDocument(answer)))
        }
        return .success
    }
}

/// The one question of both commands.
private struct GateAsking {
    var store: StoreOptions
    var keep: KeepOptions

    func answer(_ application: Application) throws -> GateAnswer {
        try AskGate(
            store.address(application), keep.rule(application.store?.keep), application.memory(),
            application.context
        ).ask()
    }
}
