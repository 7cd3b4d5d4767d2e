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

    /// What the search came to.
    enum Answer: Equatable {
        /// The last commit before the first sign of the drop.
        case found(DropWayBack)
        /// All WAL that was replayed was read, and has none.
        case notThere
        /// Not all of it was read.
        case unread(String)
    }

    /// Looks for a drop from the end of recovery backwards.
    func lastCommit(before dropped: Dropped) -> Answer {
        let size = UInt64(control.walSegmentSize)
        guard size > 0 else { return .unread("pg_control does not say how large segments are") }
        let (archives, timelines) = (archives, timelines)
        let last = outcome.end.position / size
        var logs: [WALEventLog] = []
        var found: DropWayBack?
        for number in stride(from: last, through: last - min(last, UInt64(Self.most)), by: -1) {
            guard !cancellation.isRequested else { return .unread("interrupted") }
            do throws(WALArchiveError) {
                // What is there of no timeline was not replayed, or lies before the backup.
                guard let log = try log(number, archives, timelines) else {
                    return found.map(Answer.found) ?? .notThere
                }
                logs.insert(log, at: 0)
            } catch { return found.map(Answer.found) ?? .unread(error.message) }
            guard case .found(let way) = DropTrace.find(dropped, in: logs, before: outcome.end) else {
                continue
            }
            // The mark on its row may stand in the segment before.
            guard found == nil else { return .found(way) }
            found = way
        }
        if let found { return .found(found) }
        return last < UInt64(Self.most)
            ? .notThere : .unread("only the last \(Self.most) segments are looked through")
    }

    private func log(
        _ number: UInt64, _ archives: [WALArchive], _ timelines: [UInt32]
    ) throws(WALArchiveError) -> WALEventLog? {
        var fault: WALArchiveError?
        for timeline in timelines {
            let name = WALFileName(timeline: timeline, number: number, size: control.walSegmentSize)
            for archive in archives {
                do throws(WALArchiveError) {
                    if let contents = try archive.contents(of: name) { return contents.events }
                } catch {
                    // The segments that are left here may be none at all.
                    if case .noWAL = error { continue }
                    fault = fault ?? error
                }
            }
        }
        if let fault { throw fault }
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

extension DropSearch.Answer {
    /// The place before all of them; where it is not known of one, that counts.
    static func first(of answers: [Self]) -> Self {
        if let unread = answers.first(where: { if case .unread = $0 { true } else { false } }) {
            return unread
        }
        let found = answers.compactMap { if case .found(let way) = $0 { way } else { nil } }
        return found.min { $0.position < $1.position }.map { .found($0) } ?? .notThere
    }
}
