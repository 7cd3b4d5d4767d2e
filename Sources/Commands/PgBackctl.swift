// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Diagnostics

/// The whole program, for `main`.
public enum CommandLineProgram {
    /// Runs the command line, with the program's name before its arguments, and returns the exit status.
    ///
    /// Swift reads them from /proc. Without them nobody knows what was asked for, and PostgreSQL, which may have asked for WAL,
    /// has to stop: a status below 126 it would take for the end.
    public static func run(_ words: [String]) -> Int32 {
        guard !words.isEmpty else {
            let terminal = Terminal(isJSON: false, isQuiet: false, allowsColor: false)
            terminal.warn("error: the arguments cannot be read")
            terminal.warn("HINT: is /proc mounted?")
            return ExitStatus.walUnreadable.rawValue
        }
        return PgBackctl.run(Array(words.dropFirst()))
    }
}

/// The command line: parses arguments, runs a command, turns whatever happens into one exit status.
struct PgBackctl: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "pg_backctl",
        abstract: "Prove that PostgreSQL physical backups can be restored, and keep the proof.",
        discussion: """
            Backups are folders made by pg_basebackup, in S3 or in a directory. A store is named as \
            s3://bucket/prefix or as a path.

            EXIT STATUS (each command's own help says what it means there)
                0  done; verified: every byte was read and matched
                1  damaged
                5  inconclusive: not everything could be read
                6  tampered: data and checksums changed together
                7  the level asked for was not reached, or a backup is incomplete
                8  busy: another process verifies or restores it
                9  no backup found
               11  a credential is missing          12  an argument is missing
               14  usage error                      99  unknown error
              126  wal-get cannot hand over a file that may be there: PostgreSQL stops
              130  interrupted, 143 terminated: what was proven so far is kept
            """,
        version: version,
        subcommands: [
            VerifyCommand.self, ListCommand.self, HistoryCommand.self, RestoreVerb.self, TrialVerb.self,
            SweepVerb.self, ServeVerb.self, StatusVerb.self, ReportVerb.self, AuditCommand.self,
            NotifyVerb.self,
            GateCommand.self,
            PostureCommand.self, ConfigCommand.self, WALGetCommand.self,
            ConfineCommand.self, TrialInsideCommand.self,
        ])

    /// Runs the command line and returns the exit status.
    static func run(_ arguments: [String]) -> Int32 {
        Signals.install()
        let wantsJSON = arguments.prefix { $0 != "--" }.contains("--json")
        let terminal = Terminal(isJSON: wantsJSON, isQuiet: false, allowsColor: false)
        do {
            var command = try parse(arguments)
            guard let runnable = command as? any RunnableCommand else {
                try command.run()
                return ExitStatus.success.rawValue
            }
            return try runnable.perform().rawValue
        } catch let end as NagiosEnd {
            return end.rawValue
        } catch {
            let status = tell(error, on: terminal, asJSON: wantsJSON)
            // PostgreSQL runs this one and takes small numbers for the end of WAL.
            let isForPostgres = arguments.first == WALGetCommand.configuration.commandName
            return isForPostgres ? WALGetCommand.status(ofFailure: status) : status
        }
    }

    private static func parse(_ arguments: [String]) throws -> any ParsableCommand {
        do { return try parseAsRoot(RestoreArguments.completed(arguments)) } catch {
            throw ParseFailure(text: fullMessage(for: error), isHelp: exitCode(for: error).isSuccess)
        }
    }

    /// The parser's own words: help and version that were asked for, or what is wrong with the arguments.
    private struct ParseFailure: Error {
        var text: String
        var isHelp: Bool
    }

    /// Whoever meets the interruption, the process ends by the signal that asked for it.
    private static func status(of error: any UserError) -> ExitStatus {
        error.exitStatus == .interrupted ? Signals.cancellation.exitStatus ?? .interrupted : error.exitStatus
    }

    private static func tell(_ error: any Error, on terminal: Terminal, asJSON: Bool) -> Int32 {
        let document: ErrorDocument
        switch error {
        case let failure as ParseFailure where failure.isHelp:
            terminal.document(failure.text)
            return ExitStatus.success.rawValue
        case let failure as ParseFailure:
            document = ErrorDocument(.usage, message: failure.text)
            terminal.warn(failure.text)
        case let error as any UserError:
            document = ErrorDocument(status(of: error), message: error.message, hints: error.hints)
            terminal.warn("error: \(error.description)")
        case let error where exitCode(for: error).isSuccess:
            terminal.document(fullMessage(for: error))
            return ExitStatus.success.rawValue
        default:
            document = ErrorDocument(
                .unknown, message: "unexpected: \(error)", hints: ["please report this."])
            terminal.warn("error: unexpected: \(error)\nHINT: please report this.")
        }
        if asJSON, let text = try? JSONDocument.text(document) { terminal.document(text) }
        return document.exitStatus
    }
}

/// A command that ends with a status of its own.
protocol RunnableCommand: ParsableCommand {
    func perform() throws -> ExitStatus
}
