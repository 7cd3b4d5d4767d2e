// SPDX-License-Identifier: Apache-2.0
import AuditModel
import PrivatePostgres

/// What the catalogues say that somebody should know, though nothing is broken.
struct CatalogueNotes {
    let session: CheckSession
    /// Whether somebody has said how long it may take.
    let isBounded: Bool

    private struct Note {
        var name, statement: String
        var none, some: String
    }

    private static let notes = [
        Note(
            name: "invalid indexes", statement: CheckStatements.invalidIndexes, none: "every index is valid",
            some: "PostgreSQL does not use them; REINDEX makes them valid"),
        Note(
            name: "unlogged tables", statement: CheckStatements.unloggedTables, none: "no table is unlogged",
            some: "no backup holds their rows; they are empty after recovery"),
    ]

    /// In the order of the results.
    static var names: [String] { notes.map(\.name) }

    func results(of database: String, within limit: Duration) throws(RestoreError) -> [CheckResult] {
        var results: [CheckResult] = []
        for note in Self.notes { results.append(try result(note, database, limit)) }
        return results
    }

    private func result(
        _ note: Note, _ database: String, _ limit: Duration
    ) throws(RestoreError) -> CheckResult {
        let watch = Stopwatch()
        switch try session.question.ask(note.statement, in: database, timeout: limit) {
        case .success(let rows):
            let names = rows.rows.compactMap { InsideStatements.name($0.first ?? nil)?.description }
            return Self.judge(note, names, ObjectName(database), seconds: watch.seconds)
        case .failure(let error):
            var result = CheckResult.unasked(
                note.name, ObjectName(database), error, isBounded: isBounded, seconds: watch.seconds)
            result.severity = .warning
            return result
        }
    }

    private static func judge(
        _ note: Note, _ names: [String], _ database: ObjectName, seconds: Double
    ) -> CheckResult {
        let sample = Sample(names)
        let rest = sample.rest > 0 ? " and \(sample.rest) more" : ""
        return CheckResult(
            note.name, .builtIn, database: database, names.isEmpty ? .passed : .failed, severity: .warning,
            seconds: seconds,
            words: names.isEmpty ? note.none : "\(sample.first.joined(separator: ", "))\(rest): \(note.some)",
            measured: Double(names.count))
    }
}
