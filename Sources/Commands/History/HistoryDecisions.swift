// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Diagnostics
import Operations
import Settings

struct HistoryResolve: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Say that a finding was dealt with.",
        discussion: """
            It changes no verdict, exit status or metric: only a verification that does not see the finding any \
            more ends it, and one that sees it again opens it again. Your name, the reason and the time are kept for ever \
            and stand in reports.

            EXAMPLE
              pg_backctl history resolve 12 --reason 'new backup taken, this one is deleted on Friday'
            """)

    @OptionGroup var decision: DecisionOptions

    func perform() throws -> ExitStatus { try decision.decide(.resolved, until: nil) }
}

struct HistoryWaive: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "waive",
        abstract: "Take a finding as it is, until a time.",
        discussion: """
            It changes no verdict, exit status or metric: whoever reads of the finding sees who took it, why and \
            until when.

            EXAMPLE
              pg_backctl history waive 12 --until 2027-03-31 --reason 'accepted by CAB, change 4711'
            """)

    @Option(help: ArgumentHelp("Until when: a time, or a length such as 90d from now.", valueName: "when"))
    var until: String?
    @OptionGroup var decision: DecisionOptions

    func perform() throws -> ExitStatus {
        guard let until else {
            throw CommandError.missingArgument("--until", hint: "a time, such as 2027-03-31, or 90d.")
        }
        return try decision.decide(.waived, until: until)
    }
}

struct HistoryNote: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "note",
        abstract: "Add a remark to a finding.",
        discussion: """
            EXAMPLE
              pg_backctl history note 12 --reason 'disk 3 of rack 7 was replaced that night'
            """)

    @OptionGroup var decision: DecisionOptions

    func perform() throws -> ExitStatus { try decision.decide(.noted, until: nil) }
}

/// On which finding, and why.
struct DecisionOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The finding, as `history findings` numbers it.", valueName: "number"))
    var finding: Int64?

    @Option(help: ArgumentHelp("Why, or what there is to know; it is kept for ever.", valueName: "text"))
    var reason: String?

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var globals: GlobalOptions

    func decide(_ kind: FindingDecision.Kind, until: String?) throws -> ExitStatus {
        guard let finding else {
            throw CommandError.missingArgument("NUMBER", hint: "pg_backctl history findings shows them.")
        }
        guard let reason else {
            throw CommandError.missingArgument("--reason", hint: "say why; it is kept for ever.")
        }
        let application = try Application(globals, config: configuration.file)
        let now = application.context.clock.now
        let line = try DecideOnFinding(application.settings.historyPath, application.context).decide(
            on: finding, kind,
            until: until.map {
                try FutureTime.typed($0, now: now, hint: "give a time to come, such as 90d.")
            }, reason: reason,
            who: Settings.userName)
        application.terminal.say(
            "finding \(line.number), \(line.code) of \(line.place): \(HistoryFindings.words(line))")
        if globals.json {
            let document = HistoryDocument(
                "findings", exitStatus: .success, lines: [HistoryFindings.node(line)])
            application.terminal.document(try JSONDocument.text(document))
        }
        return .success
    }
}
