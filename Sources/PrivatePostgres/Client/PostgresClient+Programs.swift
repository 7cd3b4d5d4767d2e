// SPDX-License-Identifier: Apache-2.0
public import Diagnostics
import Files
import Glibc

extension PostgresClient {
    /// One of PostgreSQL's programs that connects as a client does.
    public struct Lane: Sendable {
        /// One that connects as libpq does, such as `psql` or `pg_amcheck`.
        public var program: PostgresBinaries.Program
        /// Without its own name, and without those of a connection: that is in its environment.
        public var arguments: [String]
        /// What it reads.
        public var input: String

        /// Without `input` it finds its standard input empty.
        public init(_ program: PostgresBinaries.Program, _ arguments: [String], input: String = "") {
            (self.program, self.arguments, self.input) = (program, arguments, input)
        }
    }

    /// Runs programs side by side until all have ended, and hands over each line that they say with the number of its lane.
    ///
    /// What has not ended after `timeout`, or when we are asked to stop, is ended; its ending is nil.
    public borrowing func run(
        _ lanes: [Lane], timeout: Duration, cancellation: Cancellation, hear: (Int, String) -> Void
    ) throws(QueryError) -> [ProgramEnding?] {
        defer { for number in lanes.indices { try? scratch.remove(Self.log(number)) } }
        var running: [any RunningProgram] = []
        defer { for program in running where program.ending == nil { Self.end(program) } }
        for (number, lane) in lanes.enumerated() {
            running.append(try start(lane, number, timeout))
        }
        let deadline = ContinuousClock.now + timeout
        while running.contains(where: { $0.ending == nil }), ContinuousClock.now < deadline {
            if let status = cancellation.exitStatus { throw .interrupted(status) }
            for (number, program) in running.enumerated() { program.hear { hear(number, $0) } }
            usleep(10_000)
        }
        let endings = running.map(\.ending)
        for program in running where program.ending == nil { Self.end(program) }
        for (number, program) in running.enumerated() { program.hearRest { hear(number, $0) } }
        return endings
    }

    /// Runs a command of the user's, which finds the connection in its environment; nil when it took too long.
    ///
    /// Its database is this client's.
    public borrowing func run(
        command words: [String], timeout: Duration, cancellation: Cancellation, hear: (String) -> Void
    ) throws(QueryError) -> ProgramEnding? {
        guard let host = server.host as? any CommandHost else {
            throw .failed("no command can be run where the server runs")
        }
        defer { try? scratch.remove(Self.log(0)) }
        // However it ends, what it has put into the background ends with it.
        defer { LeftoverCommand.end(of: server.scratch) }
        let environment = environment.merging(LeftoverCommand.mark(server.scratch)) { _, ours in ours }
        let process: any RunningProgram
        do {
            process = try host.start(
                CommandStart(words, environment: environment, log: "\(server.scratch)/\(Self.log(0))"))
        } catch { throw .failed(error.message) }
        let deadline = ContinuousClock.now + timeout
        let ending = process.wait {
            process.hear(hear)
            return !cancellation.isRequested && ContinuousClock.now < deadline
        }
        if ending == nil { process.end([EndingSignal(SIGTERM, within: .seconds(2))], in: nil) }
        if let status = cancellation.exitStatus, ending == nil { throw .interrupted(status) }
        process.hearRest(hear)
        return ending
    }

    private static func log(_ lane: Int) -> String { "pg_backctl-lane-\(lane).log" }

    private borrowing func start(
        _ lane: Lane, _ number: Int, _ timeout: Duration
    ) throws(QueryError) -> any RunningProgram {
        var start = ProgramStart(
            lane.program, lane.arguments, environment: environment(timeout), directory: "/",
            log: "\(server.scratch)/\(Self.log(number))")
        start.seen = [server.socketDirectory]
        let input = try input(lane.input)
        do { return try server.host.start(start, reading: input) } catch { throw .failed(error.message) }
    }
}

extension ServerConnection {
    /// Whether a program is there to be run where the server runs.
    public func has(_ program: PostgresBinaries.Program) -> Bool { host.has(program) }
}
