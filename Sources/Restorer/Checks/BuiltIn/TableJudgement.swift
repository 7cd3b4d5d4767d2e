// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// What the reading of a database's tables means.
struct TableJudgement {
    let database: ObjectName
    let tables: [ReadTable]
    let outcomes: [UInt32: TableReport.Outcome]
    /// Whether somebody has said how long it may take.
    let isBounded: Bool
    let seconds: Double

    static let name = "tables"
    /// Before the name of a table that could not be read.
    static let prefix = "table "
    /// More are counted, not named.
    static let most = 50

    /// One for all of the database, and one for each table that could not be read.
    var results: [CheckResult] { [summary] + failures.prefix(Self.most).map(result) }

    private typealias Failure = (table: ReadTable, outcome: TableReport.Outcome)

    private var failures: [Failure] {
        tables.compactMap { table in
            guard let outcome = outcomes[table.identifier], !outcome.isRead else { return nil }
            return (table, outcome)
        }
    }

    private var rows: UInt64 {
        outcomes.values.reduce(0) { sum, outcome in
            if case .read(let rows) = outcome { sum &+ rows } else { sum }
        }
    }

    private func result(_ failure: Failure) -> CheckResult {
        let (outcome, severity) = kind(failure.outcome)
        return CheckResult(
            Self.prefix + failure.table.name, .builtIn, database: database, outcome, severity: severity,
            words: "it cannot be read to its end: \(ObjectName(failure.outcome.reason))")
    }

    private func kind(_ outcome: TableReport.Outcome) -> (CheckResult.Outcome, Severity) {
        if outcome.isUnseen { return (.notRun, .warning) }
        if outcome.isOfTheMachine { return (.notRun, .error) }
        guard outcome == .hung else { return (.failed, .error) }
        return (isBounded ? .hung : .notRun, .error)
    }

    private var summary: CheckResult {
        CheckResult(
            Self.name, .builtIn, database: database, outcome, seconds: seconds, words: words,
            measured: Double(rows))
    }

    private var unbegun: Int { tables.count - outcomes.count }

    /// What is wrong counts before what took too long, and that before what was not begun.
    private var outcome: CheckResult.Outcome {
        let all = failures.map { kind($0.outcome).0 }
        if all.contains(.failed) { return .failed }
        if all.contains(.hung) { return .hung }
        return unbegun > 0 || failures.contains { kind($0.outcome) == (.notRun, .error) } ? .notRun : .passed
    }

    private var words: String {
        let unseen = failures.count(where: \.outcome.isUnseen)
        let read = "\(outcomes.count - failures.count) of \(Units.count(tables.count, "table"))"
        let parts = [
            "\(read) read to the end, \(Units.count(Int(clamping: rows), "row"))",
            failures.count > unseen ? "\(failures.count - unseen) cannot be read" : nil,
            unseen > 0 ? "\(unseen) could not be looked at" : nil, unbegun > 0 ? "\(unbegun) not begun" : nil,
        ]
        return parts.compactMap(\.self).joined(separator: "; ")
    }
}

extension TableReport.Outcome {
    var isRead: Bool { rows != nil }

    /// Of a table that was read to its end.
    var rows: UInt64? { if case .read(let rows) = self { rows } else { nil } }
}
