// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Diagnostics
import Operations
import Settings

struct HistoryKeep: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keep",
        abstract: "Mark a backup that must not be deleted, until a time.",
        discussion: """
            `gate` refuses to let it go until then, whatever retention says. Label, reason and your name are \
            kept for ever. A later mark takes the place of an earlier one; `--until now` takes it back.

            EXAMPLE
              pg_backctl history keep 20251027T143000 --until 2027-12-31 --reason audit
            """)

    @Argument(help: ArgumentHelp("The backup's label.", valueName: "label"))
    var label: String?

    @Option(
        help: ArgumentHelp("Until when: a time, a length such as 90d from now, or now.", valueName: "when"))
    var until: String?

    @Option(help: ArgumentHelp("Why it must stay.", valueName: "text"))
    var reason: String?

    @OptionGroup var place: PlaceOptions
    @OptionGroup var globals: GlobalOptions

    func perform() throws -> ExitStatus {
        guard let label else {
            throw CommandError.missingArgument("LABEL", hint: "pg_backctl history backups shows them.")
        }
        guard let until else {
            throw CommandError.missingArgument("--until", hint: "a time, such as 2027-12-31, or 90d.")
        }
        guard let reason else {
            throw CommandError.missingArgument(
                "--reason", hint: "say why it must stay; it is kept for ever.")
        }
        let application = try Application(globals, named: place.store, config: place.configuration.file)
        let end = try FutureTime.typed(
            until, now: application.context.clock.now,
            hint: "give a time to come; `--until now` takes a mark back.")
        let mark = try KeepBackup(application.settings.historyPath, application.context).keep(
            label: label, place: place.wanted(application), until: end, reason: reason, who: Settings.userName
        )
        application.terminal.say("\(mark.place) is kept until \(mark.until)")
        if globals.json { application.terminal.document(try JSONDocument.text(KeepDocument(mark))) }
        return .success
    }
}

/// `pg_backctl.history.keep/1`: the mark that counts from now on.
struct KeepDocument: Encodable {
    let schema = "pg_backctl.history.keep/1"
    var exitStatus = ExitStatus.success.rawValue
    var label, place, reason, who: String
    var until, at: Timestamp

    init(_ mark: KeepMark) {
        (label, place) = (mark.place.label, mark.place.url)
        (reason, who, until, at) = (mark.reason, mark.who, mark.until, mark.at)
    }
}
