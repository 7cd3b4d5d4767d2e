// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Restorer
import Synchronization
import Testing

@testable import Operations

@Suite struct `What a container tells of its trial` {
    private static let failure = ToldError(OperationError.noPlaceForHistory, .damaged)

    private static func changed(_ change: (inout [CheckResult]) -> Void) -> [CheckResult] {
        var checks = ToldChecks.builtIn
        change(&checks)
        return checks
    }

    // MARK: What was asked

    @Test func `is taken where it answers what was asked`() throws {
        let end = try #require(ToldTrial(of: ToldChecks.asked()).judged(ToldChecks.end, nil))
        #expect(end.exitStatus == 0 && end.level == .exercised && end.failure == nil)
    }

    private static let wrong: [(String, [CheckResult])] = [
        ("nothing", []), ("not the pages", Array(ToldChecks.builtIn.dropLast())),
        ("only the pages", [ToldChecks.pages]),
        ("one left out", changed { $0.remove(at: 2) }), ("one twice", changed { $0.insert($0[2], at: 2) }),
        ("in another order", changed { $0.swapAt(2, 3) }),
        ("a database twice", changed { $0.insert(contentsOf: $0[0..<4], at: 4) }),
        (
            "one that nobody asked",
            ToldChecks.builtIn + [CheckResult("all is well", .user, .passed, words: "")]
        ),
        ("a milder failure", changed { ($0[2].outcome, $0[2].severity) = (.failed, .warning) }),
        ("a database without a name", changed { for index in 0..<4 { $0[index].database = "" } }),
        (
            "a name as long as a book",
            changed {
                $0.insert(
                    CheckResult(
                        "table " + String(repeating: "x", count: 1001), .builtIn, database: "postgres",
                        .failed, words: ""), at: 3)
            }
        ),
        (
            "more tables than are told",
            changed {
                $0.insert(
                    contentsOf: [CheckResult](
                        repeating: CheckResult(
                            "table t", .builtIn, database: "postgres", .failed, words: ""), count: 51), at: 3)
            }
        ),
    ]

    @Test(arguments: wrong) func `is not taken where it does not`(_ name: String, _ checks: [CheckResult]) {
        #expect(ToldTrial(of: ToldChecks.asked()).judged(ToldChecks.told(checks), nil) == nil, "\(name)")
    }

    @Test func `is not taken where no server answered and nothing failed`() {
        let trial = ToldTrial(of: ToldChecks.asked())
        for change: (inout TrialEnd) -> Void in [{ $0.level = nil }, { $0.secondsToAnswer = nil }] {
            var end = ToldChecks.end
            change(&end)
            #expect(trial.judged(end, nil) == nil)
        }
    }

    // MARK: What it comes to

    @Test func `comes to what its checks came to, whatever it says`() throws {
        let trial = ToldTrial(of: ToldChecks.asked())
        let failed = try #require(
            trial.judged(
                ToldChecks.told(
                    Self.changed { ($0[2].outcome, $0[2].words) = (.failed, "3 tables cannot be read") }), nil
            ))
        #expect(failed.exitStatus == ExitStatus.trialFailed.rawValue && failed.level == .restored)
        #expect(failed.failure == "tables in 'postgres': 3 tables cannot be read")
        let unread = try #require(
            trial.judged(ToldChecks.told(Self.changed { $0[3].outcome = .notRun }), nil))
        #expect(
            unread.exitStatus == ExitStatus.inconclusive.rawValue && unread.level == .restored)
        let lacking = try #require(
            trial.judged(
                ToldChecks.told(Self.changed { ($0[3].outcome, $0[3].severity) = (.notRun, .warning) }), nil))
        #expect(lacking.exitStatus == 0 && lacking.level == .exercised)
    }

    @Test func `is no success where it has failed`() throws {
        let trial = ToldTrial(of: ToldChecks.asked())
        let without = ClusterQuestions().notRun("it broke off")
        for checks in [ToldChecks.builtIn, Array(ToldChecks.builtIn.dropLast()), without] {
            let end = try #require(trial.judged(ToldChecks.told(checks), Self.failure))
            #expect(end.exitStatus == ExitStatus.damaged.rawValue && end.level == .restored)
            #expect(end.failure == Self.failure.message)
        }
        #expect(trial.judged(ToldChecks.told([]), Self.failure) == nil)
        let success = ToldError(OperationError.noPlaceForHistory, .success)
        let end = try #require(trial.judged(ToldChecks.end, success))
        #expect(end.exitStatus == ExitStatus.unknown.rawValue)
    }

    // MARK: The user's

    private static let file = """
        checks:
          - name: rows
            database: shop
            sql: SELECT 1
            expect: = 1
          - name: a command
            database: shop
            command: [/bin/true]
        """

    private static func user(_ outcome: CheckResult.Outcome) -> [CheckResult] {
        let user = [
            CheckResult("rows", .user, database: "shop", outcome, words: "it was not run"),
            CheckResult("a command", .user, database: "shop", .notRun, words: "not in a container"),
        ]
        return ToldChecks.builtIn.dropLast() + user + [ToldChecks.pages]
    }

    @Test func `excuses commands that were not run, and nothing else`() throws {
        let trial = ToldTrial(of: ToldChecks.asked(Self.file))
        let passed = try #require(trial.judged(ToldChecks.told(Self.user(.passed)), nil))
        #expect(passed.exitStatus == 0 && passed.level == .restored)
        let notRun = try #require(trial.judged(ToldChecks.told(Self.user(.notRun)), nil))
        #expect(notRun.exitStatus == ExitStatus.inconclusive.rawValue && notRun.level == .restored)
        #expect(notRun.failure == "rows in 'shop': it was not run")
        #expect(trial.judged(ToldChecks.end, nil) == nil)
    }

    // MARK: Memory and time

    @Test func `keeps what was seen in the backup where memory ran out`() {
        for status: Diagnostics.ExitStatus in [.success, .damaged, .tampered, .usage, .noSpace, .interrupted]
        {
            #expect(!PreparedContainerTrial.mayBeMemory(status.rawValue), "\(status)")
        }
        for status: Diagnostics.ExitStatus in [.trialFailed, .inconclusive, .unknown] {
            #expect(PreparedContainerTrial.mayBeMemory(status.rawValue), "\(status)")
        }
    }

    @Test(.timeLimit(.minutes(1))) func `has its time from when its server runs`() throws {
        let quick = TrialDeadline(of: .seconds(-5))
        let calls = Mutex(0)
        try quick.hold(late: { calls.withLock { $0 += 1 } }) { () -> Void in }
        #expect(!quick.hasPassed && calls.withLock { $0 } == 0)
        let late = TrialDeadline(of: .seconds(-5))
        try late.hold(late: { calls.withLock { $0 += 1 } }) {
            late.begin()
            while calls.withLock({ $0 }) == 0 {}
        }
        #expect(late.hasPassed && calls.withLock { $0 } == 1)
        #expect(ContainerTrouble.overdue(late.allowance).exitStatus == .trialFailed)
    }
}
