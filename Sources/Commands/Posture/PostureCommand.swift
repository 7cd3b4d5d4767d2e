// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Diagnostics
import Operations

struct PostureCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "posture",
        abstract: "Show how a store keeps its backups: versions, locks, expiry, access, encryption.",
        discussion: """
            A bucket is asked about itself with GET, HEAD and listings alone. What it does not answer is \
            said so. --probe also sends two requests that cannot succeed, and tells by the refusal whether \
            these credentials could write or delete; nothing is written or deleted by them.

            EXIT STATUS
                0  looked at; there may be advice
                5  inconclusive: the store could not be listed
                7  backups are at risk: open to everybody, or taken away too soon
                9  there is no such store
               11  a credential is missing
               12  an argument is missing
               14  usage error

            EXAMPLES
              Does anything take backups away before their 30 days are over?
                pg_backctl posture s3://bucket/backups --keep-days 30
              … and could our own key do it?
                pg_backctl posture s3://bucket/backups --keep-days 30 --probe
            """)

    @OptionGroup(title: "Store") var store: StoreOptions

    @Option(
        help: ArgumentHelp("For how many days backups are to be kept.", valueName: "days"))
    var keepDays: Int?

    @Flag(help: "Ask whether these credentials could write or delete.")
    var probe = false

    @OptionGroup(title: "Configuration") var configuration: ConfigurationOptions
    @OptionGroup(title: "Output and history") var globals: GlobalOptions

    func validate() throws {
        if let keepDays, !(1...36_500).contains(keepDays) {
            throw ValidationError("--keep-days is a number from 1 to 36500.")
        }
    }

    func perform() throws -> ExitStatus {
        let application = try Application(
            globals, store: store, config: configuration.file, keepsHistory: false)
        let report = try LookAtPosture(
            store.address(application), PostureOrder(keepDays: keepDays, isProbing: probe),
            application.context
        ).run()
        if globals.json {
            application.terminal.document(try JSONDocument.text(PostureDocument(report)))
        } else {
            PostureText(report).say(application.terminal)
        }
        return report.exitStatus
    }
}
