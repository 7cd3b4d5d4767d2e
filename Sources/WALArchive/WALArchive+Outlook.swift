// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import BackupFormats
import ObjectStore

extension WALArchive {
    /// How many segments are looked for: a terabyte of the usual size.
    private static let outlookLimit: UInt64 = 1 << 16

    /// Looks how far the archive leads from the end of a backup to a timeline.
    ///
    /// `ranges` are what the backup itself needs, `choice` is what PostgreSQL will be told. Nil when the archive has
    /// no way there.
    public func outlook(
        after end: LogSequenceNumber, on timeline: UInt32, _ ranges: [WALRange],
        to choice: TimelineChoice, segmentSize: UInt32
    ) throws(WALArchiveError) -> ArchiveOutlook? {
        let target: UInt32 =
            switch choice {
            case .latest: try newestTimeline(after: timeline)
            case .current: timeline
            case .number(let number): number
            }
        let history = target == timeline ? nil : try history(of: target)
        guard
            let route = TimelineRoute(
                from: end, on: timeline, to: target, history, segmentSize: segmentSize)
        else { return nil }
        var outlook = ArchiveOutlook(end: end, timeline: timeline)
        outlook.own = try coverage(of: ranges, segmentSize: segmentSize)
        for leg in route.legs {
            guard try follow(leg, segmentSize, &outlook) else { break }
        }
        outlook.archived = try outlook.last.flatMap { (name) throws(WALArchiveError) in
            try find(.segment(name)).compactMap(\.object.validators.modified).max()
        }
        return outlook
    }

    /// Goes on along a leg as far as there are segments; says whether it came to its end.
    private func follow(
        _ leg: TimelineRoute.Leg, _ size: UInt32, _ outlook: inout ArchiveOutlook
    ) throws(WALArchiveError) -> Bool {
        let limit = min(leg.end.map { $0 - leg.first } ?? .max, Self.outlookLimit)
        guard limit > 0 else { return true }
        var first = leg.first
        var found = try last(from: first, leg.timeline, size, limit)
        // The backup may hold the segment that it ends in, though it never was archived.
        if found == nil, outlook.segments == 0, limit > 1 {
            first += 1
            found = try last(from: first, leg.timeline, size, limit - 1)
        }
        guard let found, let number = found.number(size: size) else { return false }
        outlook.segments += number - first + 1
        (outlook.last, outlook.timeline) = (found, leg.timeline)
        outlook.end = LogSequenceNumber((number + 1).multipliedClamped(by: UInt64(size)))
        outlook.isCut = number - leg.first + 1 >= Self.outlookLimit
        return number + 1 == leg.end
    }

    private func last(
        from number: UInt64, _ timeline: UInt32, _ size: UInt32, _ limit: UInt64
    ) throws(WALArchiveError) -> WALFileName? {
        try lastSegment(
            from: WALFileName(timeline: timeline, number: number, size: size), segmentSize: size,
            limit: limit)
    }
}
