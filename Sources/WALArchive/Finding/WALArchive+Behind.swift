// SPDX-License-Identifier: Apache-2.0
public import BackupFormats

extension WALArchive {
    /// How many segments after the end are looked for on each timeline: whoever lost one mostly has the next.
    static let beyond: UInt64 = 4096

    /// Which segments are there behind a position, on the way to a timeline: as many as are looked for.
    ///
    /// PostgreSQL takes a segment that was lost for the end of WAL. One that is there behind it says so.
    public func coverage(
        behind end: LogSequenceNumber, to target: UInt32, segmentSize: UInt32
    ) throws(WALArchiveError) -> WALCoverage {
        let ranges = Self.ranges(behind: end, to: target, try history(of: target), segmentSize: segmentSize)
        return try coverage(of: ranges, segmentSize: segmentSize)
    }

    /// What would come after a position on the way to a timeline, as far as it is looked for.
    static func ranges(
        behind end: LogSequenceNumber, to target: UInt32, _ history: TimelineHistory?, segmentSize: UInt32
    ) -> [WALRange] {
        let size = UInt64(segmentSize)
        let timeline = history?.followed.first { $0.end > end }?.timeline ?? target
        guard
            let route = TimelineRoute(from: end, on: timeline, to: target, history, segmentSize: segmentSize)
        else { return [] }
        return route.legs.compactMap { leg in
            let first = max(leg.first, end.position / size + 1)
            let most = UInt64.max / size
            let past = min(leg.end ?? most, most, first + beyond)
            guard first < past else { return nil }
            return WALRange(
                timeline: leg.timeline, start: LogSequenceNumber(first * size),
                end: LogSequenceNumber(past * size))
        }
    }
}
