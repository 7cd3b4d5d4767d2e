// SPDX-License-Identifier: Apache-2.0
public import Diagnostics
import Glibc

/// A program of PostgreSQL's that is run to its end as the server's owner.
public struct ProgramRun: Sendable {
    /// How it ended, and the last lines of what it said.
    public struct Result: Sendable, Equatable {
        public var ending: ProgramEnding
        public var lines: [String]
    }

    private static let keptLines = 20

    private let launcher: Launcher
    private let binaries: PostgresBinaries

    public init(_ binaries: PostgresBinaries, _ launcher: Launcher) {
        (self.binaries, self.launcher) = (binaries, launcher)
    }

    /// Runs a program in a directory, without network where this machine lets us; ends it when we are asked to stop.
    ///
    /// `log` is a path at which a file may be made, for what it says.
    public func run(
        _ program: PostgresBinaries.Program, _ arguments: [String], in directory: String, log: String,
        cancellation: Cancellation
    ) throws(PrivatePostgresError) -> Result {
        var output = try OutputTail(log)
        let process = ChildProcess(
            .init(
                words: launcher.words(binaries.path(program), arguments, isolated: true),
                environment: ["LC_ALL": "C", "PATH": "/usr/local/bin:/usr/bin:/bin"], directory: directory,
                output: output.descriptor))
        var lines: [String] = []
        func keep(_ line: String) { lines = (lines + [line]).suffix(Self.keptLines) }
        let ending = process.wait {
            output.read(keep)
            return !cancellation.isRequested
        }
        guard let ending else {
            process.signal(SIGKILL)
            _ = process.wait()
            throw .interrupted(cancellation.exitStatus ?? .interrupted)
        }
        output.finish(keep)
        return Result(ending: ending, lines: lines)
    }
}
