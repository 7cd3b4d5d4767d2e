// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Diagnostics
import Service
import Settings

struct StatusVerb: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how the stores of the configuration stand, by the history alone.",
        discussion: """
            No store is asked: it is what the last sweeps have found, and verifications, restores and trials \
            since. With --nagios it is one line, and the exit status that Nagios and its kin expect.

            EXIT STATUS
                0  all is well
                5  the history cannot be read
                7  something is open, a backup is bad, the last sweep of a store
                   did not end with 0, or none has ended for too long
               14  usage error, or a wrong configuration
              with --nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN
            """)

    @OptionGroup(title: "Configuration") var config: ConfigurationOptions
    @OptionGroup(title: "Output and history") var globals: GlobalOptions

    @Flag(help: "One line and the exit status of a Nagios plugin.")
    var nagios = false

    @Flag(help: "The text that Prometheus reads.")
    var metrics = false

    func validate() throws {
        if [nagios, metrics, globals.json].count(where: \.self) > 1 {
            throw ValidationError("--nagios, --metrics and --json are three forms: give one of them.")
        }
    }

    func perform() throws -> ExitStatus {
        do {
            let application = try Application(globals, config: config.file)
            guard let configuration = application.configuration else {
                throw ConfigurationError.missing(Configuration.usualPath)
            }
            let status = try Aftermath(configuration, application.memoryToLookUp(), application.context)
                .status()
            return try show(status, application)
        } catch let error as any UserError where nagios {
            Terminal(isJSON: false, isQuiet: false, allowsColor: false)
                .say("PG_BACKCTL UNKNOWN - \(shown(error.message))")
            throw NagiosEnd.unknown
        }
    }

    private func show(_ status: ServiceStatus, _ application: Application) throws -> ExitStatus {
        let (words, health) = (StatusText(status), ServiceHealth(status))
        if metrics {
            application.terminal.document(String(MetricsText(status).text.dropLast()))
            return .success
        }
        if nagios {
            application.terminal.say(words.nagios)
            if let end = NagiosEnd(health.grade) { throw end }
            return .success
        }
        for line in words.lines { application.terminal.say(line) }
        if globals.json {
            application.terminal.document(try JSONDocument.text(StatusDocument(status, health.exitStatus)))
        }
        return health.exitStatus
    }
}

/// The statuses of Nagios plugins that are none of ours.
enum NagiosEnd: Int32, Error {
    case warning = 1
    case critical = 2
    case unknown = 3

    /// Nil for what ends with 0.
    init?(_ grade: ServiceHealth.Grade) {
        switch grade {
        case .ok: return nil
        case .warning: self = .warning
        case .critical: self = .critical
        case .unknown: self = .unknown
        }
    }
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
