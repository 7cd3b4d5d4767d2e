// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Digests

/// The name of a WAL segment: timeline and number in 24 upper-case hex digits.
///
/// `XLogFileName` in src/include/access/xlog_internal.h.
public struct WALFileName: Hashable, Sendable, Comparable {
    /// The first eight digits.
    public var timeline: UInt32
    /// The middle eight digits: which 4 GiB of WAL.
    var high: UInt32
    /// The last eight digits: which segment of those.
    var low: UInt32

    /// Nil when the bytes are not such a name.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == 24,
            bytes.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x46).contains($0) })
        else { return nil }
        let parts = [0, 8, 16].map { start in
            bytes[start..<start + 8].reduce(UInt32(0)) { $0 << 4 | UInt32(Hex.value(of: $1) ?? 0) }
        }
        (timeline, high, low) = (parts[0], parts[1], parts[2])
    }

    /// The name of segment `number` when segments have `size` bytes, a power of two of at least 1 MiB.
    public init(timeline: UInt32, number: UInt64, size: UInt32) {
        let perID = (UInt64(1) << 32) / UInt64(size)
        self.timeline = timeline
        (high, low) = (UInt32(truncatingIfNeeded: number / perID), UInt32(truncatingIfNeeded: number % perID))
    }

    /// Which segment it is when segments have `size` bytes; nil when there is none of this name.
    public func number(size: UInt32) -> UInt64? {
        let perID = (UInt64(1) << 32) / UInt64(size)
        return UInt64(low) < perID ? UInt64(high) * perID + UInt64(low) : nil
    }

    /// The segments that hold a stretch of WAL.
    public static func segments(of range: WALRange, size: UInt32) -> ClosedRange<UInt64> {
        let first = range.start.position / UInt64(size)
        // A range that ends with a segment needs nothing of the next.
        let last = range.end.position == 0 ? 0 : (range.end.position - 1) / UInt64(size)
        return first...max(first, last)
    }

    /// The names of the segments that hold stretches of WAL, made one by one: a manifest can ask for more than there
    /// are bytes of memory.
    public static func names(of ranges: [WALRange], size: UInt32) -> some Sequence<WALFileName> {
        ranges.lazy.flatMap { range in
            segments(of: range, size: size).lazy.map {
                WALFileName(timeline: range.timeline, number: $0, size: size)
            }
        }
    }

    /// By timeline, then by position.
    public static func < (left: Self, right: Self) -> Bool {
        (left.timeline, left.high, left.low) < (right.timeline, right.high, right.low)
    }

    /// Whether a name in `pg_wal` belongs beside segments: a timeline's or a backup's history, an archive
    /// status, an unfinished segment.
    public static func isCompanion(_ name: ObjectName) -> Bool {
        let status = "archive_status/"
        if name.hasPrefix(ObjectName(status)) {
            let file = name.dropping(status.utf8.count)
            return (file.hasSuffix(".done") || file.hasSuffix(".ready")) && startsWithHex(file, 8)
        }
        return TimelineHistory.timeline(ofName: name) != nil
            || name.hasSuffix(".backup") && startsWithHex(name, 24)
            || name.hasSuffix(".partial") && startsWithHex(name, 24)
    }

    private static func startsWithHex(_ name: ObjectName, _ count: Int) -> Bool {
        name.bytes.count >= count
            && name.bytes.prefix(count).allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x46).contains($0)
            }
    }
}

extension WALFileName: CustomStringConvertible {
    /// The 24 digits, as the file is called in `pg_wal`.
    public var description: String { [timeline, high, low].map(Self.digits).joined() }

    private static func digits(_ number: UInt32) -> String {
        let text = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: 8 - text.utf8.count) + text
    }
}

extension WALFileName {
    /// Whether segments of WAL can have so many bytes: a power of two from 1 MiB to 1 GiB (`IsValidWalSegSize` in
    /// src/include/access/xlog_internal.h).
    public static func isSegmentSize(_ bytes: UInt64) -> Bool {
        (1 << 20...1 << 30).contains(bytes) && bytes.nonzeroBitCount == 1
    }
}
