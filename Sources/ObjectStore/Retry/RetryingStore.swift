// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
public import Logging

/// Repeats what may pass, on any store.
///
/// A reading that breaks at byte k goes on at byte k of the same version; a listing goes on at the page
/// that failed. Failures are waited out with full jitter; see `RetryPolicy` for what ends it. Retry budget
/// and request rate are shared by all threads that use one `RetryingStore`. What cannot pass is thrown
/// on unchanged, and what went on for too long as `.gaveUp`.
///
/// Wrap it round the store itself: a wrapper in between would hide the pages of its listing.
public final class RetryingStore: ObjectStore {
    let store: any ObjectStore
    private let policy: RetryPolicy
    private let cancellation: Cancellation
    private let logger: Logger
    private let budget: RetryBudget
    let pace = RequestPace()

    /// Each store has a retry budget and a request rate of its own.
    public init(
        _ store: any ObjectStore, policy: RetryPolicy = RetryPolicy(), cancellation: Cancellation,
        logger: Logger
    ) {
        (self.store, self.policy) = (store, policy)
        (self.cancellation, self.logger) = (cancellation, logger)
        budget = RetryBudget(repetitions: policy.budget)
    }

    /// That of the store within.
    public var url: String { store.url }

    /// Asks again for the page that failed.
    ///
    /// A store without pages is asked again only while nothing of its listing was handed over.
    public func list(
        _ prefix: ObjectName, _ body: (StoredObject) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) {
        guard let paged = store as? any PagedStore else { return try listAtOnce(prefix, body) }
        try paged.pages(prefix, body) { continuation throws(ObjectStoreError) in
            try persist { () throws(ObjectStoreError) in
                .success(try paged.page(prefix, from: continuation))
            }.value
        }
    }

    /// Without pages, a listing can only be repeated while nothing of it was handed over.
    private func listAtOnce(
        _ prefix: ObjectName, _ body: (StoredObject) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) {
        var hasBegun = false
        _ = try persist { () throws(ObjectStoreError) -> Outcome<Void> in
            do throws(ObjectStoreError) {
                try store.list(prefix) { object throws(ObjectStoreError) in
                    hasBegun = true
                    try body(object)
                }
                return .success(())
            } catch {
                guard hasBegun else { throw error }
                return .failure(error)
            }
        }
    }

    /// Asks again as long as the failure may pass.
    public func head(_ name: ObjectName) throws(ObjectStoreError) -> StoredObject {
        try repeated { () throws(ObjectStoreError) in try store.head(name) }
    }

    /// Asks again as long as the failure may pass.
    public func olderVersion(of name: ObjectName) throws(ObjectStoreError) -> OlderVersion? {
        try repeated { () throws(ObjectStoreError) in try store.olderVersion(of: name) }
    }

    /// Goes on behind the last byte that was handed over; the statistics are those of all attempts together.
    @discardableResult
    public func read(
        _ request: ReadRequest, _ body: (RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> ReadStatistics {
        var request = request
        if request.expected.etag == nil, request.witness == nil { request.witness = VersionWitness() }
        var position = request.range.lowerBound
        let (inner, attempts) = try persist(delivered: { position - request.range.lowerBound }) {
            () throws(ObjectStoreError) in
            try readOn(request, from: &position, body)
        }
        return ReadStatistics(
            retries: attempts.count + inner.retries,
            trouble: attempts.count == 0 ? inner.trouble : attempts.summary)
    }

    /// Makes one attempt, with the store within.
    public func readSideBySide(
        _ first: ReadRequest, _ second: ReadRequest,
        _ body: (RawSpan, RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> Bool {
        try store.readSideBySide(first, second, body)
    }

    /// Reads what is left from `position` on, and moves it with every byte handed over.
    private func readOn(
        _ request: ReadRequest, from position: inout UInt64,
        _ body: (RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> Outcome<ReadStatistics> {
        let end = request.range.upperBound
        // All bytes have come and only the end of the reply was missing.
        if position == end, !request.range.isEmpty { return .success(ReadStatistics()) }
        var rest = request
        rest.range = position..<end
        var isStopped = false
        do throws(ObjectStoreError) {
            let statistics = try store.read(rest) { bytes throws(ObjectStoreError) in
                guard UInt64(bytes.byteCount) <= end - position else {
                    throw .misbehaving("object '\(request.name)'", reason: "more bytes than were asked for")
                }
                do throws(ObjectStoreError) { try body(bytes) } catch {
                    isStopped = true
                    throw error
                }
                position += UInt64(bytes.byteCount)
            }
            return .success(statistics)
        } catch {
            guard isStopped else { throw error }
            return .failure(error)
        }
    }
}

// MARK: The loop
extension RetryingStore {
    /// How an attempt that is not to be repeated ended; it fails when the one who takes the results does.
    private typealias Outcome<Value> = Result<Value, ObjectStoreError>

    /// Repeats what may pass until there is a value.
    func repeated<Value>(
        _ attempt: () throws(ObjectStoreError) -> Value
    ) throws(ObjectStoreError) -> Value {
        try persist { () throws(ObjectStoreError) in .success(try attempt()) }.value
    }

    private func persist<Value>(
        delivered: () -> UInt64 = { 0 }, _ attempt: () throws(ObjectStoreError) -> Outcome<Value>
    ) throws(ObjectStoreError) -> (value: Value, attempts: Attempts) {
        var retries = RetryState(policy, now: policy.now())
        while true {
            try pause(pace.wait(at: policy.now()))
            let outcome: Outcome<Value>
            do throws(ObjectStoreError) { outcome = try attempt() } catch {
                try pause(try delay(after: error, &retries, delivered: delivered()))
                continue
            }
            pace.raise()
            budget.refund(repetitions: retries.spent)
            return (try outcome.get(), retries.attempts)
        }
    }

    /// How long to wait before the next attempt; throws when there is to be none.
    private func delay(
        after failure: ObjectStoreError, _ retries: inout RetryState, delivered: UInt64
    ) throws(ObjectStoreError) -> Duration {
        let now = policy.now()
        if retries.note(delivered: delivered, now: now) {
            budget.refund(repetitions: retries.spent)
            retries.forgetSpent()
        }
        if case .transient(_, _, .slowDown) = failure { pace.lower(at: now) }
        switch retries.decide(failure, now: now, takeFromBudget: budget.take) {
        case .final(let error): throw error
        case .again(let delay):
            logger.debug("\(failure.message); trying again in \(delay)")
            return delay
        }
    }

    /// Sleeps in short pieces, so that an interruption is seen soon.
    private func pause(_ duration: Duration) throws(ObjectStoreError) {
        let piece = Duration.milliseconds(100)
        var rest = duration
        while true {
            if cancellation.isRequested { throw .interrupted }
            guard rest > .zero else { return }
            policy.sleep(min(rest, piece))
            rest -= piece
        }
    }
}
