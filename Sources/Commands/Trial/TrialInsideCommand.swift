// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Diagnostics
import Operations

/// The part of `trial` that runs in its container; for this program's own use.
struct TrialInsideCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trial-inside", abstract: "Carry out a trial that another process has begun.",
        shouldDisplay: false)

    @Option(help: ArgumentHelp("What runs pg_backctl here.", valueName: "path"))
    var program: String

    @Option(help: ArgumentHelp("Where it may write.", valueName: "dir"))
    var scratch: String

    func perform() throws -> ExitStatus {
        let application = try Application(GlobalOptions.parse([]))
        guard let streams = Terminal.handedOver() else {
            throw CommandError.usage(
                "there is nobody to be told", hint: "this is a part of `trial`, and no command by itself.")
        }
        return try TryInside(
            program: program, scratch: scratch, input: streams.input, output: streams.output,
            application.settings, application.context
        ).run()
    }
}
