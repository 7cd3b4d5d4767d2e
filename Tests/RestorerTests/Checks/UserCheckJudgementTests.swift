// SPDX-License-Identifier: Apache-2.0
import AuditModel
import PrivatePostgres
import Testing

@testable import Restorer

@Suite struct `The answer to a check of the user's` {
    private static func judgement() throws -> UserCheckJudgement {
        var check = UserCheck("a", database: "d", .command(["/bin/true"]))
        check.severity = .warning
        return UserCheckJudgement(check, seconds: 2)
    }

    private static let table = TableName("public.orders")

    @Test(
        arguments: [
            (100.0, "95", true), (100, "94", false), (100, "110", true), (100, "111", false), (0, "0", true),
            (0, "1", false), (nil, "7", true),
        ] as [(Double?, String, Bool)])
    func `about rows is held to the last trial`(_ before: Double?, _ count: String, _ passes: Bool) throws {
        let table = try #require(Self.table)
        let result = try Self.judgement().rowCount(
            [[count]], table, .init(shrink: 0.05, growth: 0.1), before: .success(before))
        #expect((result.outcome == .passed) == passes, "\(result)")
        #expect(result.measured == Double(count) && result.severity == .warning && result.seconds == 2)
    }

    @Test func `about rows is none where the history cannot be read`() throws {
        let table = try #require(Self.table)
        let result = try Self.judgement().rowCount(
            [["7"]], table, .init(shrink: 0.05), before: .failure(QueryError.failed("no disk")))
        #expect(result.outcome == .notRun && result.words.contains("no disk"), "\(result)")
    }

    @Test(
        arguments: [
            ("1767225000", .passed, 600), ("1767220000", .failed, 5600), ("1767229200", .passed, 0),
            ("Infinity", .failed, nil), ("", .failed, nil), (nil, .failed, nil),
        ] as [(String?, CheckResult.Outcome, Double?)])
    func `about freshness is how much older the data are than the backup`(
        _ newest: String?, _ outcome: CheckResult.Outcome, _ age: Double?
    ) throws {
        let moment = Timestamp(seconds: 1_767_225_600)
        let (result, found) = try Self.judgement().freshness([[newest]], limit: 900, moment: moment)
        #expect(result.outcome == outcome && result.measured == age, "\(result)")
        #expect((found != nil) == (age != nil))
    }

    @Test(
        arguments: [
            (.exited(0), .passed), (.exited(1), .failed), (.exited(127), .notRun), (.signalled(9), .notRun),
            (.signalled(11), .failed), (.notStarted("no"), .notRun), (nil, .hung),
        ] as [(ProgramEnding?, CheckResult.Outcome)])
    func `of a command is its status and last line`(
        _ ending: ProgramEnding?, _ outcome: CheckResult.Outcome
    ) throws {
        let result = try Self.judgement().command(ending, lastLine: "all \u{1B}well")
        #expect(result.outcome == outcome)
        #expect(!result.words.contains("\u{1B}"))
        if case .exited = ending { #expect(result.words.hasSuffix(#"all \x1Bwell"#)) }
    }

    @Test(
        arguments: [
            (.timedOut, .hung), (.refused(sqlState: "42P01"), .failed), (.notAdmitted("no"), .failed),
            (.notConnected, .failed), (.failed("no psql"), .notRun), (.tooLarge(limit: 5), .failed),
            (.refused(sqlState: "53100"), .notRun), (.refused(sqlState: "53200"), .notRun),
            (.refused(sqlState: "58030"), .notRun), (.refused(sqlState: "58P01"), .failed),
            (.notAdmitted("sorry, too many clients already"), .notRun),
        ] as [(QueryError, CheckResult.Outcome)])
    func `that did not come says why`(_ error: QueryError, _ outcome: CheckResult.Outcome) throws {
        #expect(try Self.judgement().unanswered(error).outcome == outcome)
        // One that is built in is judged by the same table.
        let builtIn = CheckResult.unasked("tables", nil, error, isBounded: true, seconds: 1)
        #expect(builtIn.outcome == outcome && builtIn.leavesNoVerdict == (outcome == .notRun))
    }

    @Test func `that took longer than the usual time is no verdict`() {
        #expect(
            CheckResult.unasked("tables", nil, .timedOut, isBounded: false, seconds: 1).outcome == .notRun)
    }
}
