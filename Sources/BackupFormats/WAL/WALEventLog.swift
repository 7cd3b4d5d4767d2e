// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// What the records of a stretch of WAL do, as far as a restore has to know; bounded, whatever the WAL holds.
public struct WALEventLog: Sendable, Equatable {
    /// How many events of a kind are kept; what comes after them is only counted.
    public static let limit = 4096

    public struct Commit: Sendable, Equatable {
        public var transaction: UInt32
        public var time: Timestamp
        /// Where its record begins.
        public var position: LogSequenceNumber
    }

    /// Tablespaces and databases made and dropped, and timelines begun, in their order.
    public private(set) var changes: [PlacedWALEvent] = []
    public private(set) var restorePoints: [PlacedWALEvent] = []
    public private(set) var firstCommit: Commit?
    public private(set) var lastCommit: Commit?
    public private(set) var commits: UInt64 = 0
    /// When the last transaction ended, by a commit or not.
    public private(set) var lastEnd: Timestamp?
    /// A position that somebody asks about, set before the WAL is read, and when the last transaction ended before it.
    public internal(set) var mark: LogSequenceNumber?
    public private(set) var lastEndBeforeMark: Timestamp?
    /// Events that are not kept.
    public private(set) var forgotten: UInt64 = 0

    public init() {}

    public var isEmpty: Bool { changes.isEmpty && restorePoints.isEmpty && commits == 0 && forgotten == 0 }

    mutating func note(_ event: WALEvent, at position: LogSequenceNumber) {
        switch event {
        case .committed(let transaction, let time):
            let commit = Commit(transaction: transaction, time: time, position: position)
            if firstCommit == nil { firstCommit = commit }
            (lastCommit, commits) = (commit, commits + 1)
            note(end: time, at: position)
        case .rolledBack(_, let time): note(end: time, at: position)
        case .restorePoint: keep(event, at: position, in: \.restorePoints)
        default: keep(event, at: position, in: \.changes)
        }
    }

    private mutating func note(end time: Timestamp, at position: LogSequenceNumber) {
        lastEnd = time
        if let mark, position < mark { lastEndBeforeMark = time }
    }

    private mutating func keep(
        _ event: WALEvent, at position: LogSequenceNumber, in list: WritableKeyPath<Self, [PlacedWALEvent]>
    ) {
        guard self[keyPath: list].count < Self.limit else { return forgotten += 1 }
        self[keyPath: list].append(PlacedWALEvent(event, at: position))
    }
}
