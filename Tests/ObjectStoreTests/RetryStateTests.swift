// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import ObjectStore

@Suite struct RetryStateTests {
    private static func fault(_ reason: String = "x") -> ObjectStoreError {
        .transient("it", reason: reason, kind: .fault)
    }
    private static let slowDown = ObjectStoreError.transient(
        "it", reason: "slow", kind: .slowDown(retryAfter: nil))

    private func policy(random: Double) -> RetryPolicy {
        var policy = RetryPolicy()
        policy.random = { random }
        return policy
    }

    @Test func `waits double up to the cap, and are random below that`() {
        let policy = policy(random: 1)
        #expect(policy.backoff(afterFailures: 1) == .milliseconds(100))
        #expect(policy.backoff(afterFailures: 2) == .milliseconds(200))
        #expect(policy.backoff(afterFailures: 9) == .seconds(20))
        #expect(policy.backoff(afterFailures: .max) == .seconds(20))
        #expect(self.policy(random: 0).backoff(afterFailures: 5) == .zero)
    }

    @Test func `the sixth failure is the last`() {
        var retries = RetryState(policy(random: 0), now: .zero)
        for _ in 1...5 {
            let decision = retries.decide(Self.fault(), now: .zero) { true }
            #expect(decision == .again(after: .zero))
        }
        let last = retries.decide(Self.fault("y"), now: .zero) { true }
        #expect(last == .final(.gaveUp("it", attempts: "6 attempts: 5 x x; 1 x y")))
    }

    @Test func `failures that ask to slow down are bounded by the deadline alone`() {
        var retries = RetryState(policy(random: 1), now: .zero)
        var now = Duration.zero
        var count = 0
        while case .again(let delay) = retries.decide(Self.slowDown, now: now, takeFromBudget: { false }) {
            now += delay
            count += 1
        }
        #expect(now > .seconds(870))
        #expect(now <= .seconds(900))
        #expect(count > 40)
    }

    @Test func `new bytes move the deadline`() {
        var retries = RetryState(policy(random: 1), now: .zero)
        let isProgress = retries.note(delivered: 1, now: .seconds(899))
        #expect(!isProgress)
        guard case .again = retries.decide(Self.slowDown, now: .seconds(1000), takeFromBudget: { true })
        else {
            Issue.record("it stopped")
            return
        }
        guard case .final = retries.decide(Self.slowDown, now: .seconds(1800), takeFromBudget: { true })
        else {
            Issue.record("it went on")
            return
        }
    }

    @Test(arguments: [TransientKind.clockSkew(serverTime: Timestamp(seconds: 1)), .expiredCredentials])
    func `a clock and a key are set right once, and once more after progress`(kind: TransientKind) {
        var retries = RetryState(policy(random: 0), now: .zero)
        let failure = ObjectStoreError.transient("it", reason: "x", kind: kind)
        for part in 1...3 as ClosedRange<UInt64> {
            let again = retries.decide(failure, now: .zero) { true }
            #expect(again == .again(after: .zero))
            let isProgress = retries.note(delivered: part * RetryPolicy().progress, now: .zero)
            #expect(isProgress)
        }
        _ = retries.decide(failure, now: .zero) { true }
        guard case .final(.denied) = retries.decide(failure, now: .zero, takeFromBudget: { true }) else {
            Issue.record("it went on")
            return
        }
    }

    @Test func `an empty budget ends it`() {
        var retries = RetryState(policy(random: 0), now: .zero)
        guard case .final(.gaveUp) = retries.decide(Self.fault(), now: .zero, takeFromBudget: { false })
        else {
            Issue.record("it went on")
            return
        }
    }

    @Test func `what cannot pass is passed on unchanged`() {
        var retries = RetryState(policy(random: 0), now: .zero)
        let decision = retries.decide(.missing("k"), now: .zero) { true }
        #expect(decision == .final(.missing("k")))
    }

    @Test func `reasons are folded and do not grow without end`() {
        var attempts = Attempts()
        for number in 0..<1000 { attempts.add("reason \(number)") }
        #expect(attempts.summary.hasPrefix("1000 attempts: 1 x reason 0; "))
        #expect(attempts.summary.hasSuffix("; 994 x other failures"))
    }

    @Test func `the budget is spent by repetitions and earned back by success`() {
        let budget = RetryBudget(repetitions: 2)
        #expect(budget.take())
        #expect(budget.take())
        #expect(!budget.take())
        budget.refund(repetitions: 0)
        #expect(!budget.take())
        budget.refund(repetitions: 1)
        #expect(budget.take())
        budget.refund(repetitions: 1_000_000)
        #expect([budget.take(), budget.take(), budget.take()] == [true, true, false])
    }

    @Test func `the pace halves at most once a second and comes back with success`() {
        let pace = RequestPace()
        #expect(pace.wait(at: .zero) == .zero)
        pace.lower(at: .seconds(1))
        pace.lower(at: .milliseconds(1500))
        #expect(pace.rate == 32)
        pace.lower(at: .seconds(2))
        #expect(pace.rate == 16)
        #expect(pace.wait(at: .seconds(2)) == .zero)
        #expect(pace.wait(at: .seconds(2)) == .milliseconds(62.5))
        #expect(pace.wait(at: .seconds(2)) == .milliseconds(125))
        for second in 3..<100 { pace.lower(at: .seconds(second)) }
        #expect(pace.rate == 0.5)
        for _ in 0..<300 { pace.raise() }
        #expect(pace.rate == nil)
    }
}
