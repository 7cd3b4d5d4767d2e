// SPDX-License-Identifier: Apache-2.0
import Glibc

/// How often, how long and at what pace a failing request is repeated.
public struct RetryPolicy: Sendable {
    /// The first wait is at most this long; the bound doubles with every failure.
    public var base: Duration = .milliseconds(100)
    /// No wait is longer, unless the store asks for it.
    public var cap: Duration = .seconds(20)
    /// How many attempts may fail, one after the other, without `progress`.
    public var attempts = 6
    /// How many bytes make the failures before them forgotten.
    public var progress: UInt64 = 1 << 20
    /// How long an operation goes on without a single new byte.
    ///
    /// It alone bounds the waiting for a store that asks us to slow down.
    public var deadline: Duration = .seconds(900)
    /// No longer than this is waited because a store says so, in seconds.
    public var retryAfterCap: Int64 = RetryAfter.cap
    /// How many repetitions all operations together may have at hand; success earns them back.
    public var budget = 100

    /// A number from 0 up to, not including, 1.
    public var random: @Sendable () -> Double = { Double.random(in: 0..<1) }
    /// A clock that only goes forward, from any start.
    public var now: @Sendable () -> Duration = Self.monotonic
    /// Blocks the thread for a short while.
    public var sleep: @Sendable (Duration) -> Void = { duration in
        let (seconds, attoseconds) = duration.components
        usleep(UInt32(clamping: seconds * 1_000_000 + attoseconds / 1_000_000_000_000))
    }

    /// The usual policy.
    public init() {}

    private static let origin = ContinuousClock.now

    private static let monotonic: @Sendable () -> Duration = { origin.duration(to: .now) }

    /// A random part of a bound that doubles with each failure ("Exponential Backoff And Jitter",
    /// AWS Architecture Blog: full jitter).
    func backoff(afterFailures failures: Int) -> Duration {
        let bound = min(cap, base * (1 << min(max(failures - 1, 0), 16)))
        return bound * random()
    }
}
