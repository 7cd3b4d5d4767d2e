// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import Foundation
import RestoreKit
import TestKit
import Testing

@testable import PrivatePostgres

@Suite("a query on a private server", .serialized)
struct QueryTests {
    /// What one query after the other gave, on a server that was recovered for them.
    private static func ask(
        _ restored: RestoredDirectory, _ statements: [(String, Duration)], database: String = "postgres"
    ) async throws -> [Result<QueryRows, QueryError>] {
        try await onPlainThread {
            try restored.server(.endOfBackup).recover(cancellation: Cancellation()) {
                (connection) throws(PrivatePostgresError) in
                let client = try PostgresClient(
                    connection, user: "postgres", database: database, password: nil)
                var answers: [Result<QueryRows, QueryError>] = []
                for (statement, timeout) in statements {
                    answers.append(
                        Result { () throws(QueryError) in
                            try client.query(statement, timeout: timeout, cancellation: Cancellation())
                        })
                }
                try client.close()
                return answers
            }.result
        }
    }

    @Test(Requires.postgres(.v15, .v18), arguments: [PostgresCluster.Version.v15, .v18])
    func `gives rows with every value there can be, or an error with a code`(
        version: PostgresCluster.Version
    ) async throws {
        try await PostgresCluster.with(version, initdb: ["--wal-segsize=1"]) { cluster in
            try await cluster.psql("CREATE TABLE public.t AS SELECT n FROM generate_series(1, 3) n")
            let restored = try await RestoredDirectory.take(of: cluster)
            let usual = Duration.seconds(30)
            let answers = try await Self.ask(
                restored,
                [
                    (
                        #"SELECT NULL::text AS "a ""b"", c", '' AS empty, E'two\nlines, \"quoted\"' AS text, '\.' AS dot"#,
                        usual
                    ),
                    ("SELECT n FROM public.t ORDER BY n -- a comment", usual),
                    ("SELECT n FROM public.t WHERE n > 3", usual),
                    (
                        "SELECT current_setting('search_path'), current_setting('transaction_read_only')",
                        usual
                    ),
                    ("SELECT 'secret' FROM t", usual), ("SELECT 'secret'::int", usual),
                    ("SELECT pg_sleep(600)", .milliseconds(200)),
                    ("SELECT n FROM public.t FOR UPDATE", usual), ("SELECT", usual),
                ])
            #expect(
                try answers[0].get()
                    == QueryRows(
                        columns: [#"a "b", c"#, "empty", "text", "dot"],
                        rows: [[nil, "", "two\nlines, \"quoted\"", #"\."#]]))
            #expect(try answers[1].get().rows == [["1"], ["2"], ["3"]])
            #expect(try answers[2].get() == QueryRows(columns: ["n"], rows: []))
            #expect(try answers[3].get().rows == [["pg_catalog", "on"]])
            // Not in pg_catalog; no number; too long; not without a change.
            let codes = [4: "42P01", 5: "22P02", 7: "25006"]
            for (index, code) in codes {
                #expect(throws: QueryError.refused(sqlState: code)) { try answers[index].get() }
            }
            #expect(throws: QueryError.timedOut) { try answers[6].get() }
            #expect(throws: QueryError.self) { try answers[8].get() }
            for answer in answers {
                if case .failure(let error) = answer { #expect(!error.message.contains("secret")) }
            }
            try restored.expectNothingLeft()
        }
    }

    @Test(Requires.postgres(.v15)) func `finds no database that is not there`() async throws {
        try await PostgresCluster.with(.v15, initdb: ["--wal-segsize=1"]) { cluster in
            let restored = try await RestoredDirectory.take(of: cluster)
            let answers = try await Self.ask(
                restored, [("SELECT 1", .seconds(30))], database: "nowhere")
            #expect(throws: QueryError.notAdmitted("database \"nowhere\" does not exist")) {
                try answers[0].get()
            }
        }
    }
}

@Suite struct `The answer of a query` {
    @Test(arguments: [
        "", "\n", "a", "a\n\"1\"", "a\n1\n", "a\n\"1\"x\n", "a\n\"1\n", "a\n\"1\",\"2\"\n", "a,b\n\"1\"\n",
        "a\n1\"2\"\n",
    ])
    func `is read strictly`(_ text: String) {
        #expect(throws: QueryError.self) { try QueryRows(csv: Array(text.utf8)) }
    }

    @Test func `is read whole`() throws {
        let text = "a,\"b\nc\"\n\"1\",\n\"\",\"x,\"\"y\"\"\n\"\n"
        let rows = try QueryRows(csv: Array(text.utf8))
        #expect(rows == QueryRows(columns: ["a", "b\nc"], rows: [["1", nil], ["", "x,\"y\"\n"]]))
        #expect(throws: QueryError.self) {
            try QueryRows(csv: Array("a\n\"".utf8) + [0xFF] + Array("\"\n".utf8))
        }
    }

    @Test func `of no rows says why`() {
        func error(_ lines: [String], _ ending: ProgramEnding) -> QueryError? {
            var report = QueryReport()
            for line in lines { report.receive(line) }
            return report.error(ending)
        }
        #expect(error([], .exited(0)) == nil)
        #expect(error(["psql:<stdin>:4: ERROR:  42P01"], .exited(3)) == .refused(sqlState: "42P01"))
        #expect(error(["psql:<stdin>:4: ERROR:  57014"], .exited(3)) == .timedOut)
        #expect(error(["psql: error: connection to server failed"], .exited(2)) == .notConnected)
        let refused = [
            #"psql: error: connection to server on socket "/s/.s.PGSQL.5432" failed: FATAL:  database locale is incompatible with operating system"#,
            #"DETAIL:  The database was initialized with LC_COLLATE "xx",  which is not recognized by setlocale()."#,
            "HINT:  Recreate the database with another locale or install the missing locale.",
        ]
        #expect(
            error(refused, .exited(2))
                == .notAdmitted(
                    "database locale is incompatible with operating system; \(refused[1]); \(refused[2])"))
        #expect(error([], .signalled(9)) == .failed("psql was ended by signal 9"))
        #expect(error([], .notStarted("no")) == .failed("no"))
    }
}
