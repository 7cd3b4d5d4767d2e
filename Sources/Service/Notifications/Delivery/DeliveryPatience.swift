// SPDX-License-Identifier: Apache-2.0

/// When a message is tried again, and when no more.
public struct DeliveryPatience: Sendable, Equatable {
    /// The pause after the first failure, in seconds; each one after it is twice as long.
    public var firstPause: Double
    /// No pause is longer, in seconds.
    public var longestPause: Double
    /// So many refusals of one message set it aside, so that those behind it can go.
    public var refusals: Int

    /// Pauses are in seconds: half a minute, doubled up to an hour, unless that is told.
    public init(firstPause: Double = 30, longestPause: Double = 3600, refusals: Int = 8) {
        (self.firstPause, self.longestPause, self.refusals) = (firstPause, longestPause, refusals)
    }

    /// After so many failures, in seconds.
    func pause(after failures: Int) -> Double {
        // Beyond that many doublings every pause is the longest.
        min(longestPause, firstPause * Double(1 << min(max(0, failures - 1), 30)))
    }
}
