// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// What the records of a stretch of WAL do, as far as a restore has to know; bounded, whatever the WAL holds.
public struct WALEventLog: Sendable, Equatable {
    /// How many events of a kind are kept; of more it is only known that there are some.
    public static let limit = 4096

    /// The end of a transaction that counts.
    public struct Commit: Sendable, Equatable {
        /// Its transaction ID, 32 bits wide as in WAL.
        public var transaction: UInt32
        /// By the clock of the server, to the microsecond.
        public var time: Timestamp
        /// Where its record begins.
        public var position: LogSequenceNumber

        /// `position` is where the record of the commit begins, and not where it ends.
        public init(transaction: UInt32, time: Timestamp, position: LogSequenceNumber) {
            (self.transaction, self.time, self.position) = (transaction, time, position)
        }
    }

    /// Tablespaces made and dropped, in their order.
    public private(set) var tablespaces: [PlacedWALEvent] = []
    /// Whether there are more of them than are kept.
    public private(set) var hasMoreTablespaces = false
    /// Databases made and dropped, in their order.
    public private(set) var databases: [PlacedWALEvent] = []
    /// Whether there are more of them than are kept.
    public private(set) var hasMoreDatabases = false
    /// What `pg_create_restore_point` made, in their order.
    public private(set) var restorePoints: [PlacedWALEvent] = []
    /// Whether there are more of them than are kept.
    public private(set) var hasMoreRestorePoints = false
    /// Databases and tablespaces that are being dropped, in the order of their records.
    public private(set) var drops: [DropSign] = []
    /// The first one in the order of WAL; nil when the stretch has none.
    public private(set) var firstCommit: Commit?
    /// The last one in the order of WAL; nil when the stretch has none.
    public private(set) var lastCommit: Commit?
    /// How many transactions were committed.
    public private(set) var commits: UInt64 = 0
    /// When the last transaction ended, by a commit or not.
    public private(set) var lastEnd: Timestamp?
    /// The latest of the times at which transactions ended; clocks go back, too.
    public private(set) var latestEnd: Timestamp?
    /// A position that somebody asks about, set before the WAL is read, and when the last transaction ended before it.
    public internal(set) var mark: LogSequenceNumber?
    /// When the last transaction before `mark` ended; nil where none did, or nothing is marked.
    public private(set) var lastEndBeforeMark: Timestamp?
    /// Where transactions were prepared or rolled back, in their order.
    public private(set) var unfinishing: [LogSequenceNumber] = []
    /// Whether there are more of them than are kept.
    public private(set) var hasMoreUnfinishing = false
    /// A record that begins at the end of the stretch and is no event of it, whatever it does.
    public internal(set) var cut: CutWALRecord?

    /// Of a stretch without events.
    public init() {}

    /// Adds the tablespaces of another stretch, which comes after this one.
    public mutating func add(tablespacesOf later: WALEventLog) {
        for tablespace in later.tablespaces { keep(tablespace) }
        hasMoreTablespaces = hasMoreTablespaces || later.hasMoreTablespaces
    }

    mutating func note(
        _ event: WALEvent, at position: LogSequenceNumber, after previous: LogSequenceNumber? = nil
    ) {
        switch event {
        case .committed(let transaction, let time):
            let commit = Commit(transaction: transaction, time: time, position: position)
            (lastCommit, commits) = (commit, commits + 1)
            if firstCommit == nil { firstCommit = commit }
            noteInDrops(commit)
            note(end: time, at: position)
        case .rolledBack(_, let time):
            note(end: time, at: position)
            keep(unfinishingAt: position)
        case .prepared: keep(unfinishingAt: position)
        case .restorePoint:
            guard restorePoints.count < Self.limit else { return hasMoreRestorePoints = true }
            restorePoints.append(PlacedWALEvent(event, at: position))
        case .tablespaceCreated, .tablespaceUnreadable:
            var made = PlacedWALEvent(event, at: position, after: previous)
            made.latestEnd = latestEnd
            keep(made)
        case .tablespaceDropped:
            keep(PlacedWALEvent(event, at: position))
            keep(drop: event, at: position)
        case .databaseCreated: keep(database: PlacedWALEvent(event, at: position))
        case .databaseDropped:
            keep(database: PlacedWALEvent(event, at: position))
            keep(drop: event, at: position)
        case .databaseInvalidated: keep(drop: event, at: position)
        case .timelineBegun: break
        }
    }

    private mutating func noteInDrops(_ commit: Commit) {
        for index in drops.indices.reversed() {
            guard drops[index].next == nil else { return }
            drops[index].next = commit
        }
    }

    private mutating func note(end time: Timestamp, at position: LogSequenceNumber) {
        lastEnd = time
        latestEnd = max(latestEnd ?? time, time)
        if let mark, position < mark { lastEndBeforeMark = time }
    }

    private mutating func keep(unfinishingAt position: LogSequenceNumber) {
        guard unfinishing.count < Self.limit else { return hasMoreUnfinishing = true }
        unfinishing.append(position)
    }

    private mutating func keep(database: PlacedWALEvent) {
        guard databases.count < Self.limit else { return hasMoreDatabases = true }
        databases.append(database)
    }

    private mutating func keep(drop event: WALEvent, at position: LogSequenceNumber) {
        guard drops.count < Self.limit else { return }
        drops.append(DropSign(event: event, position: position, before: lastCommit))
    }

    private mutating func keep(_ tablespace: PlacedWALEvent) {
        guard tablespaces.count < Self.limit else { return hasMoreTablespaces = true }
        tablespaces.append(tablespace)
    }
}

/// A record that is cut by the end of the WAL that was read: its end is in the next segment.
public struct CutWALRecord: Sendable, Equatable {
    /// Resource manager and info byte; nil where not even these came.
    var kind: (manager: UInt8, info: UInt8)?

    init(_ kind: (manager: UInt8, info: UInt8)?) { self.kind = kind }

    /// Whether it may commit, roll back or prepare a transaction.
    public var mayEndTransaction: Bool { kind.map { $0.manager == 1 } ?? true }

    /// Whether it may be a named restore point.
    public var mayBeRestorePoint: Bool { kind.map { $0.manager == 0 && $0.info & 0xF0 == 0x70 } ?? true }

    /// By resource manager and info byte: more of a cut record is not known.
    public static func == (one: Self, other: Self) -> Bool {
        one.kind?.manager == other.kind?.manager && one.kind?.info == other.kind?.info
    }
}

/// A record by which a database or a tablespace is being dropped, before the transaction that does it ends.
public struct DropSign: Sendable, Equatable {
    /// `databaseInvalidated`, `databaseDropped` or `tablespaceDropped`.
    public var event: WALEvent
    /// Where the record begins.
    public var position: LogSequenceNumber
    /// The last commit before it, of the WAL that was read.
    public var before: WALEventLog.Commit?
    /// The first commit after it, of the WAL that was read.
    public internal(set) var next: WALEventLog.Commit?

    /// `before` is nil where no commit was read before it; `next` is found while reading goes on.
    public init(event: WALEvent, position: LogSequenceNumber, before: WALEventLog.Commit?) {
        (self.event, self.position, self.before) = (event, position, before)
    }
}
