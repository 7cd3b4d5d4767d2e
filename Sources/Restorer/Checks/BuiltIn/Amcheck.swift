// SPDX-License-Identifier: Apache-2.0
import AuditModel
import PrivatePostgres

/// Runs `pg_amcheck` on a database: the structure of tables and btree indexes.
///
/// It needs the extension `amcheck`, and makes it where it is missing and the copy is thrown away.
struct Amcheck {
    static let name = "amcheck"

    let session: CheckSession
    let heapAllIndexed: Bool
    let makesExtension: Bool
    let jobs: Int
    /// Whether somebody has said how long it may take.
    let isBounded: Bool
    let lockPatience: Duration

    /// With which versions (`server_version_num`) an index's own functions run as the table's owner (CVE-2022-1552); before
    /// that they ran as the superuser who asks.
    static func isSafeForFunctions(_ version: Int) -> Bool { version >= 140_003 }

    func result(of database: String, within limit: Duration) throws(RestoreError) -> CheckResult {
        let watch = Stopwatch()
        func notRun(_ reason: String, severity: Severity = .error) -> CheckResult {
            CheckResult(
                Self.name, .builtIn, database: ObjectName(database), .notRun, severity: severity,
                seconds: watch.seconds, words: reason)
        }
        func cannotRun(_ reason: String) -> CheckResult {
            var result = notRun(reason)
            result.isForeseen = true
            return result
        }
        // Not every package has it: that is no fault of the backup, and no reason to prove less of it.
        guard session.server.has(.amcheck) else {
            return notRun("pg_amcheck is not among the programs of PostgreSQL", severity: .warning)
        }
        if try lacksRow(CheckStatements.amcheckExtension, database) {
            if !makesExtension {
                return cannotRun(
                    "the extension amcheck is not there, and nothing is added to a copy that stays")
            }
            if try lacksRow(CheckStatements.availableAmcheck, database) {
                return notRun("the extension amcheck is not among the server's", severity: .warning)
            }
        }
        if let reason = try obstacle(in: database) { return cannotRun(reason) }
        var report = AmcheckReport()
        let lane = PostgresClient.Lane(.amcheck, arguments(database))
        switch try question.run([lane], in: database, timeout: limit, hear: { report.receive($1) }) {
        case .failure(let error): return notRun("pg_amcheck could not be run: \(error.message)")
        case .success(let endings):
            return report.result(
                endings.first ?? nil, database: ObjectName(database), isBounded: isBounded,
                seconds: watch.seconds)
        }
    }

    /// Why it cannot be run here; nil where it can.
    private func obstacle(in database: String) throws(RestoreError) -> String? {
        guard Self.canBeDoor(session.door) else { return "no database with a plain name lets it in" }
        if heapAllIndexed, try !isSafeForFunctions(database) {
            return "--heapallindexed would run functions of the backup as a superuser before PostgreSQL 14.3"
        }
        guard session.major < 15, try lacksRow(CheckStatements.amcheckExtension, database) else { return nil }
        return "the extension amcheck is not there, and pg_amcheck of this version does not make it"
    }

    private func lacksRow(_ statement: String, _ database: String) throws(RestoreError) -> Bool {
        let answer = try session.question.ask(statement, in: database)
        guard case .success(let rows) = answer else { return false }
        return rows.rows.isEmpty
    }

    private func isSafeForFunctions(_ database: String) throws(RestoreError) -> Bool {
        guard case .success(let rows) = try session.question.ask(CheckStatements.serverVersion, in: database),
            let version = rows.rows.first?.first.flatMap({ $0 }).flatMap({ Int($0) })
        else { return false }
        return Self.isSafeForFunctions(version)
    }

    /// It writes only to make the extension, and by that no trigger of the backup's is set off.
    private var question: CheckQuestion {
        var question = session.question
        question.session.readsOnly = false
        question.session.lockPatience = lockPatience
        question.session.others["session_replication_role"] = "replica"
        return question
    }

    /// The database is a pattern in quotes, for what stands after it bare is read as a connection string.
    private func arguments(_ database: String) -> [String] {
        let pattern = "\"\(database.replacing("\"", with: "\"\""))\""
        let usual = ["postgres", "template1"].contains(session.door)
        return ["-w", "--jobs=\(jobs)", "--database=\(pattern)"]
            + (usual ? [] : ["--maintenance-db=\(session.door)"])
            + (session.major >= 15 && makesExtension ? ["--install-missing"] : [])
            + (heapAllIndexed ? ["--heapallindexed"] : [])
    }

    /// A name that libpq does not take for a connection string.
    static func canBeDoor(_ name: String) -> Bool { !name.contains("=") && !name.contains("://") }
}
