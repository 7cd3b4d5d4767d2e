// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import PrivatePostgres

/// Asks a recovered cluster what its users want to know of it.
public struct UserChecks: Sendable {
    /// What the checks came to.
    public struct Outcome: Sendable, Equatable {
        /// In the order of the file.
        public var results: [CheckResult] = []
        /// The newest time that a check of freshness found in the data; nil where none did.
        public var newestData: Timestamp?
    }

    private let file: CheckFile
    private let moment: Timestamp
    private let previous: @Sendable (UserCheck) throws -> Double?
    /// How long all of them may take.
    public var window = Duration.seconds(3600)
    /// Whether commands are run, too.
    public var runsCommands = true

    /// The checks of a file, with what their answers are held to.
    ///
    /// `moment` is the time of the data that should be there: where recovery ended, else the backup's end. `previous` is
    /// what a check measured at the last trial; nil where there was none. When it throws, the check is not run.
    public init(
        _ file: CheckFile, moment: Timestamp, previous: @escaping @Sendable (UserCheck) throws -> Double?
    ) {
        (self.file, self.moment, self.previous) = (file, moment, previous)
    }

    /// Asks one after the other; `onStart` is told which begins.
    ///
    /// Throws only when it was interrupted, or our own files fail. When the server is gone, what is left is not run.
    public func run(
        on session: CheckSession, onStart: (UserCheck) -> Void = { _ in }
    ) throws(RestoreError) -> Outcome {
        var outcome = Outcome()
        let deadline = ContinuousClock.now + window
        var end: String?
        for var check in file.checks {
            let left = (deadline - ContinuousClock.now).inSeconds
            if left <= 0 { end = end ?? "the time for the checks was over" }
            if let end {
                outcome.results.append(UserCheckJudgement(check).result(.notRun, "it was not run: \(end)"))
                continue
            }
            check.timeout = min(check.timeout, left)
            onStart(check)
            let (result, newest) = try ask(check, session)
            outcome.results.append(result)
            outcome.newestData = [outcome.newestData, newest].compactMap(\.self).max()
            if result.outcome == .notRun || result.outcome == .hung { end = try Self.loss(session) }
        }
        return outcome
    }

    /// The same, for a trial that broke off before them.
    public func notRun(_ reason: String) -> [CheckResult] {
        file.checks.map { UserCheckJudgement($0).result(.notRun, "it was not run: \(reason)") }
    }

    /// Why nothing more can be asked; nil where the server still answers.
    private static func loss(_ session: CheckSession) throws(RestoreError) -> String? {
        guard case .failure(.notConnected) = try session.question.ask("SELECT 1", in: session.door) else {
            return nil
        }
        return "the server is gone"
    }

    private func ask(
        _ check: UserCheck, _ session: CheckSession
    ) throws(RestoreError) -> (CheckResult, newest: Timestamp?) {
        let watch = Stopwatch()
        if case .command(let words) = check.question {
            guard runsCommands else {
                var result = UserCheckJudgement(check).result(.notRun, "commands are not run in a container")
                result.isForeseen = true
                return (result, nil)
            }
            return (try run(words, check, session, watch), nil)
        }
        switch try session.question(for: check).ask(
            check.statement, in: check.database, timeout: .seconds(check.timeout))
        {
        case .failure(let error):
            return (UserCheckJudgement(check, seconds: watch.seconds).unanswered(error), nil)
        case .success(let rows):
            return judge(rows.rows, UserCheckJudgement(check, seconds: watch.seconds))
        }
    }

    private func judge(
        _ rows: [[String?]], _ judgement: UserCheckJudgement
    ) -> (CheckResult, newest: Timestamp?) {
        switch judgement.check.question {
        case .answer(_, let expectation): (judgement.answer(rows, expectation), nil)
        case .rowCount(let table, let tolerance):
            (
                judgement.rowCount(rows, table, tolerance, before: Result { try previous(judgement.check) }),
                nil
            )
        case .freshness(_, let limit): judgement.freshness(rows, limit: limit, moment: moment)
        case .command: (judgement.result(.notRun, "it was not run"), nil)
        }
    }

    private func run(
        _ words: [String], _ check: UserCheck, _ session: CheckSession, _ watch: Stopwatch
    ) throws(RestoreError) -> CheckResult {
        let client = try session.question.client(check.database)
        var last: String?
        do throws(QueryError) {
            let ending = try client.run(
                command: words, timeout: .seconds(check.timeout), cancellation: session.cancellation
            ) { line in if line.contains(where: { !$0.isWhitespace }) { last = line } }
            return UserCheckJudgement(check, seconds: watch.seconds).command(ending, lastLine: last)
        } catch {
            if case .interrupted(let status) = error { throw .interrupted(status) }
            return UserCheckJudgement(check, seconds: watch.seconds).unanswered(error)
        }
    }
}

extension UserCheck {
    /// What PostgreSQL is asked: numbers and times come as numbers, and rows that are only counted stay where they are.
    var statement: String {
        switch question {
        case .answer(let statement, let expectation):
            expectation.subject == .rows
                ? "SELECT count(*) FROM (\n\(statement.text)\n) AS answer" : statement.text
        case .rowCount(let table, _): "SELECT count(*) FROM \(table.sql)"
        case .freshness(let statement, _):
            "SELECT extract(epoch FROM (\n\(statement.text)\n)::timestamptz)"
        case .command: ""
        }
    }
}

extension CheckSession {
    /// As the check's role, where the check looks for its tables.
    fileprivate func question(for check: UserCheck) -> CheckQuestion {
        var question = question
        question.session.role = check.role
        question.session.searchPath = check.searchPath
        question.session.others = ["timezone": "GMT"]
        return question
    }
}

extension Duration {
    fileprivate var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
