// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Diagnostics
import Operations
import Settings

struct HistoryPrune: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Take from the history what nothing rests on any more.",
        discussion: """
            Sound readings of objects go when they are old and a later sound one of the same object is there; \
            their sums stay by backup and day. States for locating damage go when nobody has looked at the \
            backup for as long: its next reading makes them anew. Of what trials saw of tables, and of what \
            sweeps came to for a store, the newest stay. Proofs, findings, pins and what people decided never go.

            EXAMPLE
              pg_backctl history prune --older-than 90d --dry-run
            """)

    @Option(help: ArgumentHelp("How old readings and states must be.", valueName: "age"))
    var olderThan = "90d"

    @Flag(help: "Only say what would go.")
    var dryRun = false

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var globals: GlobalOptions

    func perform() throws -> ExitStatus {
        let application = try Application(globals, config: configuration.file)
        let age = try TimeSpan.typed(olderThan)
        let pruned = try PruneHistory(application.settings.historyPath, application.context)
            .prune(PruneRule(readings: age, midstates: age), isDryRun: dryRun)
        application.terminal.say(pruned.words(isDryRun: dryRun))
        if globals.json {
            application.terminal.document(
                try JSONDocument.text(PruneDocument(pruned, isDryRun: dryRun)))
        }
        return .success
    }
}

extension Pruned {
    fileprivate func words(isDryRun: Bool) -> String {
        guard !isNothing else { return "nothing to prune" }
        let parts = [
            (readings, "reading"), (midstates, "list of states"), (baselines, "trial's view of tables"),
            (sweptStores, "report of a sweep"),
        ].filter { $0.0 > 0 }.map { "\(Units.grouped(UInt64($0.0))) × \($0.1)" }
        return "\(isDryRun ? "would go" : "gone"): \(parts.joined(separator: ", "))"
    }
}

/// `pg_backctl.history.prune/1`: what went, or would go.
struct PruneDocument: Encodable {
    let schema = "pg_backctl.history.prune/1"
    var exitStatus = ExitStatus.success.rawValue
    var isDryRun: Bool
    var readings, midstates, baselines, sweptStores: Int

    init(_ pruned: Pruned, isDryRun: Bool) {
        self.isDryRun = isDryRun
        (readings, midstates) = (pruned.readings, pruned.midstates)
        (baselines, sweptStores) = (pruned.baselines, pruned.sweptStores)
    }
}

struct HistoryCopy: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Write a copy of the history into a new file, while others go on using it.",
        discussion: """
            The copy is one file, complete and compact. To go back to it, stop whoever uses the history, and \
            put the copy in its place; move the old file's -wal and -shm away with it.

            EXAMPLE
              pg_backctl history copy /mnt/safe/history-2026-11-28.sqlite
            """)

    @Argument(help: ArgumentHelp("The new file.", valueName: "file"))
    var file: String?

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var globals: GlobalOptions

    func perform() throws -> ExitStatus {
        guard let file else {
            throw CommandError.missingArgument("FILE", hint: "name a file that is not there yet.")
        }
        let application = try Application(globals, config: configuration.file)
        let path = Paths.absolute(file)
        try CopyHistory(application.settings.historyPath, application.context).copy(to: path)
        application.terminal.say("copied to '\(path)'")
        if globals.json {
            application.terminal.document(try JSONDocument.text(HistoryCopyDocument(path: path)))
        }
        return .success
    }
}

/// `pg_backctl.history.copy/1`: where the copy is.
struct HistoryCopyDocument: Encodable {
    let schema = "pg_backctl.history.copy/1"
    var exitStatus = ExitStatus.success.rawValue
    var path: String
}
