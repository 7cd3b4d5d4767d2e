// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import BackupFormats
public import Files

/// What becomes of WAL that makes tablespaces.
///
/// Its records name the directory that the tablespace had where the WAL was written. Replay makes a link to that
/// directory and writes below it: on the machine of the origin that is the live tablespace, on another one mostly nothing
/// that exists.
public enum TablespacePolicy: Sendable, Equatable {
    /// As it was written: for a server whose directories are the origin's.
    case asWritten
    /// Records of these tablespaces lose their path, so that the links in `pg_tblspc` decide where they are; WAL that
    /// makes any other tablespace is refused.
    ///
    /// Recovery to `goal` replays nothing behind that: a tablespace that is made later needs no place, and its record loses its
    /// path all the same.
    case linked(Set<UInt32>, goal: RecoveryStop? = nil)
}

extension TablespacePolicy {
    /// The position at which recovery ends, where it is one.
    var goalPosition: LogSequenceNumber? {
        if case .linked(_, .position(let goal)?) = self { goal } else { nil }
    }
}

/// A tablespace that WAL makes and for which nobody has named a place.
public struct UnplacedTablespace: Sendable, Equatable {
    /// The OID of the tablespace.
    public var identifier: UInt32
    /// Where it was; nil where the record cannot be read alone.
    public var path: ObjectName?
    /// Where in WAL.
    public var position: LogSequenceNumber
    /// The goal of a recovery that ends just before it; nil where that is not known.
    public var previous: LogSequenceNumber?

    /// `identifier` is 0 and `path` nil where the record cannot be read alone.
    public init(
        _ identifier: UInt32, path: ObjectName?, at position: LogSequenceNumber,
        after previous: LogSequenceNumber? = nil
    ) {
        (self.identifier, self.path, self.position, self.previous) = (identifier, path, position, previous)
    }
}

extension PlacedWALEvent {
    /// Whether recovery ends before this record, as the stretch of WAL tells that it is in; `recoveryStopsBefore` and
    /// `recoveryStopsAfter` in src/backend/access/transam/xlogrecovery.c.
    func isBehind(_ goal: RecoveryStop?, in events: WALEventLog) -> Bool {
        switch goal {
        case nil: false
        // The record at the goal, or the first after it, is the last that is replayed.
        case .position(let goal): previous.map { $0 >= goal } ?? false
        // It stops before the first transaction that ends later.
        case .time(let goal): latestEnd.map { $0 > goal } ?? false
        case .restorePoint(let goal):
            events.restorePoints.contains {
                guard case .restorePoint(goal, _) = $0.event else { return false }
                return $0.position < position
            }
        }
    }
}

extension TablespacePolicy {
    /// The records of a segment that lose their path.
    ///
    /// Throws the first tablespace that has no place. `facts` are what the segment's check found.
    func relocations(in facts: WALSegmentFacts) throws(UnplacedTablespaceError) -> [LogSequenceNumber] {
        try relocations(of: facts.events, open: facts.openTablespaceRecord)
    }

    /// The same for any stretch of WAL; `open` is where a record of a tablespace begins that ends behind it.
    public func relocations(
        of events: WALEventLog, open: LogSequenceNumber?
    ) throws(UnplacedTablespaceError) -> [LogSequenceNumber] {
        guard case .linked(let placed, let goal) = self else { return [] }
        var positions: [LogSequenceNumber] = []
        for made in events.tablespaces {
            switch made.event {
            case .tablespaceCreated(_, let path) where path.isEmpty: continue
            case .tablespaceCreated(let identifier, _)
            where placed.contains(identifier) || made.isBehind(goal, in: events):
                positions.append(made.position)
            case .tablespaceCreated(let identifier, let path):
                throw UnplacedTablespaceError(
                    .init(identifier, path: path, at: made.position, after: made.previous))
            case .tablespaceUnreadable: throw UnplacedTablespaceError(.init(0, path: nil, at: made.position))
            default: continue
            }
        }
        // What is not kept may be anything.
        let beyond = events.hasMoreTablespaces ? events.tablespaces.last?.position : nil
        if let unknown = open ?? beyond { throw UnplacedTablespaceError(.init(0, path: nil, at: unknown)) }
        return positions
    }
}

/// Ends the handing over of a segment, and the restore of one's own WAL.
public struct UnplacedTablespaceError: Error {
    /// The one that has no place.
    public let tablespace: UnplacedTablespace

    init(_ tablespace: UnplacedTablespace) { self.tablespace = tablespace }
}

/// Takes the path out of records of tablespaces, in the file of their segment.
public enum TablespaceRelocation {
    /// The longest record that can be one: its header, an OID and a path of `MAXPGPATH`.
    private static let longestRecord: UInt32 = 4096

    /// Changes the records that begin at `positions`; false when one of them is no such record.
    ///
    /// The file is open to be read and written, and holds one whole segment. What is changed is as long as it was and has
    /// the right checksum.
    public static func apply(
        to file: borrowing FileDescriptor, at positions: [LogSequenceNumber], segmentSize: UInt32
    ) throws(SystemError) -> Bool {
        for position in positions {
            guard try apply(to: file, at: position, segmentSize) else { return false }
        }
        return true
    }

    private static func apply(
        to file: borrowing FileDescriptor, at position: LogSequenceNumber, _ segmentSize: UInt32
    ) throws(SystemError) -> Bool {
        guard let start = WALRecordBytes(at: position, size: 8, segmentSize: segmentSize) else {
            return false
        }
        let size = try bytes(of: start, in: file)[..<4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard size <= longestRecord,
            let place = WALRecordBytes(at: position, size: size, segmentSize: segmentSize),
            let changed = PathlessTablespace.record(of: try bytes(of: place, in: file))
        else { return false }
        var rest = changed[...]
        for range in place.ranges {
            let count = Int(range.upperBound - range.lowerBound)
            try file.write(Array(rest.prefix(count)), at: range.lowerBound)
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func bytes(
        of record: WALRecordBytes, in file: borrowing FileDescriptor
    ) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        for range in record.ranges { bytes += try file.bytes(in: range) }
        return bytes
    }
}
