// SPDX-License-Identifier: Apache-2.0

/// The failures of one operation, and what to do after the next: a value that acts on nothing.
struct RetryState {
    enum Decision: Equatable {
        case again(after: Duration)
        case final(ObjectStoreError)
    }

    private let policy: RetryPolicy
    private(set) var attempts = Attempts()
    /// Repetitions taken from the shared budget since the last progress.
    private(set) var spent = 0
    private var delivered: UInt64 = 0
    private var mark: UInt64 = 0
    private var lastByte: Duration
    /// Failures since the last progress: those that count against the number of attempts, and all.
    private var faults = 0
    private var failures = 0
    /// Since the last progress: either may be needed again in a reading of many hours.
    private var hasCorrectedClock = false
    private var hasRenewedCredentials = false

    init(_ policy: RetryPolicy, now: Duration) {
        self.policy = policy
        lastByte = now
    }

    /// Notes how many bytes have been handed over in all; true when that is progress.
    mutating func note(delivered bytes: UInt64, now: Duration) -> Bool {
        if bytes > delivered { lastByte = now }
        delivered = max(delivered, bytes)
        guard delivered - mark >= policy.progress else { return false }
        (mark, faults, failures) = (delivered, 0, 0)
        (hasCorrectedClock, hasRenewedCredentials) = (false, false)
        return true
    }

    mutating func forgetSpent() { spent = 0 }

    /// Judges a failure; `takeFromBudget` is asked when a repetition costs something.
    mutating func decide(
        _ error: ObjectStoreError, now: Duration, takeFromBudget: () -> Bool
    ) -> Decision {
        guard case .transient(let what, let reason, let kind) = error else { return .final(error) }
        attempts.add(reason)
        failures += 1
        switch kind {
        case .clockSkew:
            guard !hasCorrectedClock else { return .final(skewedAgain(what, reason)) }
            hasCorrectedClock = true
            return .again(after: .zero)
        case .expiredCredentials:
            guard !hasRenewedCredentials else { return .final(expiredAgain(what, reason)) }
            hasRenewedCredentials = true
            return .again(after: .zero)
        case .slowDown(let retryAfter):
            let asked = Duration.seconds(min(max(retryAfter ?? 0, 0), policy.retryAfterCap))
            return wait(max(asked, policy.backoff(afterFailures: failures)), what, now)
        case .fault:
            faults += 1
            guard faults < policy.attempts else { return .final(gaveUp(what)) }
            guard takeFromBudget() else {
                return .final(gaveUp(what, because: "the repetitions of this run are used up"))
            }
            spent += 1
            return wait(policy.backoff(afterFailures: failures), what, now)
        }
    }

    private func wait(_ delay: Duration, _ what: String, _ now: Duration) -> Decision {
        guard now + delay - lastByte <= policy.deadline else {
            return .final(gaveUp(what, because: "no byte for \(policy.deadline.components.seconds) s"))
        }
        return .again(after: delay)
    }

    private func gaveUp(_ what: String, because reason: String? = nil) -> ObjectStoreError {
        .gaveUp(what, attempts: attempts.summary + (reason.map { "; \($0)" } ?? ""))
    }

    private func skewedAgain(_ what: String, _ reason: String) -> ObjectStoreError {
        .denied(
            what, reason: "\(reason), after signing with the store's own time",
            hint: "is the clock of this machine, or of the store, right?")
    }

    private func expiredAgain(_ what: String, _ reason: String) -> ObjectStoreError {
        .denied(what, reason: "\(reason), with renewed credentials", hint: "get new temporary credentials.")
    }
}
