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

    @Option(help: ArgumentHelp("landlock, mount-namespace or namespaces.", valueName: "means"))
    var by: ConfinedProgram.Means?

    @Option(help: ArgumentHelp("A directory that may be written to; once for each.", valueName: "dir"))
    var write: [String] = []

    @Option(help: ArgumentHelp("By namespaces: what is seen besides the system.", valueName: "path"))
    var show: [String] = []

    @Option(help: ArgumentHelp("By namespaces that root makes: who it becomes.", valueName: "uid"))
    var user: UInt32?

    @Option(help: ArgumentHelp("The group with it.", valueName: "gid"))
    var group: UInt32?

    @Flag(help: "By namespaces: refuse where it could make further ones of users.")
    var closed = false

    @Flag(help: "Leave no core and no process behind, gain no rights, send no signal to others.")
    var foreign = false

    @Option(help: ArgumentHelp("How large a file of foreign code may be.", valueName: "bytes"))
    var fileSize: UInt64?

    @Option(help: ArgumentHelp("How many files it may have open.", valueName: "n"))
    var openFiles: UInt64?

    @Option(help: ArgumentHelp("How many processes it may start.", valueName: "n"))
    var processes: UInt64?

    @Option(help: ArgumentHelp("How much memory each may have.", valueName: "bytes"))
    var memory: UInt64?

    @Option(help: ArgumentHelp("On how many processors it runs.", valueName: "n"))
    var processors: UInt64?

    @Argument(
        parsing: .postTerminator, help: ArgumentHelp("The program and its arguments.", valueName: "word"))
    var words: [String]

    func perform() throws -> ExitStatus {
        var program = ConfinedProgram(words, writing: write, by: by)
        (program.shown, program.isClosed) = (show, closed)
        if let user, let group { program.owner = (user, group) }
        if foreign {
            var limits = ConfinedProgram.Limits()
            (limits.fileSize, limits.openFiles, limits.processes) = (fileSize, openFiles, processes)
            (limits.memory, limits.processors) = (memory, processors)
            program.limits = limits
        }
        try program.replaceThisProcess()
    }
}

extension ConfinedProgram.Means: ExpressibleByArgument {}
