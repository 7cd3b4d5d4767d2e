// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import Files
import ObjectStore
import PrivatePostgres
import WALArchive

/// Looks backwards through the WAL that was replayed for the place where a database or tablespace was begun to be dropped.
struct DropSearch {
    let data: String
    /// Where its WAL lies; nil for its own `pg_wal`.
    var wal: String?
    /// Nil when all WAL was in the backup.
    let archive: (any ObjectStore)?
    let control: ControlFile
    let outcome: RecoveryOutcome
    let cancellation: Cancellation

    /// How many segments are read before it is given up: the drop is near the end, or nobody asks for it.
    private static let most = 256

    /// Where the record of the last commit begins before the first sign of the drop; nil when none is found.
    func lastCommit(before dropped: Dropped) -> LogSequenceNumber? {
        let size = UInt64(control.walSegmentSize)
        guard size > 0 else { return nil }
        let (archives, timelines) = (archives, timelines)
        let last = outcome.end.position / size
        var logs: [WALEventLog] = []
        for number in stride(from: last, through: last - min(last, UInt64(Self.most)), by: -1) {
            guard !cancellation.isRequested, let log = log(number, archives, timelines) else { return nil }
            logs.insert(log, at: 0)
            switch DropTrace.find(dropped, in: logs, before: outcome.end) {
            case .found(let position): return position
            case .noCommitYet, .unseen: continue
            }
        }
        return nil
    }

    private func log(_ number: UInt64, _ archives: [WALArchive], _ timelines: [UInt32]) -> WALEventLog? {
        for timeline in timelines {
            let name = WALFileName(timeline: timeline, number: number, size: control.walSegmentSize)
            for archive in archives {
                if let contents = try? archive.contents(of: name) { return contents.events }
            }
        }
        return nil
    }

    /// The segments that are left in the directory itself are an archive, too.
    private var archives: [WALArchive] {
        let own = try? LocalDirectory(wal ?? "\(data)/pg_wal", cancellation: cancellation)
        return [own.map { $0 as any ObjectStore }, archive].compactMap(\.self).map {
            WALArchive(
                $0, systemIdentifier: control.systemIdentifier, segmentSize: control.walSegmentSize,
                allowsUnfinished: true, cancellation: cancellation)
        }
    }

    /// The one that was followed, and those that led to it, the newest first.
    private var timelines: [UInt32] {
        let name = TimelineHistory.name(of: outcome.timeline)
        let bytes = try? FileDescriptor(folderItselfAt: wal ?? "\(data)/pg_wal").content(
            of: name, limit: TimelineHistory.sizeLimit)
        let history = bytes.flatMap { try? TimelineHistory.parse($0, timeline: outcome.timeline) }
        var seen: Set<UInt32> = []
        return ([outcome.target] + (history?.branches.reversed().map(\.timeline) ?? []))
            .filter { seen.insert($0).inserted }
    }
}
