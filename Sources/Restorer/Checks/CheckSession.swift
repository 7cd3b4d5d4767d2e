// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
public import PrivatePostgres

/// The private server that checks are asked of, and as whom.
public struct CheckSession: Sendable {
    let server: ServerConnection
    let major: Int
    let cancellation: Cancellation
    /// A superuser who may connect.
    let user: String
    /// A database that takes connections.
    let door: String
    /// All databases that a check may connect to, by the names in the catalogue.
    public let databases: [ObjectName]

    /// Looks for a superuser in the files of `dataDirectory`, and asks for the databases.
    ///
    /// Throws `.failed` when nobody is let in: then there is nothing to check.
    public init(
        _ server: ServerConnection, dataDirectory: String, major: Int, cancellation: Cancellation
    ) throws(RestoreError) {
        let entrance = InsideEntrance(data: dataDirectory, scripts: nil)
        var refusal = "no superuser that may log in is known"
        for user in entrance.users {
            for door in entrance.databases {
                let question = CheckQuestion(server: server, user: user, cancellation: cancellation)
                switch try question.ask(CheckStatements.databases, in: door) {
                case .success(let rows):
                    (self.server, self.major, self.cancellation) = (server, major, cancellation)
                    (self.user, self.door) = (user, door)
                    databases = rows.rows.compactMap { InsideStatements.name($0.first ?? nil) }
                    return
                case .failure(let error): refusal = error.message
                }
            }
        }
        throw .failed(
            "asking the recovered server", reason: refusal, hint: "PostgreSQL's own words say why.")
    }

    /// What is asked for ourselves.
    var question: CheckQuestion { CheckQuestion(server: server, user: user, cancellation: cancellation) }

    /// Databases by names that can be given to psql, and those that cannot.
    var named: (reachable: [String], unreachable: [ObjectName]) {
        (databases.compactMap(\.utf8Text), databases.filter { $0.utf8Text == nil })
    }
}

/// How the server is asked: as whom, and with which settings.
struct CheckQuestion {
    let server: ServerConnection
    let user: String
    let cancellation: Cancellation
    var session = SessionSettings()

    /// Throws only when it was interrupted.
    func ask(
        _ statement: String, in database: String, timeout: Duration = .seconds(60)
    ) throws(RestoreError) -> Result<QueryRows, QueryError> {
        let client = try client(database)
        do throws(QueryError) {
            return .success(try client.query(statement, timeout: timeout, cancellation: cancellation))
        } catch {
            if case .interrupted(let status) = error { throw .interrupted(status) }
            return .failure(error)
        }
    }

    /// Runs programs side by side; throws only when it was interrupted.
    func run(
        _ lanes: [PostgresClient.Lane], in database: String, timeout: Duration,
        hear: (Int, String) -> Void
    ) throws(RestoreError) -> Result<[ProgramEnding?], QueryError> {
        let client = try client(database)
        do throws(QueryError) {
            return .success(
                try client.run(lanes, timeout: timeout, cancellation: cancellation, hear: hear))
        } catch {
            if case .interrupted(let status) = error { throw .interrupted(status) }
            return .failure(error)
        }
    }

    func client(_ database: String) throws(RestoreError) -> PostgresClient {
        try RestoreError.translating { () throws(PrivatePostgresError) in
            var client = try PostgresClient(server, user: user, database: database, password: nil)
            client.session = session
            client.session.isSuperuser = true
            return client
        }
    }
}
