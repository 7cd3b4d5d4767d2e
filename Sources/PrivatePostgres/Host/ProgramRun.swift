// SPDX-License-Identifier: Apache-2.0
public import Diagnostics

/// A program of PostgreSQL's that is run to its end as the server's owner.
public struct ProgramRun: Sendable {
    /// How it ended, and the last lines of what it said.
    public struct Result: Sendable, Equatable {
        /// How it ended.
        public var ending: ProgramEnding
        /// What it said, without the ends of lines.
        public var lines: [String]
    }

    private static let keptLines = 20

    private let host: any PostgresHost

    /// Nothing runs yet; `host` is where the programs will.
    public init(on host: any PostgresHost) { self.host = host }

    /// Runs a program in a directory, without network where the host can; ends it when we are asked to stop.
    ///
    /// `log` is a path at which a file may be made, for what it says. `writing` and `seeing` are absolute paths of what the program
    /// writes to and opens besides, where the host holds it to that.
    public func run(
        _ program: PostgresBinaries.Program, _ arguments: [String], in directory: String, log: String,
        writing folders: [String]? = nil, seeing others: [String] = [], cancellation: Cancellation
    ) throws(PrivatePostgresError) -> Result {
        var start = ProgramStart(
            program, arguments, environment: ["LC_ALL": "C", "PATH": "/usr/local/bin:/usr/bin:/bin"],
            directory: directory, log: log)
        (start.writable, start.seen) = (folders, others)
        let process = try host.start(start, reading: nil)
        var lines: [String] = []
        func keep(_ line: String) { lines = (lines + [line]).suffix(Self.keptLines) }
        let ending = process.wait {
            process.hear(keep)
            return !cancellation.isRequested
        }
        guard let ending else {
            process.end([], in: nil)
            throw .interrupted(cancellation.exitStatus ?? .interrupted)
        }
        process.hearRest(keep)
        return Result(ending: ending, lines: lines)
    }
}
