// SPDX-License-Identifier: Apache-2.0
import AuditModel
import PrivatePostgres
import Testing

@testable import Restorer

@Suite struct `What pg_amcheck says` {
    private static func result(_ text: String, _ ending: ProgramEnding?) -> CheckResult {
        var report = AmcheckReport()
        for line in text.split(separator: "\n") { report.take(String(line)) }
        return report.result(ending, database: "shop", seconds: 1)
    }

    @Test func `names what is damaged, and no value`() {
        let result = Self.result(
            """
            btree index "shop.public.orders_pkey":
                ERROR:  item order invariant violated for index "orders_pkey"
                DETAIL:  Lower index tid=(1,2) (points to heap tid=(0,2)) higher index tid=(1,3)
            heap table "shop.public.a "b"", block 3, offset 1, attribute 2:
                toast value 16400 missing chunk 0
            btree index "shop.public.evil":
                ERROR:  alice@example.com is no number
            """, .exited(2))
        #expect(result.outcome == .failed && result.measured == 3)
        #expect(
            result.words
                == #"damaged: index shop.public.orders_pkey (item order invariant violated …); table shop.public.a "b", block 3, offset 1, attribute 2 (toast value …); index shop.public.evil"#
        )
    }

    @Test(
        arguments: [
            ("", .exited(0), .passed), ("", .exited(2), .failed), ("", nil, .hung),
            (
                "pg_amcheck: error: query failed: server closed the connection unexpectedly", .exited(1),
                .failed
            ),
            ("pg_amcheck: error: could not connect", .exited(1), .notRun), ("", .notStarted("x"), .notRun),
        ] as [(String, ProgramEnding?, CheckResult.Outcome)])
    func `and how it ends is the outcome`(
        _ text: String, _ ending: ProgramEnding?, _ outcome: CheckResult.Outcome
    ) {
        #expect(Self.result(text, ending).outcome == outcome)
    }

    @Test func `is no damage where it did not come to look`() {
        let text = """
            btree index "shop.public.a":
                ERROR:  canceling statement due to lock timeout
            """
        let result = Self.result(text, .exited(2))
        #expect(result.outcome == .hung && result.measured == 0)
        #expect(result.words == "pg_amcheck had no time for, or found locked: index shop.public.a")
    }

    @Test func `is asked of a server that protects its superuser`() {
        #expect(!Amcheck.isSafeForFunctions(140_002) && Amcheck.isSafeForFunctions(140_003))
        #expect(Amcheck.canBeDoor("shop") && !Amcheck.canBeDoor("host=evil"))
        #expect(!Amcheck.canBeDoor("postgresql://evil"))
    }
}

@Suite struct `What psql says of the tables that it reads` {
    private static func outcomes(_ lines: [String], isInTime: Bool = true) -> [UInt32: TableReport.Outcome] {
        var report = TableReport(mark: "mark")
        for line in lines { report.take(line) }
        report.finish(isInTime: isInTime)
        return report.outcomes
    }

    @Test func `is rows, or why there are none`() {
        let outcomes = Self.outcomes([
            "mark begin 1", "mark end 1 00000 42", "mark begin 2",
            "psql:<stdin>:7: ERROR:  XX001: invalid page in block 0 of relation base/5/16384",
            "LOCATION:  PageIsVerified, x.c:1", "mark end 2 XX001 0", "mark begin 3",
            "psql:<stdin>:9: ERROR:  22P02: invalid input syntax: \"alice\"", "mark end 3 22P02 0",
            "mark begin 4", "psql:<stdin>:9: ERROR:  57014: canceling statement", "mark end 4 57014 0",
            "mark end 5 00000", "mark begin 8",
            "psql:<stdin>:9: ERROR:  55P03: canceling statement due to lock timeout", "mark end 8 55P03 0",
            "other end 6 00000 1", "mark begin 7",
        ])
        #expect(
            outcomes == [
                1: .read(rows: 42),
                2: .refused(
                    sqlState: "XX001", words: "invalid page in block 0 of relation base/5/16384"),
                3: .refused(sqlState: "22P02", words: nil), 4: .hung,
                5: .refused(sqlState: "00000", words: nil), 7: .lost, 8: .locked,
            ])
        #expect(Self.outcomes(["mark begin 7"], isInTime: false) == [7: .hung])
    }

    private static let tables = [1, 2, 3].map { ReadTable(identifier: $0, name: "public.t\($0)", pages: 1) }

    private static func results(_ outcomes: [UInt32: TableReport.Outcome]) -> [CheckResult] {
        TableJudgement(database: "d", tables: tables, outcomes: outcomes, seconds: 1).results
    }

    @Test func `passes when each was read`() {
        let results = Self.results([1: .read(rows: 1), 2: .read(rows: 2), 3: .read(rows: 0)])
        #expect(results.map(\.outcome) == [.passed] && results[0].measured == 3)
        #expect(results[0].words == "3 of 3 tables read to the end, 3 rows")
    }

    @Test func `fails with the names of those that were not`() {
        let damage = TableReport.Outcome.refused(sqlState: "XX001", words: "invalid page")
        let results = Self.results([1: .read(rows: 1), 2: damage, 3: .lost])
        #expect(results.map(\.outcome) == [.failed, .failed, .failed])
        #expect(results.map(\.name) == ["tables", "table public.t2", "table public.t3"])
        #expect(results[1].words == "it cannot be read to its end: invalid page (SQLSTATE XX001)")
        #expect(Self.results([1: .hung]).map(\.outcome) == [.hung, .hung])
        #expect(Self.results([1: .read(rows: 1)]).map(\.outcome) == [.notRun])
    }

    @Test func `is no fault of the data when a library is missing here`() {
        let library = TableReport.Outcome.refused(
            sqlState: "58P01", words: "could not access file \"$libdir/postgis-3\": No such file or directory"
        )
        let results = Self.results([1: .read(rows: 1), 2: library, 3: .read(rows: 0)])
        #expect(results.map(\.outcome) == [.passed, .notRun] && results[1].severity == .warning)
        let file = TableReport.Outcome.refused(
            sqlState: "58P01", words: "could not open file \"base/5/16384\": No such file or directory")
        #expect(Self.results([1: file])[0].outcome == .failed)
    }

    @Test func `comes over connections that have about the same to do`() {
        let tables = [100, 1, 1, 50, 49].enumerated().map {
            ReadTable(identifier: UInt32($0), name: "", pages: $1)
        }
        let lanes = TableScript.lanes(tables, 2)
        #expect(lanes.map { $0.map(\.pages) } == [[100, 1], [50, 49, 1]])
        #expect(TableScript.lanes(tables, 9).count == 5 && TableScript.lanes([], 4).map(\.count) == [0])
    }
}

@Suite struct `What pg_checksums says` {
    @Test func `is the files with pages that are wrong`() {
        let report = PageSumReport([
            #"pg_checksums: error: checksum verification failed in file "./base/5/16384", block 1: calculated checksum 1A2B but block contains 3C4D"#,
            #"pg_checksums: error: checksum verification failed in file "./base/5/16384", block 2: calculated checksum 1A2B but block contains 3C4D"#,
            "Checksum operation completed", "Bad checksums:  2",
        ])
        let result = report.result(.exited(1))
        #expect(result.outcome == .failed && result.measured == 2)
        #expect(result.words == "2 pages do not match their checksums, in base/5/16384")
    }

    @Test func `passes when there are none, and not when it could not look`() {
        #expect(PageSumReport(["Bad checksums:  0"]).result(.exited(0)).outcome == .passed)
        let failed = PageSumReport(["pg_checksums: error: could not read block 1"]).result(.exited(1))
        #expect(failed.outcome == .failed && failed.words.contains("could not read block 1"))
        #expect(PageSumReport([]).result(.signalled(9)).outcome == .failed)
    }
}
