// SPDX-License-Identifier: Apache-2.0
public import BackupFormats

/// The end of a backup, as a place in WAL.
public struct WALPlace: Sendable, Equatable {
    /// Where in WAL.
    public var position: LogSequenceNumber
    /// On which timeline.
    public var timeline: UInt32

    /// A position on one timeline.
    public init(_ position: LogSequenceNumber, on timeline: UInt32) {
        (self.position, self.timeline) = (position, timeline)
    }
}

/// What an archive holds from the end of a backup on: timelines, and which of their segments are there.
///
/// It is a value made of listings and histories; nothing of the WAL itself was read.
public struct WALSurvey: Sendable, Equatable {
    /// Where the backup ends.
    public let start: WALPlace
    /// In bytes.
    public let segmentSize: UInt32
    /// The histories that are there of timelines that came after the backup's own.
    public private(set) var histories: [UInt32: TimelineHistory] = [:]
    /// From the segment on in which the backup ends.
    public private(set) var segments: [UInt32: SegmentRuns] = [:]

    /// The next timeline, where the archive has WAL of it and no history: nobody can follow it.
    public internal(set) var withoutHistory: UInt32?

    /// Of nothing yet; segments have `segmentSize` bytes.
    public init(from start: WALPlace, segmentSize: UInt32) {
        (self.start, self.segmentSize) = (start, segmentSize)
    }

    /// Adds a timeline with its history, nil when the archive has none of it, and the segments that are there.
    public mutating func add(_ history: TimelineHistory?, of timeline: UInt32, _ runs: SegmentRuns) {
        if let history { histories[timeline] = history }
        segments[timeline] = runs
    }

    /// The newest timeline as PostgreSQL looks for it: the last of a row of histories without a gap.
    public var newest: UInt32 {
        var newest = start.timeline
        while newest < .max, histories[newest + 1] != nil { newest += 1 }
        return newest
    }

    /// The way from the backup to a timeline; nil where it does not come from there.
    func route(to timeline: UInt32) -> TimelineRoute? {
        TimelineRoute(
            from: start.position, on: start.timeline, to: timeline, histories[timeline],
            segmentSize: segmentSize)
    }
}

extension WALArchive {
    /// Looks at the names of what the archive holds from the end of a backup on.
    ///
    /// `asked` is a timeline that somebody wants, wherever it stands. A request or a few for each 4 GiB of each
    /// timeline.
    public func survey(
        from start: WALPlace, segmentSize: UInt32, asked: UInt32? = nil
    ) throws(WALArchiveError) -> WALSurvey {
        var survey = WALSurvey(from: start, segmentSize: segmentSize)
        let first = start.position.position / UInt64(segmentSize)
        survey.add(
            nil, of: start.timeline, try runs(of: start.timeline, from: first, segmentSize: segmentSize))
        var timelines = Array(start.timeline..<(try newestTimeline(after: start.timeline))).map { $0 + 1 }
        if let asked, asked > start.timeline, !timelines.contains(asked) { timelines.append(asked) }
        while let timeline = timelines.popLast() {
            let history = try history(of: timeline)
            survey.add(
                history, of: timeline, try runs(of: timeline, from: first, segmentSize: segmentSize))
            // Those on the way, whose own histories may be missing.
            let before = history?.branches.map(\.timeline) ?? []
            timelines += before.filter {
                $0 > start.timeline && survey.segments[$0] == nil && !timelines.contains($0)
            }
        }
        let next = survey.newest.addingReportingOverflow(1)
        if !next.overflow, survey.segments[next.partialValue] == nil,
            try runs(of: next.partialValue, from: first, segmentSize: segmentSize).last != nil
        {
            survey.withoutHistory = next.partialValue
        }
        return survey
    }

    /// How many segments of a timeline are looked at: a terabyte of the usual size.
    private static let runsLimit: UInt64 = 1 << 16

    /// Which segments of a timeline are there from `first` on, until none is for as many as are looked for behind a gap.
    func runs(
        of timeline: UInt32, from first: UInt64, segmentSize: UInt32
    ) throws(WALArchiveError) -> SegmentRuns {
        precondition(segmentSize >= 1 << 20, "segments have a megabyte at least")
        var (runs, listing) = (SegmentRuns(), GroupListing(self))
        let most = UInt64.max / UInt64(segmentSize)
        var number = first
        while number < most, number - (runs.last ?? first) <= Self.beyond {
            guard number - first < Self.runsLimit else {
                runs.isCut = true
                break
            }
            let name = WALFileName(timeline: timeline, number: number, size: segmentSize)
            if try listing.holds(name) {
                runs.add(number)
                if let object = listing.cold[name] { runs.addCold(object) }
            }
            number += 1
        }
        return runs
    }
}
