// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// What every command understands.
struct GlobalOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Keep the history in this file.", valueName: "file"))
    var history: String?

    @Flag(help: "Print one JSON document on stdout, whatever happens; people's text goes to stderr.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    @Flag(help: "Print notes, objects and what the store was asked again.")
    var verbose = false

    @Option(help: ArgumentHelp("How log lines on stderr look: text or json.", valueName: "format"))
    var logFormat: LogFormat = .text

    @Flag(help: "No colours, even on a terminal.")
    var noColor = false

    func validate() throws {
        if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other.") }
    }
}

extension LogFormat: ExpressibleByArgument {}
