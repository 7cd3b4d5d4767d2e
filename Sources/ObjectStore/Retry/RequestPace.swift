// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The rate at which all threads together may start requests.
///
/// Unlimited until the store asks for less. Then it is halved, at most once a second since one burst of
/// requests brings one burst of complaints, and raised by a fixed step with each success, until it is no
/// limit any more (additive increase, multiplicative decrease).
final class RequestPace: Sendable {
    private struct State {
        /// Requests per second; nil while there is no limit.
        var rate: Double?
        /// The time of the next free place.
        var next: Duration = .zero
        var lowered: Duration?
    }

    private let state = Mutex(State())

    private static let first = 32.0
    private static let slowest = 0.5
    private static let step = 0.5
    private static let unlimited = 128.0

    var rate: Double? { state.withLock { $0.rate } }

    /// Takes the next place and returns how long it is until then.
    func wait(at now: Duration) -> Duration {
        state.withLock { state in
            guard let rate = state.rate else { return .zero }
            let place = max(now, state.next)
            state.next = place + .seconds(1 / rate)
            return place - now
        }
    }

    func lower(at now: Duration) {
        state.withLock { state in
            if let lowered = state.lowered, now - lowered < .seconds(1) { return }
            state.lowered = now
            state.rate = max(Self.slowest, (state.rate ?? Self.first * 2) / 2)
        }
    }

    func raise() {
        state.withLock { state in
            guard let rate = state.rate else { return }
            state.rate = rate + Self.step > Self.unlimited ? nil : rate + Self.step
        }
    }
}
