// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Diagnostics
import Operations
import Settings

struct HistoryAccept: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "Declare that what a tampered backup holds now is right.",
        discussion: """
            A backup whose data and checksums changed together stays tampered (exit 6) until this is \
            typed with its label and a reason. Both are kept for ever, and so is what was pinned before. \
            The next verification compares with what was read last.

            EXAMPLE
              pg_backctl history accept 20251027T143000 --reason 'recompressed, change 4711'
            """)

    @Argument(help: ArgumentHelp("The backup's label.", valueName: "label"))
    var label: String?

    @Option(help: ArgumentHelp("Why the change is right.", valueName: "text"))
    var reason: String?

    @OptionGroup var place: PlaceOptions
    @OptionGroup var globals: GlobalOptions

    func perform() throws -> ExitStatus {
        guard let label else {
            throw CommandError.missingArgument("LABEL", hint: "pg_backctl history backups shows them.")
        }
        guard let reason else {
            throw CommandError.missingArgument(
                "--reason", hint: "say why the change is right; it is kept for ever.")
        }
        let application = try Application(globals, named: place.store, config: place.configuration.file)
        let accepted = try AcceptChange(application.settings.historyPath, application.context).accept(
            label: label, place: place.wanted(application), reason: reason, who: Settings.userName)
        for object in accepted {
            application.terminal.say(
                "accepted '\(object.object)' of \(object.place): \(object.sha256 ?? "gone")")
        }
        if globals.json {
            application.terminal.document(try JSONDocument.text(AcceptDocument(accepted)))
        }
        return .success
    }
}

/// `pg_backctl.history.accept/1`: what was accepted.
struct AcceptDocument: Encodable {
    let schema = "pg_backctl.history.accept/1"
    var exitStatus = ExitStatus.success.rawValue
    var accepted: [Node]

    struct Node: Encodable {
        var place, object: String
        var previous: Nullable<String>
        var sha256: Nullable<String>
    }

    init(_ accepted: [Accepted]) {
        self.accepted = accepted.map {
            Node(
                place: $0.place.url, object: $0.object.jsonText, previous: Nullable($0.previous),
                sha256: Nullable($0.sha256))
        }
    }
}
