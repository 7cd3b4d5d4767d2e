// SPDX-License-Identifier: Apache-2.0
public import Diagnostics
import Glibc
import Synchronization

/// A number of bytes per second that all transfers of a run share.
///
/// A token bucket: whoever takes bytes waits until they are paid for. After a pause at most a quarter of a
/// second's worth goes through at once. Takers wait in the order in which they came.
public final class RateLimit: Sendable {
    /// Time as the limit sees it: only differences count.
    public struct Clock: Sendable {
        /// Nanoseconds since some moment; never goes back.
        public var now: @Sendable () -> UInt64
        /// Waits for about so many nanoseconds.
        public var sleep: @Sendable (UInt64) -> Void

        /// `now` and `sleep` count nanoseconds.
        public init(now: @escaping @Sendable () -> UInt64, sleep: @escaping @Sendable (UInt64) -> Void) {
            (self.now, self.sleep) = (now, sleep)
        }
    }

    /// For all readings together.
    public let bytesPerSecond: UInt64
    private let clock: Clock
    /// When all bytes taken so far are paid for.
    private let paidAt: Mutex<UInt64>

    private static let second: UInt64 = 1_000_000_000
    private static let burst = second / 4
    /// A request to stop is noticed at least this often while waiting.
    private static let longestSleep = second / 10

    /// Begins with nothing saved up.
    public init(bytesPerSecond: UInt64, clock: Clock = .system) {
        precondition(bytesPerSecond > 0, "a limit of nothing would wait for ever")
        (self.bytesPerSecond, self.clock) = (bytesPerSecond, clock)
        paidAt = Mutex(clock.now())
    }

    /// Takes `count` bytes and waits until the limit allows for them, or throws `.interrupted`.
    public func take(_ count: Int, unless cancellation: Cancellation) throws(ObjectStoreError) {
        let due = book(count)
        while true {
            guard !cancellation.isRequested else { throw .interrupted }
            let now = clock.now()
            guard now < due else { return }
            clock.sleep(min(due - now, Self.longestSleep))
        }
    }

    private func book(_ count: Int) -> UInt64 {
        let price = UInt64(clamping: count).multipliedFullWidth(by: Self.second)
        let cost = price.high < bytesPerSecond ? bytesPerSecond.dividingFullWidth(price).quotient : .max
        let now = clock.now()
        return paidAt.withLock { paidAt in
            let start = max(paidAt, now > Self.burst ? now - Self.burst : 0)
            let (due, overflow) = start.addingReportingOverflow(cost)
            paidAt = overflow ? .max : due
            return paidAt
        }
    }
}

extension RateLimit.Clock {
    /// The machine's monotonic clock.
    public static let system = RateLimit.Clock(
        now: {
            var time = timespec()
            unsafe clock_gettime(CLOCK_MONOTONIC, &time)
            return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
        },
        sleep: { nanoseconds in
            var time = timespec(
                tv_sec: Int(clamping: nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
            unsafe nanosleep(&time, nil)
        })
}
