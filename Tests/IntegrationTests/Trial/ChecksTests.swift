// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Restorer
import TestKit
import Testing

@Suite("what a recovered cluster is asked", .serialized)
struct ChecksTests {
    @Test(
        Requires.postgres(.v15, .v18), .timeLimit(.minutes(5)),
        arguments: [PostgresCluster.Version.v15, .v18])
    func `a good cluster passes all, and nothing of the backup's runs`(
        version: PostgresCluster.Version
    ) async throws {
        try await CheckedCluster.with(version, initdb: ["--data-checksums"]) { _, checked in
            var options = BuiltInChecks()
            options.heapAllIndexed = true
            let answers = try await checked.ask("good", Self.goodChecks, builtIn: options, previous: 1000)
            // The programs of a version need not be complete.
            let failing = answers.builtIn.filter { $0.outcome != .passed }
            let missing = failing.filter { $0.outcome == .notRun && $0.name == "amcheck" }
            #expect(failing == missing && (version != .v15 || failing.isEmpty), "\(failing)")
            let shop = answers.builtIn.filter { $0.database == "shop" }
            try #require(shop.map(\.name) == ["invalid indexes", "unlogged tables", "tables", "amcheck"])
            let rows = shop[2].measured ?? 0
            #expect(rows > 1000 && answers.builtIn.count == 12, "\(answers.builtIn)")
            let user = answers.user
            #expect(user.results.map(\.outcome) == Self.goodOutcomes, "\(user)")
            #expect(user.newestData == Timestamp(seconds: 1_767_225_600))
            #expect(user.results[5].name == "fresh" && user.results[5].measured == 600)
            #expect(user.results[6].words.hasSuffix("shop and 1000"), "\(user)")
            #expect(answers.pages.outcome == .passed, "\(answers.pages)")
        }
    }

    private static let goodOutcomes = Array(repeating: CheckResult.Outcome.passed, count: 7)

    private static let goodChecks = """
        checks:
          - {name: count, database: shop, sql: SELECT count(*) FROM public.orders, expect: "= 1000"}
          - {name: rows, database: shop, sql: "SELECT 1 FROM orders WHERE email IS NULL", expect: rows = 0,
             search-path: "pg_temp, public", role: app}
          - {name: role, database: shop, sql: SELECT current_user, expect: = app, role: app}
          - {name: text, database: shop, sql: SELECT 'v12', expect: 'matches ^v\\d+$'}
          - {name: size, database: shop, rows-of: public.orders, may-shrink: 5%}
          - {name: fresh, database: shop, freshness: SELECT max(updated_at) FROM public.orders, limit: 15m}
          - name: hook
            database: shop
            command: [/bin/sh, -c, 'echo first; echo $PGDATABASE and "$(psql -XAtc "SELECT count(*) FROM orders")"']
        """

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(5)))
    func `a check that fails, hangs, writes or cannot run is told without a value`() async throws {
        try await CheckedCluster.with(.v15) { _, checked in
            let only = Self.without { ($0.notes, $0.tables, $0.amcheck) = (false, false, false) }
            let answers = try await checked.ask("bad", Self.badChecks, builtIn: only, previous: 2000)
            let outcomes = answers.user.results.map { "\($0.name): \($0.outcome.rawValue)" }
            #expect(
                outcomes == [
                    "few: failed", "text: failed", "hanging: hung", "writing: failed", "no table: failed",
                    "no database: failed", "no role: failed", "not allowed: failed", "shrunk: failed",
                    "stale: failed", "hook: failed", "hanging hook: hung", "no program: not run",
                    "still there: passed",
                ], "\(answers.user)")
            let words = answers.user.results.map(\.words).joined(separator: "\n")
            #expect(!words.contains("alice"), "\(words)")
            #expect(words.contains("expected > 5000, found 1000"), "\(words)")
            #expect(words.contains("the command ended with status 3: last"), "\(words)")
            #expect(answers.builtIn.isEmpty)
            #expect(answers.pages.outcome == .notRun && answers.pages.severity == .note)
        }
    }

    private static let badChecks = """
        checks:
          - {name: few, database: shop, sql: SELECT count(*) FROM public.orders, expect: "> 5000"}
          - {name: text, database: shop, sql: SELECT max(email) FROM public.orders, expect: = bob}
          - {name: hanging, database: shop, sql: SELECT pg_sleep(100), expect: = 1, timeout: 1s}
          - {name: writing, database: shop, sql: "SELECT nextval('public.numbers')", expect: "> 0"}
          - {name: no table, database: shop, sql: SELECT 1 FROM orders, expect: = 1}
          - {name: no database, database: lost, sql: SELECT 1, expect: = 1}
          - {name: no role, database: shop, sql: SELECT 1, expect: = 1, role: nobody here}
          - {name: not allowed, database: shop, sql: SELECT n FROM public.guarded, expect: = 1, role: app}
          - {name: shrunk, database: shop, rows-of: public.orders, may-shrink: 5%}
          - {name: stale, database: shop, freshness: SELECT max(updated_at) FROM public.orders, limit: 5m}
          - {name: hook, database: shop, command: [/bin/sh, -c, "echo last; exit 3"]}
          - {name: hanging hook, database: shop, command: [/bin/sleep, '100'], timeout: 1s}
          - {name: no program, database: shop, command: [/no/such/program]}
          - {name: still there, database: shop, sql: SELECT 1, expect: = 1}
        """

    @Test(Requires.postgres(.v15), .timeLimit(.minutes(5)))
    func `a broken btree, an unreadable page and what is no error are told apart`() async throws {
        try await CheckedCluster.with(
            .v15, initdb: ["--data-checksums"], more: Self.brokenObjects, last: Self.lock
        ) {
            cluster, checked in
            let file = try await cluster.psql("SELECT pg_relation_filepath('page')", database: "shop")
            var builtIn = BuiltInChecks()
            builtIn.lockPatience = .milliseconds(200)
            let answers = try await checked.ask("broken", builtIn: builtIn) {
                try $0.overwrite(file, at: 4000, [0xDE, 0xAD, 0xBE, 0xEF])
            }
            let failing = answers.builtIn.filter { $0.database == "shop" && $0.outcome != .passed }
            let failed = Dictionary(failing.map { ($0.name, $0) }) { first, _ in first }
            #expect(
                failed["amcheck"]?.words.contains(
                    "index shop.public.fickle_index (item order invariant violated")
                    == true, "\(failing)")
            #expect(failed["tables"]?.outcome == .failed)
            #expect(
                failed["table public.page"]?.words.contains("invalid page in block 0") == true, "\(failing)")
            #expect(failed["invalid indexes"]?.words.contains("public.halfway") == true)
            #expect(failed["unlogged tables"]?.words.contains("public.volatile") == true)
            #expect(failed["invalid indexes"]?.isFailure == false && failed["amcheck"]?.isFailure == true)
            let locked = failed["table public.locked"]
            #expect(locked?.outcome == .notRun && locked?.severity == .warning, "\(failing)")
            #expect(failed.count == 6, "\(failing)")
            #expect(
                answers.pages.outcome == .failed && answers.pages.words.contains(file), "\(answers.pages)")
        }
    }

    private static let lock = "BEGIN; LOCK TABLE locked; PREPARE TRANSACTION 'left'"

    private static let brokenObjects =
        CheckedCluster.brokenIndex + """

            CREATE TABLE page AS SELECT n, repeat('y', 500) AS filling FROM generate_series(1, 10) n;
            CREATE TABLE locked (n int PRIMARY KEY);
            CREATE UNLOGGED TABLE volatile AS SELECT 1 AS n;
            CREATE TABLE doubled AS SELECT 1 AS n;
            CREATE INDEX halfway ON doubled (n);
            UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'halfway'::regclass;
            """

    private static func without(_ change: (inout BuiltInChecks) -> Void) -> BuiltInChecks {
        var checks = BuiltInChecks()
        change(&checks)
        return checks
    }
}
