// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import BackupFormats
import ObjectStore

/// How far an archive leads from a backup on, as its listing shows: nothing of it was read but histories.
public struct WALOutlook: Sendable, Equatable {
    /// Of the segments that the backup itself needs to become consistent.
    public var own = WALCoverage()
    /// How many segments follow the backup's end without a gap.
    public var segments: UInt64 = 0
    /// The last of them.
    public var last: WALFileName?
    /// Where they end: nothing behind this position is there.
    public var end: LogSequenceNumber
    /// On which timeline that is.
    public var timeline: UInt32
    /// When the last of them was put there; nil when the store does not say.
    public var archived: Timestamp?
    /// Whether there were more than were looked for.
    public var isCut = false
    /// What is missing there, when the archive has WAL behind it.
    public var gap: Gap?

    /// The first on the way that cannot be read before somebody has it brought back.
    public var cold: ColdSegment?

    /// A segment in a storage class whose objects cannot be read as they are.
    public struct ColdSegment: Sendable, Equatable {
        /// Its name in the store of the archive.
        public var object: ObjectName
        /// As the store names it: `GLACIER`, `DEEP_ARCHIVE`.
        public var storageClass: String
        /// Where in WAL it begins.
        public var start: LogSequenceNumber
    }

    /// A place on the way where recovery would end although WAL goes on.
    public struct Gap: Sendable, Equatable {
        /// The first segment that is missing.
        public var first: WALFileName
        /// How many are there behind it, on the way.
        public var later: UInt64
    }

    init(end: LogSequenceNumber, timeline: UInt32) { (self.end, self.timeline) = (end, timeline) }
}

extension WALOutlook {
    /// How far it is on the way to a timeline; nil where none leads there.
    init?(_ survey: WALSurvey, to timeline: UInt32) {
        guard let route = survey.route(to: timeline) else { return nil }
        self.init(end: survey.start.position, timeline: survey.start.timeline)
        for (index, leg) in route.legs.enumerated() {
            guard let missing = follow(leg, survey) else { continue }
            isCut = survey.segments[leg.timeline]?.isCut ?? false
            let rest = [TimelineRoute.Leg(timeline: leg.timeline, first: missing, end: leg.end)]
            let later = (rest + route.legs[(index + 1)...]).reduce(0) { sum, leg in
                sum + (survey.segments[leg.timeline]?.count(from: leg.first, below: leg.end) ?? 0)
            }
            let name = WALFileName(timeline: leg.timeline, number: missing, size: survey.segmentSize)
            gap = later > 0 ? Gap(first: name, later: later) : nil
            return
        }
    }

    /// Goes on along a leg as far as there are segments; gives the first that is missing, nil at the leg's end.
    private mutating func follow(_ leg: TimelineRoute.Leg, _ survey: WALSurvey) -> UInt64? {
        let end = leg.end ?? .max
        guard leg.first < end else { return nil }
        let runs = survey.segments[leg.timeline] ?? SegmentRuns()
        var first = leg.first
        var found = runs.lastInRow(from: first)
        // The backup may hold the segment that it ends in, though it never was archived.
        if found == nil, segments == 0, first + 1 < end {
            found = runs.lastInRow(from: first + 1)
            if found != nil { first += 1 }
        }
        guard let found else { return first }
        let number = min(found, end - 1)
        noteCold(runs, first...number, survey.segmentSize)
        segments += number - first + 1
        last = WALFileName(timeline: leg.timeline, number: number, size: survey.segmentSize)
        timeline = leg.timeline
        self.end = LogSequenceNumber((number + 1).multipliedClamped(by: UInt64(survey.segmentSize)))
        return number + 1 == end ? nil : number + 1
    }

    private mutating func noteCold(_ runs: SegmentRuns, _ numbers: ClosedRange<UInt64>, _ size: UInt32) {
        guard cold == nil, let number = runs.cold.keys.filter(numbers.contains).min(),
            let object = runs.cold[number]
        else { return }
        cold = ColdSegment(
            object: object.name, storageClass: object.storageClass ?? "",
            start: LogSequenceNumber(number.multipliedClamped(by: UInt64(size))))
    }
}
