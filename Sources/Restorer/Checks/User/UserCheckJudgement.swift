// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Glibc
import PrivatePostgres

/// What the answer to one of the user's checks means.
struct UserCheckJudgement {
    let check: UserCheck
    let seconds: Double

    init(_ check: UserCheck, seconds: Double = 0) { (self.check, self.seconds) = (check, seconds) }

    func result(
        _ outcome: CheckResult.Outcome, _ words: String, measured: Double? = nil
    ) -> CheckResult {
        CheckResult(
            check.name, .user, database: ObjectName(check.database), outcome, severity: check.severity,
            seconds: seconds, words: words, measured: measured)
    }

    // MARK: Answers

    /// Of a query with an expectation; one about rows is asked for their number.
    func answer(_ rows: [[String?]], _ expectation: Expectation) -> CheckResult {
        let judgement: Expectation.Judgement
        switch expectation.subject {
        case .value:
            do throws(PatternSearch.Unfinished) {
                judgement = try expectation.judge(rows, within: .seconds(check.timeout))
            } catch {
                return result(
                    .hung, "the pattern was not looked for to the end within \(Units.duration(check.timeout))"
                )
            }
        case .rows:
            guard let count = Self.number(rows) else { return result(.failed, "the rows were not counted") }
            judgement = expectation.judge(rows: count)
        }
        return result(
            judgement.isMet ? .passed : .failed, "expected \(expectation.words), found \(judgement.found)",
            measured: judgement.measured)
    }

    /// Of a table's number of rows; `before` is what the last trial counted, or why nobody knows.
    func rowCount(
        _ rows: [[String?]], _ table: TableName, _ tolerance: UserCheck.Tolerance,
        before: Result<Double?, any Error>
    ) -> CheckResult {
        guard let count = Self.number(rows) else { return result(.failed, "the rows were not counted") }
        let counted = Units.count(Int(clamping: count), "row")
        let last: Double?
        switch before {
        case .success(let value): last = value
        case .failure(let error):
            return result(
                .notRun,
                "the last trial's rows are not known: \((error as? any UserError)?.message ?? "\(error)")")
        }
        guard let before = last, before.isFinite, before >= 0 else {
            return result(
                .passed, "\(counted), and no earlier trial to compare with", measured: Double(count))
        }
        let words =
            "\(counted), \(Units.count(Int(clamping: Int64(clamping: before)), "row")) at the last trial, where \(tolerance.words) may be"
        return result(
            tolerance.allows(Double(count), before: before) ? .passed : .failed, words,
            measured: Double(count))
    }

    /// The newest time in the data, in seconds since 1970, and what it says beside `moment`, when the backup was taken.
    func freshness(
        _ rows: [[String?]], limit: Double, moment: Timestamp
    ) -> (result: CheckResult, newest: Timestamp?) {
        guard rows.count == 1, rows[0].count == 1, let text = rows[0][0] else {
            return (result(.failed, "there is no newest time: the data are empty"), nil)
        }
        // Beyond these PostgreSQL's infinity, or what no clock has said.
        guard let seconds = Double(text), abs(seconds) < 9e9 else {
            return (result(.failed, "the newest time is none that a clock can have said"), nil)
        }
        let newest = Timestamp(seconds: Int64(seconds.rounded(.down)))
        let age = Double(moment.seconds) - seconds
        let words =
            "the newest data are of \(newest), \(Units.duration(max(0, age))) older than what was restored, where at most \(Units.duration(limit)) may be"
        return (result(age <= limit ? .passed : .failed, words, measured: max(0, age)), newest)
    }

    /// A command's end and the last line that it said; `ending` is nil when it took too long.
    func command(_ ending: ProgramEnding?, lastLine: String?) -> CheckResult {
        let said = lastLine.map { ": \(ObjectName(String($0.prefix(300))))" } ?? ""
        return switch ending {
        case nil: result(.hung, "the command took longer than \(Units.duration(check.timeout))\(said)")
        case .exited(0): result(.passed, "the command ended with status 0\(said)")
        // What starts programs for us says these when there is none.
        case .exited(let status) where status == 126 || status == 127:
            result(.notRun, "the command could not be run (status \(status))\(said)")
        case .exited(let status): result(.failed, "the command ended with status \(status)\(said)")
        // Nobody but the kernel does that, when memory is short.
        case .signalled(SIGKILL): result(.notRun, "the command was killed (signal 9)\(said)")
        case .signalled(let number): result(.failed, "the command was ended by signal \(number)\(said)")
        case .notStarted(let reason): result(.notRun, "the command could not be run: \(ObjectName(reason))")
        }
    }

    // MARK: No answer

    func unanswered(_ error: QueryError) -> CheckResult {
        result(CheckResult.Outcome(without: error, isBounded: true), words(for: error))
    }

    private func words(for error: QueryError) -> String {
        switch error {
        case .timedOut: "there was no answer within \(Units.duration(check.timeout))"
        case .refused(let state): Self.words(for: state)
        case .notAdmitted(let words): "PostgreSQL takes no connection: \(ObjectName(words))"
        case .tooLarge, .unexpectedAnswer: error.message
        case .notConnected: "the server was gone, or ended the connection"
        case .failed, .interrupted: "it was not run: \(error.message)"
        }
    }

    /// The usual ones in words: the statement is the user's, and what PostgreSQL says of it may hold values.
    private static func words(for state: String) -> String {
        let usual = [
            "42601": "it is no query that PostgreSQL understands",
            "42P01": "there is no such table (is its schema named, or in 'search-path'?)",
            "42703": "there is no such column", "42883": "there is no such function",
            "3F000": "there is no such schema", "42501": "its role may not do that",
            "25006": "it writes, and a check may only read", "22012": "it divides by zero",
            "53100": "the disk is full", "53200": "the machine is out of memory",
            "53300": "there are too many connections", "58030": "the disk cannot be read or written",
            "XX001": "data are damaged", "XX002": "an index is damaged",
        ]
        return usual[state].map { "\($0) (SQLSTATE \(state))" } ?? "PostgreSQL refused it (SQLSTATE \(state))"
    }

    private static func number(_ rows: [[String?]]) -> Int64? {
        guard rows.count == 1, rows[0].count == 1 else { return nil }
        return rows[0][0].flatMap { Int64($0) }
    }
}

extension UserCheck.Tolerance {
    /// Whether a number may be what it is after another one.
    func allows(_ count: Double, before: Double) -> Bool {
        // What was empty has no parts: any growth is more than allowed, if growth is bounded.
        let low = shrink.map { before * (1 - $0) } ?? 0
        let high = growth.map { before * (1 + $0) } ?? .infinity
        return count >= low && count <= high
    }
}

extension Int64 {
    /// The nearest that there is.
    fileprivate init(clamping value: Double) {
        self = value >= 9.2e18 ? .max : value <= -9.2e18 ? .min : Int64(value.rounded())
    }
}
