// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import PrivatePostgres
public import WALArchive

extension RestorePlan {
    /// What the archive of WAL holds behind the backup.
    public enum Archive: Sendable, Equatable {
        case holds(ArchiveOutlook)
        /// No way leads from the backup to the timeline that was asked for.
        case noRoute
        /// Why nothing is known of it.
        case unknown(String)
    }
}

extension RestorePlanner {
    /// Looks at the names in the archive; nil without one.
    ///
    /// A server that this restore starts will need the archive, so one that cannot be read ends it here. One that
    /// the user's own server will need may be out of reach from here.
    func archive(_ facts: BackupFacts, _ request: RestoreRequest) throws(RestoreError) -> RestorePlan.Archive?
    {
        guard let wal else { return nil }
        let ranges = facts.manifest?.walRanges ?? []
        guard let size = facts.segmentSize, let end = facts.endOfWAL else {
            return .unknown("the backup does not say where in the WAL it lies")
        }
        let archive = WALArchive(wal.store, segmentSize: size, cancellation: cancellation)
        let timeline = request.goal.timelineSetting(endingOn: ranges.map(\.timeline))
        do {
            let outlook = try archive.outlook(
                after: end.position, on: end.timeline, ranges, to: timeline, segmentSize: size)
            return outlook.map { .holds($0) } ?? .noRoute
        } catch {
            guard request.startsServer else { return .unknown(error.message) }
            if case .interrupted(let status) = error { throw .interrupted(status) }
            throw .archiveFailed(
                "looking at the archive of WAL", reason: error.message,
                hint: error.hints.first ?? "is the archive reachable?")
        }
    }
}

extension BackupFacts {
    /// Where the WAL ends that makes the backup consistent, or begins, where nothing says more.
    fileprivate var endOfWAL: (position: LogSequenceNumber, timeline: UInt32)? {
        if let last = manifest?.walRanges.max(by: { ($0.timeline, $0.end) < ($1.timeline, $1.end) }) {
            return (last.end, last.timeline)
        }
        return backupLabel.map { ($0.start, $0.timeline) }
    }
}
