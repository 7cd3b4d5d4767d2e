// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// What a record of WAL does that a restore has to know before it lets PostgreSQL replay it.
///
/// Formats: `xl_tblspc_create_rec` (src/include/commands/tablespace.h), `xl_dbase_*` (dbcommands_xlog.h), `xl_restore_point`
/// and `xl_end_of_recovery` (access/xlog_internal.h), `xl_xact_commit` (access/xact.h). Everything else is no event.
public enum WALEvent: Sendable, Equatable {
    /// Replay makes a link in `pg_tblspc` to `path`, whatever is there, and writes below it.
    case tablespaceCreated(UInt32, path: ObjectName)
    /// The same by a record that has not the shape that PostgreSQL gives it: where to, nobody can say before it is replayed.
    case tablespaceUnreadable
    case tablespaceDropped(UInt32)
    /// The directory of a database comes into being in a tablespace.
    case databaseCreated(UInt32, tablespace: UInt32)
    /// The directories of a database go away; recovery to a point before the drop commits has them gone, too.
    case databaseDropped(UInt32, tablespaces: [UInt32])
    /// The row of a database says from here on that it is being dropped, whatever becomes of the transaction; nil where
    /// the record does not tell which database's row it changes in its place.
    case databaseInvalidated(UInt32?)
    case committed(transaction: UInt32, at: Timestamp)
    /// Recovery to a time stops before it as before a commit.
    case rolledBack(transaction: UInt32, at: Timestamp)
    /// A transaction is prepared for a commit in two phases: from here on it survives whatever comes.
    case prepared(transaction: UInt32)
    case restorePoint(ObjectName, at: Timestamp)
    /// A server was promoted.
    case timelineBegun(UInt32, after: UInt32)
}

extension WALEvent {
    /// `MAXPGPATH`, in bytes.
    private static let longestPath = 1024

    /// Whether a record can be an event by its kind; false for almost all.
    static func mayBe(manager: UInt8, info: UInt8) -> Bool {
        switch manager {
        case 0: [0x70, 0x90].contains(info & 0xF0)
        case 1: [0x00, 0x10, 0x20, 0x30, 0x40].contains(info & 0x70)
        case 10: info & 0x70 == 0x70
        default: manager == 4 || manager == 5
        }
    }

    /// Of a record's resource manager, info byte, transaction and main data; nil when it is none of these.
    static func of(
        manager: UInt8, info: UInt8, transaction: UInt32, data: [UInt8], majorVersion: Int
    ) -> WALEvent? {
        let kind = info & 0xF0
        return switch manager {
        case 0: log(kind, data)
        case 1: transactionEnd(info & 0x70, transaction, data)
        case 4: database(kind, data, majorVersion)
        case 5: tablespace(kind, data)
        default: nil
        }
    }

    /// `RM_XLOG_ID`.
    private static func log(_ kind: UInt8, _ data: [UInt8]) -> WALEvent? {
        switch kind {
        case 0x70 where data.count >= 9:
            let name = data[8...].prefix(63).prefix { $0 != 0 }
            return .restorePoint(ObjectName(bytes: name), at: time(data))
        case 0x90 where data.count >= 16: return .timelineBegun(number(data, 8), after: number(data, 12))
        default: return nil
        }
    }

    /// `RM_XACT_ID`: commits and rollbacks, those of prepared transactions included, begin with their time; what prepares one
    /// (`XLOG_XACT_PREPARE`) does not.
    private static func transactionEnd(_ kind: UInt8, _ transaction: UInt32, _ data: [UInt8]) -> WALEvent? {
        if kind == 0x10 { return .prepared(transaction: transaction) }
        guard data.count >= 8 else { return nil }
        return switch kind {
        case 0x00, 0x30: .committed(transaction: transaction, at: time(data))
        case 0x20, 0x40: .rolledBack(transaction: transaction, at: time(data))
        default: nil
        }
    }

    /// `RM_DBASE_ID`; PostgreSQL 15 put a second way to create a database between the two kinds.
    private static func database(_ kind: UInt8, _ data: [UInt8], _ majorVersion: Int) -> WALEvent? {
        let dropped: UInt8 = majorVersion >= 15 ? 0x20 : 0x10
        guard data.count >= 8 else { return nil }
        if kind == dropped {
            return .databaseDropped(number(data, 0), tablespaces: tablespaces(ofDrop: data, majorVersion))
        }
        guard kind < dropped else { return nil }
        return .databaseCreated(number(data, 0), tablespace: number(data, 4))
    }

    /// One tablespace before PostgreSQL 13, a counted list from it on.
    private static func tablespaces(ofDrop data: [UInt8], _ majorVersion: Int) -> [UInt32] {
        guard majorVersion >= 13 else { return [number(data, 4)] }
        let held = (data.count - 8) / 4
        return (0..<min(Int(number(data, 4)), held)).map { number(data, 8 + 4 * $0) }
    }

    /// `RM_TBLSPC_ID`.
    private static func tablespace(_ kind: UInt8, _ data: [UInt8]) -> WALEvent? {
        guard data.count >= 4 else { return kind == 0 ? .tablespaceUnreadable : nil }
        switch kind {
        case 0x00:
            let path = data[4...].prefix(longestPath).prefix { $0 != 0 }
            return .tablespaceCreated(number(data, 0), path: ObjectName(bytes: path))
        case 0x10: return .tablespaceDropped(number(data, 0))
        default: return nil
        }
    }

    private static func number(_ data: [UInt8], _ offset: Int) -> UInt32 {
        data[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Microseconds since 2000-01-01 (`TimestampTz`).
    private static func time(_ data: [UInt8]) -> Timestamp {
        let bits = data[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let (seconds, microseconds) = Int64(bitPattern: bits).quotientAndRemainder(dividingBy: 1_000_000)
        return Timestamp(seconds: 946_684_800 &+ seconds, nanoseconds: microseconds * 1000)
    }
}

/// An event and where in WAL its record stands.
public struct PlacedWALEvent: Sendable, Equatable {
    /// What the record does.
    public var event: WALEvent
    /// Where the record begins.
    public var position: LogSequenceNumber
    /// Where the record before it begins, by its own word: recovery to that position ends before this one, for the record
    /// at a goal is the last that is replayed (`recovery_target_lsn`).
    public var previous: LogSequenceNumber?
    /// The latest end of a transaction of those that end before it in the same stretch, of a record that makes a tablespace.
    public var latestEnd: Timestamp?

    /// `previous` is nil where the place of the record before it is not known, or does not matter; `latestEnd` is nil.
    public init(
        _ event: WALEvent, at position: LogSequenceNumber, after previous: LogSequenceNumber? = nil
    ) {
        (self.event, self.position, self.previous) = (event, position, previous)
    }
}
