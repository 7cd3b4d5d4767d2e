// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Diagnostics
import Operations
import Settings

struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show what earlier runs proved, accept a change, or look after the history itself.",
        discussion: """
            EXIT STATUS
              0 shown or done, 5 the history cannot be read or written,
              9 nothing to show, 14 usage error.
            """,
        subcommands: [
            HistoryBackups.self, HistoryObjects.self, HistoryFindings.self, HistoryRuns.self,
            HistoryRestores.self, HistoryTrials.self, HistorySweeps.self, HistoryAccept.self,
            HistoryResolve.self, HistoryWaive.self, HistoryNote.self, HistoryKeep.self, HistoryPrune.self,
            HistoryCopy.self, HistoryMerge.self,
        ])
}

/// Which lines are wanted.
struct FilterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only this backup.", valueName: "label"))
    var label: String?

    @OptionGroup var place: PlaceOptions

    @Option(help: ArgumentHelp("Only what happened since: a time, or 7d, 12h, 30m ago.", valueName: "when"))
    var since: String?

    @Flag(help: "Only what is open: unresolved findings, bad objects, restores and trials without an end.")
    var open = false

    @Option(help: ArgumentHelp("At most so many lines.", valueName: "n"))
    var limit: Int?

    /// Whether all lines are wanted.
    var isEmpty: Bool { label == nil && place.isEmpty && since == nil && !open }

    func filter(_ application: Application) throws -> HistoryFilter {
        let now = application.context.clock.now
        if let limit, limit < 1 {
            throw CommandError.usage("--limit \(limit) shows nothing", hint: "give a number from 1 on.")
        }
        return HistoryFilter(
            label: label, place: try place.wanted(application),
            since: try since.map { try Self.time($0, now: now) }, isOpen: open,
            limit: limit)
    }

    static func time(_ text: String, now: Timestamp) throws -> Timestamp {
        if let time = Timestamp(iso8601: text) { return time }
        let units: [Character: Int64] = ["m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()), count >= 0,
            count < 100_000
        else {
            throw CommandError.usage(
                "'\(text)' is no time", hint: "write 2026-11-02, 2026-11-02T03:00:00Z, 7d, 12h or 30m.")
        }
        return now.advanced(bySeconds: -count * unit)
    }
}

/// A subcommand that shows lines of one kind as a table or as a document.
protocol HistoryListing: RunnableCommand {
    associatedtype Line
    associatedtype Node: Encodable
    var globals: GlobalOptions { get }
    var filter: FilterOptions { get }
    static var noun: String { get }
    static var columns: [Table.Column] { get }
    func lines(_ history: ReadHistory, _ filter: HistoryFilter) throws -> [Line]
    static func row(_ line: Line) -> [String]
    static func node(_ line: Line) -> Node
    /// What people read below the table.
    static func afterword(_ lines: [Line]) -> [String]
}

extension HistoryListing {
    static func afterword(_ lines: [Line]) -> [String] { [] }

    func perform() throws -> ExitStatus {
        let application = try Application(
            globals, named: filter.place.store, config: filter.place.configuration.file)
        let history = ReadHistory(try application.existingMemory())
        let lines = try lines(history, filter.filter(application))
        let status: ExitStatus = lines.isEmpty ? .nothingThere : .success
        if globals.json {
            let document = HistoryDocument(Self.noun, exitStatus: status, lines: lines.map(Self.node))
            application.terminal.document(try JSONDocument.text(document))
        } else if lines.isEmpty {
            let why = history.exists ? filter.isEmpty ? "" : " that are asked for" : ": there is none yet"
            application.terminal.say("no \(Self.noun) in the history\(why)")
        } else {
            let table = Table(columns: Self.columns, rows: lines.map(Self.row))
            for line in table.lines + Self.afterword(lines) { application.terminal.say(line) }
        }
        return status
    }
}

/// `pg_backctl.history.NOUN/1`.
struct HistoryDocument<Node: Encodable>: Encodable {
    var schema: String
    var exitStatus: Int32
    var lines: [Node]

    init(_ noun: String, exitStatus: ExitStatus, lines: [Node]) {
        (schema, self.exitStatus, self.lines) = ("pg_backctl.history.\(noun)/1", exitStatus.rawValue, lines)
    }
}
