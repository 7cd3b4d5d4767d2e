// SPDX-License-Identifier: Apache-2.0
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A point in time, in nanoseconds since 1970-01-01T00:00:00Z.
///
/// Reaches from 1677 to 2262; arithmetic saturates, since the values come from stores.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Since the start of 1970 in UTC, leap seconds not counted; reaches to the year 2262.
    public let nanoseconds: Int64

    /// So many nanoseconds after the start of 1970 in UTC, or before it where they are negative.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Both together after the start of 1970 in UTC; never beyond the ends of what can be told.
    public init(seconds: Int64, nanoseconds: Int64 = 0) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = product.addingReportingOverflow(nanoseconds)
        self.nanoseconds = overflow || carry ? (seconds < 0 ? .min : .max) : sum
    }

    /// By time.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Whole seconds since 1970, rounded down.
    public var seconds: Int64 {
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// Later by so many seconds, or earlier; never beyond the ends of what can be told.
    public func advanced(bySeconds seconds: Int64) -> Timestamp {
        advanced(byNanoseconds: Timestamp(seconds: seconds).nanoseconds)
    }

    /// Later by so many nanoseconds, or earlier; never beyond the ends of what can be told.
    public func advanced(byNanoseconds step: Int64) -> Timestamp {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(step)
        return Timestamp(nanoseconds: overflow ? (step < 0 ? .min : .max) : sum)
    }

    /// The seconds from an earlier point to this one; negative when that one is later.
    public func seconds(since earlier: Timestamp) -> Int64 {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        return overflow
            ? (nanoseconds < earlier.nanoseconds ? .min : .max) / 1_000_000_000 : difference / 1_000_000_000
    }
}

/// Where the time of day comes from.
///
/// The only reader of the machine's wall clock is `system`; everything else is handed a clock, so that
/// tests and the correction of a skewed clock need nothing more.
public struct WallClock: Sendable {
    private let read: @Sendable () -> Timestamp

    /// A clock that asks `read` whenever it is read.
    public init(_ read: @escaping @Sendable () -> Timestamp) { self.read = read }

    /// The time at this moment.
    public var now: Timestamp { read() }

    /// The machine's own clock, which somebody may set.
    public static let system = WallClock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }

    /// A clock that stands still.
    public static func fixed(_ time: Timestamp) -> WallClock { WallClock { time } }
}
