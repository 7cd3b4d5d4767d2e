// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// What the reading of a database's tables means.
struct TableJudgement {
    let database: ObjectName
    let tables: [ReadTable]
    let outcomes: [UInt32: TableReport.Outcome]
    let seconds: Double

    static let name = "tables"
    /// More are counted, not named.
    private static let most = 50

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
            "table \(failure.table.name)", .builtIn, database: database, outcome, severity: severity,
            words: "it cannot be read to its end: \(ObjectName(failure.outcome.reason))")
    }

    private func kind(_ outcome: TableReport.Outcome) -> (CheckResult.Outcome, Severity) {
        if outcome.isUnseen { return (.notRun, .warning) }
        return (outcome == .hung ? .hung : .failed, .error)
    }

    private var summary: CheckResult {
        let failed = failures.count { !$0.outcome.isUnseen }
        let unread = tables.count - outcomes.count
        let outcome: CheckResult.Outcome =
            failures.contains { kind($0.outcome).0 == .failed }
            ? .failed : failed > 0 ? .hung : unread > 0 ? .notRun : .passed
        let read = outcomes.values.count(where: \.isRead)
        let parts = [
            "\(read) of \(Units.count(tables.count, "table")) read to the end, \(Units.count(Int(clamping: rows), "row"))",
            failed > 0 ? "\(failed) cannot be read" : nil,
            failures.count > failed
                ? "\(failures.count - failed) could not be looked at" : nil,
            unread > 0 ? "\(unread) not begun" : nil,
        ]
        return CheckResult(
            Self.name, .builtIn, database: database, outcome, seconds: seconds,
            words: parts.compactMap(\.self).joined(separator: "; "), measured: Double(rows))
    }
}

extension TableReport.Outcome {
    var isRead: Bool { if case .read = self { true } else { false } }
}
