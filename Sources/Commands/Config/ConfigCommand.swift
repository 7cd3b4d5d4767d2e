// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Diagnostics
import Operations

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Check the configuration, and say what it will do.",
        subcommands: [ConfigCheck.self])
}

/// `config check`: all that is wrong, else in plain words what will be done.
struct ConfigCheck: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what is wrong with the configuration, or what it will do.",
        discussion: """
            Reads the file, the times of the schedule and the files of checks that it names, and whether each \
            secret that it names is there for this user; asks no store and no server anything. No secret is \
            shown.

            EXIT STATUS
                0  it can be used
               14  it cannot: every fault with line, column and a hint

            EXAMPLE
              pg_backctl config check --config confs/pg_backctl.yaml
            """)

    @OptionGroup(title: "Configuration") var configuration: ConfigurationOptions
    @OptionGroup(title: "Output and history") var globals: GlobalOptions

    func perform() throws -> ExitStatus {
        let application = try Application(globals, keepsHistory: false)
        let checked = try CheckConfiguration(configuration.file).run()
        ConfigText(application.terminal).say(checked)
        if globals.json { application.terminal.document(try JSONDocument.text(ConfigDocument(checked))) }
        return checked.faults.isEmpty ? .success : .usage
    }
}
