// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import BackupFormats

extension WALArchive {
    /// How many segments without a commit are read, one after the other, before the search for one is given up.
    private static let searchLimit = 64

    /// Reads from the WAL itself from when to when a backup can be recovered along a way that was looked at.
    ///
    /// `ranges` are what the backup itself needs. Only the WAL around its ends is read, unless details are wanted;
    /// tablespaces are looked for up to `goal`. What is damaged is told in the window, and is no error; a store that fails is.
    public func window(
        _ survey: WALSurvey, _ outlook: WALOutlook, to timeline: UInt32, _ ranges: [WALRange],
        details: RecoverableWindow.Details = [], goal: LogSequenceNumber? = nil
    ) throws(WALArchiveError) -> RecoverableWindow {
        var window = RecoverableWindow(
            earliest: .init(position: survey.start.position), latest: .init(position: survey.start.position))
        let size = survey.segmentSize
        var reader = SegmentReading(self, mark: survey.start.position)
        window.earliest.time = try reader.lastTimeBeforeMark(in: Self.lastNames(of: ranges, size))
        let names = survey.names(upTo: outlook, on: timeline)
        if details.contains(.restorePoints) {
            window.restorePoints = try reader.restorePoints(in: names, &window)
        }
        if details.contains(.tablespaces) {
            let own = Self.lastNames(of: ranges, size)
            try reader.findTablespaces(in: own, names, goal, &window)
        }
        try reader.findEnd(of: names.suffix(Self.searchLimit), &window)
        window.unfinished += try unfinished(after: outlook, size, &reader)
        window.systemIdentifier = reader.systemIdentifier
        if window.systemIdentifier == nil { window.systemIdentifier = try someSystemIdentifier() }
        window.trouble = reader.trouble
        return window
    }

    /// The cluster of any segment that is there; nil when the first that is found cannot be read.
    private func someSystemIdentifier() throws(WALArchiveError) -> UInt64? {
        for folder in ["", "wals/", "wal_005/"] as [ObjectName] {
            guard let name = try firstSegment(in: folder) else { continue }
            do throws(WALArchiveError) { return try contents(of: name)?.systemIdentifier } catch {
                guard error.isAboutOneFile else { throw error }
                return nil
            }
        }
        return nil
    }

    /// The last segments of what a backup needs; a manifest can ask for more than anybody would read.
    private static func lastNames(of ranges: [WALRange], _ size: UInt32) -> [WALFileName] {
        ranges.suffix(8).flatMap { range in
            WALFileName.segments(of: range, size: size).suffix(searchLimit).map {
                WALFileName(timeline: range.timeline, number: $0, size: size)
            }
        }
    }

    /// What stands at the end of WAL in place of the next segment.
    private func unfinished(
        after outlook: WALOutlook, _ size: UInt32, _ reading: inout SegmentReading
    ) throws(WALArchiveError) -> [SegmentContents] {
        guard outlook.gap == nil, !outlook.isCut else { return [] }
        let next = WALFileName(
            timeline: outlook.timeline, number: outlook.end.position / UInt64(size), size: size)
        return try reading.contents(of: next).map { [$0] } ?? []
    }
}

extension WALSurvey {
    /// The segments on the way to a timeline as far as an outlook goes, in their order.
    func names(upTo outlook: WALOutlook, on timeline: UInt32) -> [WALFileName] {
        guard let end = outlook.last?.number(size: segmentSize) else { return [] }
        return names(upTo: end, onTheWayTo: timeline)
    }

    /// Those that hold what comes before a place.
    func names(before place: LogSequenceNumber, onTheWayTo timeline: UInt32) -> [WALFileName] {
        guard place.position > 0 else { return [] }
        return names(upTo: (place.position - 1) / UInt64(segmentSize), onTheWayTo: timeline)
    }

    private func names(upTo end: UInt64, onTheWayTo timeline: UInt32) -> [WALFileName] {
        guard let route = route(to: timeline) else { return [] }
        return route.legs.flatMap { leg -> [WALFileName] in
            let past = min(leg.end ?? .max, end + 1)
            let held = segments[leg.timeline]
            guard leg.first < past else { return [] }
            return (leg.first..<past).filter { held?.contains($0) ?? false }.map {
                WALFileName(timeline: leg.timeline, number: $0, size: segmentSize)
            }
        }
    }
}

/// The segments that were read for one window, each once.
private struct SegmentReading {
    /// In segments: how much WAL is read for tablespaces; 16 GiB of the usual size.
    private static let tablespaceLimit = 1024

    private let archive: WALArchive
    private let mark: LogSequenceNumber
    private var read: [WALFileName: SegmentContents?] = [:]
    private(set) var systemIdentifier: UInt64?
    private(set) var trouble: String?

    init(_ archive: WALArchive, mark: LogSequenceNumber) { (self.archive, self.mark) = (archive, mark) }

    /// Nil when it is not there, or is damaged, which is told in the end.
    mutating func contents(of name: WALFileName) throws(WALArchiveError) -> SegmentContents? {
        if let known = read[name] { return known }
        var contents: SegmentContents?
        do throws(WALArchiveError) { contents = try archive.contents(of: name, mark: mark) } catch {
            guard error.isAboutOneFile else { throw error }
            trouble = trouble ?? error.message
        }
        systemIdentifier = systemIdentifier ?? contents?.systemIdentifier
        read[name] = .some(contents)
        return contents
    }

    /// When the last transaction ended before the mark.
    mutating func lastTimeBeforeMark(in names: [WALFileName]) throws(WALArchiveError) -> Timestamp? {
        for name in names.reversed() {
            guard let contents = try contents(of: name) else { return nil }
            if let time = contents.events.lastEndBeforeMark { return time }
        }
        return nil
    }

    /// Finds where WAL ends and the last transaction before that.
    mutating func findEnd(
        of names: ArraySlice<WALFileName>, _ window: inout RecoverableWindow
    ) throws(WALArchiveError) {
        var isFirst = true
        for name in names.reversed() {
            guard let contents = try contents(of: name) else { return }
            if isFirst, contents.isUnfinished, !archive.allowsUnfinished {
                window.unfinished.append(contents)
                continue
            }
            if isFirst { window.latest.position = max(contents.end, window.latest.position) }
            // What ends in the segment after it may be a later end of a transaction than any that is seen.
            if !isFirst, contents.events.cut?.mayEndTransaction ?? false { window.mayReachFurther = true }
            isFirst = false
            if let time = contents.events.lastEnd { return window.latest.time = time }
        }
    }

    /// A segment of the backup's own that is not there is in the backup.
    mutating func findTablespaces(
        in own: [WALFileName], _ names: [WALFileName], _ goal: LogSequenceNumber?,
        _ window: inout RecoverableWindow
    ) throws(WALArchiveError) {
        var found: [RecoverableWindow.Tablespace] = []
        for name in own where !names.contains(name) {
            if let contents = try contents(of: name) { found += contents.tablespaces }
        }
        for (index, name) in names.enumerated() {
            guard let contents = try contents(of: name) else { break }
            found += contents.tablespaces
            if goal.map({ $0 < contents.end }) ?? false { break }
            guard index + 1 < Self.tablespaceLimit || index + 1 == names.count else {
                window.tablespacesReadUpTo = contents.end
                break
            }
        }
        window.tablespaces = found.filter { made in
            guard let goal, let previous = made.previous else { return true }
            return previous < goal
        }
    }

    mutating func restorePoints(
        in names: [WALFileName], _ window: inout RecoverableWindow
    ) throws(WALArchiveError) -> [RecoverableWindow.RestorePoint] {
        var points: [RecoverableWindow.RestorePoint] = []
        for name in names {
            guard let contents = try contents(of: name) else { break }
            let mayHide = contents.events.cut?.mayBeRestorePoint ?? false
            if contents.events.hasMoreRestorePoints || mayHide { window.hasMoreRestorePoints = true }
            points += contents.events.restorePoints.compactMap { placed in
                guard placed.position >= window.earliest.position,
                    case .restorePoint(let name, let time) = placed.event
                else { return nil }
                return .init(name: name, time: time, position: placed.position)
            }
        }
        return points
    }
}

extension SegmentContents {
    fileprivate var tablespaces: [RecoverableWindow.Tablespace] {
        events.tablespaces.compactMap { RecoverableWindow.Tablespace($0) }
    }
}
