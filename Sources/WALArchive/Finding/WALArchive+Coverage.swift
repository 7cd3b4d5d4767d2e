// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import BackupFormats
import ObjectStore

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

    /// The history of a timeline; nil when it is not in the archive.
    public func history(of timeline: UInt32) throws(WALArchiveError) -> TimelineHistory? {
        let file = ArchivedWALFile.history(timeline)
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
