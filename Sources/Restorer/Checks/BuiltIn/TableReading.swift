// SPDX-License-Identifier: Apache-2.0
import AuditModel
import PrivatePostgres

/// Reads every table of a database once, over several connections.
struct TableReading {
    let session: CheckSession
    let jobs: Int
    /// Whether somebody has said how long it may take.
    let isBounded: Bool
    /// How long is waited for a lock, which only a prepared transaction can hold.
    let lockPatience: Duration

    /// `withShared` for the one database in which the shared catalogues are read, too; `onCount` is told how many rows tables
    /// have, by their OIDs.
    func results(
        of database: String, withShared: Bool, within limit: Duration, onCount: ([UInt32: UInt64]) -> Void
    ) throws(RestoreError) -> [CheckResult] {
        let watch = Stopwatch()
        let statement = CheckStatements.tables(withShared: withShared)
        switch try session.question.ask(statement, in: database, timeout: limit) {
        case .failure(let error):
            return [
                .unasked(
                    TableJudgement.name, ObjectName(database), error, isBounded: isBounded,
                    seconds: watch.seconds)
            ]
        case .success(let rows):
            let tables = rows.rows.compactMap(ReadTable.init)
            let outcomes = try read(tables, in: database, within: limit)
            onCount(outcomes.compactMapValues(\.rows))
            return TableJudgement(
                database: ObjectName(database), tables: tables, outcomes: outcomes, isBounded: isBounded,
                seconds: watch.seconds
            ).results
        }
    }

    private func read(
        _ tables: [ReadTable], in database: String, within limit: Duration
    ) throws(RestoreError) -> [UInt32: TableReport.Outcome] {
        let mark = "pg_backctl-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        let lists = TableScript.lanes(tables, jobs)
        let script = TableScript(mark: mark)
        var reports = lists.map { _ in TableReport(mark: mark) }
        var question = session.question
        question.session.clientEncoding = "SQL_ASCII"
        question.session.others["row_security"] = "off"
        question.session.lockPatience = lockPatience
        let lanes = lists.map {
            PostgresClient.Lane(.psql, TableScript.arguments, input: script.text(for: $0))
        }
        let endings = try question.run(lanes, in: database, timeout: limit) { reports[$0].receive($1) }
        for index in reports.indices {
            // What could not be started has begun nothing.
            reports[index].finish((try? endings.get())?[index])
        }
        return reports.reduce(into: [:]) { all, report in
            all.merge(report.outcomes) { first, _ in first }
        }
    }
}

extension ReadTable {
    /// Of a row of `CheckStatements.tables`.
    init?(_ row: [String?]) {
        guard row.count == 3, let identifier = row[0].flatMap({ UInt32($0) }),
            let name = InsideStatements.name(row[1]), let pages = row[2].flatMap({ Int($0) })
        else { return nil }
        self.init(identifier: identifier, name: name.description, pages: pages)
    }
}
