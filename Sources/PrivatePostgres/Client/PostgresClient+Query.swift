// SPDX-License-Identifier: Apache-2.0
public import Diagnostics
import Files
import Glibc

extension PostgresClient {
    /// What the answer of one query may come to, in bytes.
    static let answerLimit = 64 << 20

    /// Runs a query and returns its rows.
    ///
    /// The statement is one that `COPY (…)` takes: SELECT, VALUES, WITH or TABLE, without a semicolon, and as psql reads
    /// it: outside of quotes a backslash begins a command of psql's. It runs in a transaction that changes nothing, with
    /// the `search_path` of `session`, and for `timeout` at most. Nobody sees it in a list of processes.
    public borrowing func query(
        _ statement: String, timeout: Duration = .seconds(30), cancellation: Cancellation
    ) throws(QueryError) -> QueryRows {
        defer { try? scratch.remove(Self.log) }
        let process = try start(statement, timeout)
        // Connecting has a limit of its own; what neither holds is ended here.
        let deadline = ContinuousClock.now + timeout + .seconds(60)
        var report = QueryReport()
        let ending = process.wait {
            process.hear { report.receive($0) }
            return !cancellation.isRequested && ContinuousClock.now < deadline
                && process.resultSize <= UInt64(Self.answerLimit)
        }
        guard let ending else {
            Self.end(process)
            if let status = cancellation.exitStatus { throw .interrupted(status) }
            throw process.resultSize > UInt64(Self.answerLimit)
                ? .tooLarge(limit: Self.answerLimit) : .timedOut
        }
        process.hearRest { report.receive($0) }
        if let error = report.error(ending) { throw error }
        guard let answer = process.results(limit: Self.answerLimit) else {
            throw .tooLarge(limit: Self.answerLimit)
        }
        return try QueryRows(csv: answer)
    }

    private borrowing func start(
        _ statement: String, _ timeout: Duration
    ) throws(QueryError) -> any RunningProgram {
        let text = "COPY (\n\(statement)\n) TO STDOUT (FORMAT csv, HEADER, FORCE_QUOTE *)\n;\n"
        var start = ProgramStart(
            .psql, ["-X", "-q", "-w", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=sqlstate", "-f", "-"],
            environment: environment(timeout),
            directory: "/", log: "\(server.scratch)/\(Self.log)")
        start.seen = [server.socketDirectory]
        start.keepsResults = true
        let input = try input(text)
        do { return try server.host.start(start, reading: input) } catch { throw .failed(error.message) }
    }

    borrowing func input(_ text: String) throws(QueryError) -> FileDescriptor {
        do { return try FileDescriptor(unnamedIn: server.scratch, holding: Array(text.utf8)) } catch {
            throw .failed(error.text)
        }
    }

    /// Settings that hold from the connection on, before any statement.
    borrowing func environment(_ timeout: Duration) -> [String: String] {
        let ours = [
            "PGOPTIONS": SessionSettings.options(session.settings(timeout)),
            "PGCLIENTENCODING": session.clientEncoding,
        ]
        return environment.merging(ours) { _, ours in ours }
    }
}
