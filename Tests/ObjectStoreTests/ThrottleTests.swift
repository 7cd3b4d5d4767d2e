// SPDX-License-Identifier: Apache-2.0
import Diagnostics
import ObjectStore
import Synchronization
import Testing

/// A clock that only sleeping moves.
private final class HandClock: Sendable {
    private let time = Mutex<UInt64>(1_000_000_000_000)

    var now: UInt64 { time.withLock { $0 } }
    func advance(_ nanoseconds: UInt64) { time.withLock { $0 += nanoseconds } }

    var clock: RateLimit.Clock {
        RateLimit.Clock(now: { self.now }, sleep: { self.advance($0) })
    }
}

@Suite struct `Rate limit` {
    @Test(arguments: [(1_000, 100), (1_000_000, 65_536), (100_000, 1 << 20), (1 << 40, 1 << 20)])
    func `bytes take as long as the rate says`(_ rate: Int, buffer: Int) throws {
        let hand = HandClock()
        let limit = RateLimit(bytesPerSecond: UInt64(rate), clock: hand.clock)
        let start = hand.now
        for _ in 0..<100 { try limit.take(buffer, unless: Cancellation()) }
        let seconds = Double(hand.now - start) / 1e9
        let fair = Double(100 * buffer) / Double(rate)
        #expect(seconds <= fair + 0.001 && seconds >= fair - 0.26)
    }

    @Test func `a pause saves up a quarter of a second and no more`() throws {
        let hand = HandClock()
        let limit = RateLimit(bytesPerSecond: 1000, clock: hand.clock)
        hand.advance(3_600_000_000_000)
        let start = hand.now
        try limit.take(250, unless: Cancellation())
        #expect(hand.now == start)
        try limit.take(1000, unless: Cancellation())
        #expect(hand.now - start == 1_000_000_000)
    }

    @Test func `a request to stop ends a long wait`() throws {
        let hand = HandClock()
        let cancellation = Cancellation()
        let clock = RateLimit.Clock(
            now: { hand.now },
            sleep: { nanoseconds in
                hand.advance(nanoseconds)
                cancellation.request()
            })
        let limit = RateLimit(bytesPerSecond: 1, clock: clock)
        let start = hand.now
        #expect(throws: ObjectStoreError.interrupted) { try limit.take(1_000_000, unless: cancellation) }
        #expect(hand.now - start <= 100_000_000)
    }

    @Test func `absurd numbers wait, they do not trap`() {
        let hand = HandClock()
        let cancellation = Cancellation()
        let clock = RateLimit.Clock(now: { hand.now }, sleep: { _ in cancellation.request() })
        let limit = RateLimit(bytesPerSecond: 1, clock: clock)
        #expect(throws: ObjectStoreError.interrupted) { try limit.take(.max, unless: cancellation) }
        #expect(throws: ObjectStoreError.interrupted) { try limit.take(.max, unless: cancellation) }
    }

    @Test func `the machine's clock goes forward by what was slept`() {
        let clock = RateLimit.Clock.system
        let start = clock.now()
        clock.sleep(2_000_000)
        #expect(clock.now() - start >= 2_000_000)
    }
}
