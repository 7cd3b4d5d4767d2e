// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import AuditModel
import Diagnostics
import Operations
import Service
import Settings

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
              0 every channel has taken it, 5 one has not,
              14 usage error or a wrong configuration.
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
