// SPDX-License-Identifier: Apache-2.0

/// Seconds of monotonic time since it was made.
public struct Stopwatch: Sendable {
    private let start = ContinuousClock.now

    /// Starts now.
    public init() {}

    /// Since its start, by a clock that nobody sets.
    public var seconds: Double {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
