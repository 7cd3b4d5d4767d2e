// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Diagnostics
import Operations
import Service
import Settings

struct StatusVerb: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how the stores of the configuration stand, by the history alone.",
        discussion: """
            No store is asked: it is what the last sweeps have found. With --nagios it is one line, and the \
            exit status that Nagios and its kin expect.

            EXIT STATUS
                0  all is well
                5  the history cannot be read
                7  something is open, or a store was never swept
               14  usage error, or a wrong configuration
              with --nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN
            """)

    @OptionGroup(title: "Configuration") var config: ConfigurationOptions
    @OptionGroup(title: "Output and history") var globals: GlobalOptions

    @Flag(help: "One line and the exit status of a Nagios plugin.")
    var nagios = false

    @Flag(help: "The text that Prometheus reads.")
    var metrics = false

    func perform() throws -> ExitStatus {
        do {
            let application = try Application(globals, config: config.file)
            guard let configuration = application.configuration else {
                throw ConfigurationError.missing(Configuration.usualPath)
            }
            let status = try Aftermath(configuration, application.memory(), application.context).status()
            return try show(status, application)
        } catch let error as any UserError where nagios {
            Terminal(isJSON: false, isQuiet: false, allowsColor: false)
                .say("PG_BACKCTL UNKNOWN - \(shown(error.message))")
            throw NagiosEnd.unknown
        }
    }

    private func show(_ status: ServiceStatus, _ application: Application) throws -> ExitStatus {
        let words = StatusText(status)
        if metrics {
            application.terminal.document(String(MetricsText(status).text.dropLast()))
            return .success
        }
        if nagios {
            application.terminal.say(words.nagios)
            if let end = words.nagiosEnd { throw end }
            return .success
        }
        for line in words.lines { application.terminal.say(line) }
        if globals.json {
            application.terminal.document(try JSONDocument.text(StatusDocument(status, words.exitStatus)))
        }
        return words.exitStatus
    }
}

/// The statuses of Nagios plugins that are none of ours.
enum NagiosEnd: Int32, Error {
    case warning = 1
    case critical = 2
    case unknown = 3
}

/// `pg_backctl.status/1`: how everything stands.
struct StatusDocument: Encodable {
    let schema = "pg_backctl.status/1"
    var exitStatus: Int32
    var status: ServiceStatus

    init(_ status: ServiceStatus, _ exitStatus: ExitStatus) {
        (self.status, self.exitStatus) = (status, exitStatus.rawValue)
    }
}

/// How everything stands, as people read it.
struct StatusText {
    private let status: ServiceStatus

    init(_ status: ServiceStatus) { self.status = status }

    var exitStatus: ExitStatus {
        let isUnswept = status.stores.contains { $0.lastSweep == nil }
        return isUnswept || !open.isEmpty ? .policyNotMet : .success
    }

    private var open: [Incident] { status.incidents.filter(\.isOpen) }

    var lines: [String] {
        let table = Table(
            columns: [
                .init(title: "STORE"), .init(title: "BACKUPS", alignment: .right),
                .init(title: "WITHIN POLICY", alignment: .right), .init(title: "NEWEST SOUND"),
                .init(title: "RPO", alignment: .right), .init(title: "RTO", alignment: .right),
                .init(title: "LAST SWEEP"), .init(title: "NEXT"),
            ], rows: status.stores.map(row))
        return table.lines + [""].filter { _ in !open.isEmpty }
            + open.map { "OPEN  \($0.store): \(shown($0.headline)), since \($0.since)" } + waiting
    }

    private func row(_ store: StoreStatus) -> [String] {
        let newest = store.groups.compactMap { $0.recoverableUntil }.min()
        return [
            store.name, store.lastSweep == nil ? "-" : String(store.backups.count),
            store.standing.map { "\($0.backupsWithin)/\($0.backups)" } ?? "-",
            store.groups.compactMap { $0.newestSound?.label }.max() ?? "-",
            newest.map { Units.duration(Double(status.at.seconds(since: $0))) } ?? "-",
            store.groups.compactMap(\.secondsToAnswer).max().map(Units.duration) ?? "-",
            store.lastSweep.map {
                "\(Units.duration(Double(max(0, status.at.seconds(since: $0.ended))))) ago, exit \($0.exitStatus)"
            } ?? "never",
            store.nextSlot?.description ?? "-",
        ]
    }

    private var waiting: [String] {
        status.channels.filter { $0.undelivered > 0 }.map {
            "\(Units.count($0.undelivered, "message")) for '\($0.name)' not delivered yet\($0.failure.map { ": \(shown($0))" } ?? "")"
        }
    }

    var nagiosEnd: NagiosEnd? {
        if open.contains(where: { $0.severity == .error }) { return .critical }
        if status.stores.contains(where: { $0.lastSweep == nil }) { return .unknown }
        return open.isEmpty && waiting.isEmpty ? nil : .warning
    }

    var nagios: String {
        let word =
            switch nagiosEnd {
            case nil: "OK"
            case .warning?: "WARNING"
            case .critical?: "CRITICAL"
            case .unknown?: "UNKNOWN"
            }
        let within = status.stores.reduce(0) { $0 + ($1.standing?.backupsWithin ?? 0) }
        let backups = status.stores.reduce(0) { $0 + $1.backups.count }
        let first = open.first.map { "; \($0.store): \(shown($0.headline))" } ?? ""
        return
            "PG_BACKCTL \(word) - \(Units.count(status.stores.count, "store")), \(within) of \(Units.count(backups, "backup")) within policy, \(open.count) open\(first) | backups=\(backups) within=\(within) open=\(open.count)"
    }
}

struct NotifyVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify", abstract: "Try the ways by which people are told.",
        subcommands: [NotifyTest.self])
}

struct NotifyTest: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Send a message over every channel of the configuration, at once.",
        discussion: """
            EXIT STATUS
              0 every channel has taken it, 5 one has not, 14 usage error or a wrong configuration.
            """)

    @OptionGroup(title: "Configuration") var config: ConfigurationOptions
    @OptionGroup(title: "Output and history") var globals: GlobalOptions

    func perform() throws -> ExitStatus {
        let application = try Application(globals, config: config.file)
        guard let configuration = application.configuration else {
            throw ConfigurationError.missing(Configuration.usualPath)
        }
        let results = try Aftermath(configuration, application.memory(), application.context).test()
        if results.isEmpty { application.terminal.say("the configuration names no channel for messages") }
        for (channel, failure) in results {
            application.terminal.say(
                "\(channel): \(failure.map { "NOT TAKEN: \(shown($0.message))" } ?? "taken")")
            for hint in failure?.hints ?? [] { application.terminal.say("  HINT: \(shown(hint))") }
        }
        let status: ExitStatus = results.contains { $0.failure != nil } ? .inconclusive : .success
        if globals.json {
            application.terminal.document(try JSONDocument.text(NotifyTestDocument(results, status)))
        }
        return status
    }
}

/// `pg_backctl.notify.test/1`: which channels have taken a message.
struct NotifyTestDocument: Encodable {
    let schema = "pg_backctl.notify.test/1"
    var exitStatus: Int32
    var channels: [Node]

    struct Node: Encodable {
        var channel: String
        var failure: Nullable<String>
    }

    init(_ results: [(channel: String, failure: (any UserError)?)], _ status: ExitStatus) {
        exitStatus = status.rawValue
        channels = results.map { Node(channel: $0.channel, failure: Nullable($0.failure?.message)) }
    }
}
