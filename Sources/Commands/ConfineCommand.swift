// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
import Diagnostics
public import Operations

/// Becomes another program, held to the places that it may write to.
///
/// For this program's own use: a server that is started on restored data runs behind it.
struct ConfineCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confine", abstract: "Run a program that can write nowhere but where it may.",
        shouldDisplay: false)

    @Option(help: ArgumentHelp("landlock or mount-namespace.", valueName: "means"))
    var by: ConfinedProgram.Means

    @Option(help: ArgumentHelp("A directory that may be written to; once for each.", valueName: "dir"))
    var write: [String] = []

    @Argument(
        parsing: .postTerminator, help: ArgumentHelp("The program and its arguments.", valueName: "word"))
    var words: [String]

    func perform() throws -> ExitStatus {
        try ConfinedProgram(words, writing: write, by: by).replaceThisProcess()
    }
}

extension ConfinedProgram.Means: ExpressibleByArgument {}
