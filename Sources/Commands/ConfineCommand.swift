// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Diagnostics
import Files
import Glibc

/// Becomes another program, held to the places that it may write to.
///
/// For this program's own use: a server that is started on restored data runs behind it.
struct ConfineCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confine", abstract: "Run a program that can write nowhere but where it may.",
        shouldDisplay: false)

    @Option(help: ArgumentHelp("landlock or mount-namespace.", valueName: "means"))
    var by: Means

    @Option(help: ArgumentHelp("A directory that may be written to; once for each.", valueName: "dir"))
    var write: [String] = []

    @Argument(
        parsing: .postTerminator, help: ArgumentHelp("The program and its arguments.", valueName: "word"))
    var words: [String]

    func perform() throws -> ExitStatus {
        do { try by.confinement.confine(to: write) } catch {
            throw CommandError.unsafe(
                "\(by.rawValue) cannot hold a program here: \(error.text)",
                hint: "see RESTORE, 'Confinement'.")
        }
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        execv(words[0], &arguments)
        let reason = SystemError.last.text
        throw CommandError.usage("'\(words[0])' cannot be run: \(reason)", hint: "is it a program?")
    }
}

/// The words for a `WriteConfinement`.
enum Means: String, ExpressibleByArgument, CaseIterable {
    case landlock
    case mountNamespace = "mount-namespace"

    var confinement: WriteConfinement {
        switch self {
        case .landlock: .landlock
        case .mountNamespace: .mountNamespace
        }
    }
}
