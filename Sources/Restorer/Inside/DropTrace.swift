// SPDX-License-Identifier: Apache-2.0
import BackupFormats

/// Something whose row may be left over by a drop of which only the half was replayed that no transaction holds back.
enum Dropped: Hashable {
    case database(UInt32)
    case tablespace(UInt32)
}

/// What the WAL of some segments, in their order, tells of a drop.
enum DropTrace: Equatable {
    /// The last commit before its first sign.
    case found(DropWayBack)
    /// It begins in this WAL, before any commit in it.
    case noCommitYet
    /// Nothing in this WAL drops it.
    case unseen

    /// Looks for the last drop before `end`, and for the mark that was put on the row before the files were removed.
    ///
    /// A mark that does not tell of which database it is counts when none does, and may be VACUUM's: then the way back is
    /// longer than it had to be, and leads to a sound database all the same.
    static func find(_ dropped: Dropped, in logs: [WALEventLog], before end: LogSequenceNumber) -> DropTrace {
        let signs = logs.enumerated().flatMap { index, log in log.drops.map { (index: index, sign: $0) } }
            .filter { $0.sign.position < end }
        guard let last = signs.lastIndex(where: { dropped.isDropped(by: $0.sign.event) }) else {
            return .unseen
        }
        let mark = dropped.mark(in: signs[...last].map(\.sign.event)) ?? last
        let (index, first) = signs[mark]
        guard let (earlier, place) = lastCommit(before: first, in: logs[...index]) else {
            return .noCommitYet
        }
        let next = first.next ?? logs[(index + 1)...].lazy.compactMap(\.firstCommit).first
        let losesNothing =
            (next.map { $0.position >= end } ?? true)
            && !logs[place...].contains { $0.isUnfinishing(between: earlier.position, and: end) }
            // What ends in the next segment may have been a commit; behind the last one recovery did not come.
            && !logs[place...].dropLast().contains { $0.cut?.mayEndTransaction ?? false }
        return .found(DropWayBack(position: earlier.position, losesNothing: losesNothing))
    }

    /// The commit, and in which of the logs it is.
    private static func lastCommit(
        before sign: DropSign, in logs: ArraySlice<WALEventLog>
    ) -> (commit: WALEventLog.Commit, index: Int)? {
        if let commit = sign.before { return (commit, logs.endIndex - 1) }
        return logs.indices.dropLast().reversed().lazy.compactMap { index in
            logs[index].lastCommit.map { ($0, index) }
        }.first
    }
}

extension WALEventLog {
    /// Whether a transaction was prepared or rolled back there: a prepared one outlives its session.
    fileprivate func isUnfinishing(
        between start: LogSequenceNumber, and end: LogSequenceNumber
    ) -> Bool {
        hasMoreUnfinishing || unfinishing.contains { $0 > start && $0 < end }
    }
}

/// Where recovery has to end so that something which was being dropped is whole.
struct DropWayBack: Equatable {
    /// Where the record of the last commit before the drop was begun begins.
    var position: LogSequenceNumber
    /// Whether no transaction was committed between that and where recovery has ended: what is there is the same.
    var losesNothing: Bool
}

extension Dropped {
    fileprivate func isDropped(by event: WALEvent) -> Bool {
        switch (self, event) {
        case (.database(let one), .databaseDropped(let other, _)): one == other
        case (.database(let one), .databaseInvalidated(let other)): one == other
        case (.tablespace(let one), .tablespaceDropped(let other)): one == other
        default: false
        }
    }

    /// Only the rows of databases are marked.
    fileprivate func mark(in events: [WALEvent]) -> Int? {
        guard case .database(let database) = self else { return nil }
        return events.lastIndex(of: .databaseInvalidated(database))
            ?? events.lastIndex(of: .databaseInvalidated(nil))
    }
}
