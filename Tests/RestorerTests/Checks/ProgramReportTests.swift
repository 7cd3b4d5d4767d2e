// SPDX-License-Identifier: Apache-2.0
import AuditModel
import PrivatePostgres
import Testing

@testable import Restorer

@Suite struct `What pg_amcheck says` {
    private static func result(
        _ text: String, _ ending: ProgramEnding?, isBounded: Bool = true
    ) -> CheckResult {
        var report = AmcheckReport()
        for line in text.split(separator: "\n") { report.receive(String(line)) }
        return report.result(ending, database: "shop", isBounded: isBounded, seconds: 1)
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
        func said(_ words: String, isBounded: Bool = true) -> CheckResult {
            Self.result(
                "btree index \"shop.public.a\":\n    ERROR:  \(words)", .exited(2), isBounded: isBounded)
        }
        let locked = said("canceling statement due to lock timeout")
        #expect(locked.outcome == .notRun && locked.severity == .warning && locked.measured == 0)
        #expect(locked.words == "pg_amcheck found locked: index shop.public.a")
        let late = "canceling statement due to statement timeout"
        #expect(said(late).outcome == .hung && said(late, isBounded: false).outcome == .notRun)
        for words in [
            "out of memory", "could not extend file \"base/5/16384\": No space left on device",
            "could not read block 3 in file \"base/5/16384\": Input/output error",
        ] {
            let short = said(words)
            #expect(short.leavesNoVerdict && !short.isFailure, "\(short)")
        }
    }

    @Test func `is asked of a server that protects its superuser`() {
        #expect(!Amcheck.isSafeForFunctions(140_002) && Amcheck.isSafeForFunctions(140_003))
        #expect(Amcheck.canBeDoor("shop") && !Amcheck.canBeDoor("host=evil"))
        #expect(!Amcheck.canBeDoor("postgresql://evil"))
    }
}

@Suite struct `What psql says of the tables that it reads` {
    private static func outcomes(_ lines: [String], _ ending: ProgramEnding? = .exited(3)) -> [UInt32:
        TableReport.Outcome]
    {
        var report = TableReport(mark: "mark")
        for line in lines { report.receive(line) }
        report.finish(ending)
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
        #expect(Self.outcomes(["mark begin 7"], nil) == [7: .hung])
    }

    @Test func `is the machine's fault where psql was ended, or had no room`() {
        #expect(Self.outcomes(["mark begin 7"], .signalled(9)) == [7: .cutOff])
        let said = "psql:<stdin>:7: FATAL:  53100: could not write to file: No space left on device"
        #expect(
            Self.outcomes(["mark begin 7", said], .exited(2)) == [
                7: .refused(sqlState: "53100", words: "could not write to file: No space left on device")
            ])
        for outcome in [
            TableReport.Outcome.cutOff, .refused(sqlState: "53200", words: "out of memory"),
            .refused(sqlState: "58030", words: "could not read block 1: Input/output error"),
        ] {
            let results = Self.results([1: outcome, 2: .read(rows: 1), 3: .read(rows: 1)])
            #expect(results.map(\.outcome) == [.notRun, .notRun] && !results.contains(where: \.isFailure))
            #expect(results.map(\.leavesNoVerdict) == [true, true], "\(results)")
        }
        // What is damaged counts before that.
        #expect(Self.results([1: .cutOff, 2: .lost]).map(\.outcome) == [.failed, .notRun, .failed])
    }

    private static let tables = [1, 2, 3].map { ReadTable(identifier: $0, name: "public.t\($0)", pages: 1) }

    private static func results(
        _ outcomes: [UInt32: TableReport.Outcome], isBounded: Bool = true
    ) -> [CheckResult] {
        TableJudgement(
            database: "d", tables: tables, outcomes: outcomes, isBounded: isBounded, seconds: 1
        ).results
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
        #expect(Self.results([1: .hung], isBounded: false).map(\.outcome) == [.notRun, .notRun])
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
        let short = #"pg_checksums: error: could not read block 1 in file "./base/5/1": read 100 of 8192"#
        let failed = PageSumReport([short]).result(.exited(1))
        #expect(failed.outcome == .failed && failed.words.contains("could not read block 1"))
        let broken =
            #"pg_checksums: error: could not read block 1 in file "./base/5/1": Input/output error"#
        for result in [
            PageSumReport([broken]).result(.exited(1)), PageSumReport([]).result(.signalled(9)),
            PageSumReport([]).result(.notStarted("no such file")),
        ] { #expect(result.leavesNoVerdict && !result.isFailure, "\(result)") }
        // What was found before it was ended stays found.
        let found = #"error: checksum verification failed in file "./base/5/1", block 1: calculated 1"#
        #expect(PageSumReport([found]).result(.signalled(9)).outcome == .failed)
    }
}
