// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import BackupFormats
import ObjectStore

/// Which of the segments that somebody needs an archive holds, by their names.
public struct WALCoverage: Sendable, Equatable {
    /// How many of them are there.
    public var present: UInt64 = 0
    /// How many are not, and the first thousand of those.
    public var missingCount: UInt64 = 0
    public var missing: [WALFileName] = []

    public var isComplete: Bool { missingCount == 0 }

    mutating func add(_ name: WALFileName, isThere: Bool) {
        guard !isThere else { return present += 1 }
        missingCount += 1
        if missing.count < 1000 { missing.append(name) }
    }
}

extension WALArchive {
    /// How many segments may be asked for at once: 16 TiB of the usual size.
    private static let segmentLimit: UInt64 = 1 << 20

    /// Which segments of some stretches of WAL are there, seen in listings alone: a request or a few for each
    /// 4 GiB.
    public func coverage(
        of ranges: [WALRange], segmentSize: UInt32
    ) throws(WALArchiveError) -> WALCoverage {
        precondition(segmentSize >= 1 << 20, "segments have a megabyte at least")
        var (coverage, listing) = (WALCoverage(), GroupListing(self))
        for range in ranges {
            let numbers = WALFileName.segments(of: range, size: segmentSize)
            guard numbers.upperBound - numbers.lowerBound < Self.segmentLimit else {
                throw .unprepared(
                    "WAL from \(range.start) to \(range.end) is more than can be looked for",
                    hints: ["are these positions of the same cluster?"])
            }
            for number in numbers {
                let name = WALFileName(timeline: range.timeline, number: number, size: segmentSize)
                coverage.add(name, isThere: try listing.holds(name))
            }
        }
        return coverage
    }

    /// The last of the segments that follow one another without a gap from `name` on.
    ///
    /// Nil when that one is not there itself. At most `limit` are looked at.
    public func lastSegment(
        from name: WALFileName, segmentSize: UInt32, limit: UInt64 = 1 << 20
    ) throws(WALArchiveError) -> WALFileName? {
        precondition(segmentSize >= 1 << 20, "segments have a megabyte at least")
        guard let first = name.number(size: segmentSize) else { return nil }
        var (listing, last) = (GroupListing(self), WALFileName?.none)
        for number in first..<first + min(limit, UInt64.max / UInt64(segmentSize) - first) {
            let next = WALFileName(timeline: name.timeline, number: number, size: segmentSize)
            guard try listing.holds(next) else { break }
            last = next
        }
        return last
    }

    /// The history of a timeline; nil when it is not in the archive.
    public func history(of timeline: UInt32) throws(WALArchiveError) -> TimelineHistory? {
        let file = ArchivedFile.history(timeline)
        let candidates: [StoredWAL]
        do throws(WALArchiveError) { candidates = try find(file) } catch {
            guard case .absent = error else { throw error }
            return nil
        }
        var first: WALArchiveError?
        for candidate in candidates {
            do throws(WALArchiveError) { return try readHistory(candidate, timeline) } catch {
                guard error.isDamage else { throw error }
                first = first ?? error
            }
        }
        throw first ?? .absent("\(file)", unfinished: nil)
    }

    /// The newest timeline that the archive knows of, as PostgreSQL looks for it: the last in the row of
    /// histories after `timeline`.
    public func newestTimeline(after timeline: UInt32) throws(WALArchiveError) -> UInt32 {
        var newest = timeline
        while newest < .max, try history(of: newest + 1) != nil { newest += 1 }
        return newest
    }
}

/// The segments of one folder, or of what would be one, at a time.
struct GroupListing {
    private let archive: WALArchive
    private var group: String?
    private var names: Set<WALFileName> = []
    /// Where the archive keeps its segments, once one was seen.
    private var folder: ObjectName?

    init(_ archive: WALArchive) { self.archive = archive }

    mutating func holds(_ name: WALFileName) throws(WALArchiveError) -> Bool {
        let group = ArchivedFile.segment(name).group
        if let group, group != self.group {
            names = []
            try load(group)
            self.group = group
        }
        return names.contains(name)
    }

    private mutating func load(_ group: String) throws(WALArchiveError) {
        let folders: [ObjectName] = if let folder { [folder] } else { ["", "wals/", "wal_005/"] }
        for folder in folders where names.isEmpty {
            var found: Set<WALFileName> = []
            // What a flat archive calls its segments, and the folders of others, begin with the same digits.
            try archive.list(folder + ObjectName(group)) { object in
                let last = object.name.lastComponent
                guard let name = WALFileName(Array(last.bytes.prefix(24))) else { return }
                if WALCandidates.isReadable(last.dropping(24), of: .segment(name)) { found.insert(name) }
            }
            names = found
            if !found.isEmpty { self.folder = folder }
        }
    }
}
