// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import BackupFormats

/// From when to when a backup can be recovered with an archive, on one timeline, as the WAL itself says.
public struct RecoverableWindow: Sendable, Equatable {
    /// A place in WAL, and the time that goes with it where one is known.
    public struct Point: Sendable, Equatable {
        /// In bytes from the start of WAL.
        public var position: LogSequenceNumber
        /// By the clock of the server; nil where WAL has none there.
        public var time: Timestamp?
    }

    /// A place that somebody has named.
    public struct RestorePoint: Sendable, Equatable {
        /// What `pg_create_restore_point` was given, at most 63 bytes.
        public var name: ObjectName
        /// When it was named, by the clock of the server.
        public var time: Timestamp
        /// Where its record begins.
        public var position: LogSequenceNumber

        /// `position` is where the record of the restore point begins.
        public init(name: ObjectName, time: Timestamp, position: LogSequenceNumber) {
            (self.name, self.time, self.position) = (name, time, position)
        }
    }

    /// A tablespace that replay makes.
    public struct Tablespace: Sendable, Equatable {
        /// Its OID.
        public var identifier: UInt32
        /// Where the record says that it is: a directory of the origin.
        public var path: ObjectName
        /// Where the record begins that makes it.
        public var position: LogSequenceNumber
        /// Where the record before it begins: recovery to that position ends before the tablespace is made.
        public var previous: LogSequenceNumber?

        /// Nil where the record makes none, or names no directory.
        public init?(_ event: PlacedWALEvent) {
            guard case .tablespaceCreated(let identifier, let path) = event.event, !path.isEmpty else {
                return nil
            }
            (self.identifier, self.path) = (identifier, path)
            (position, previous) = (event.position, event.previous)
        }
    }

    /// What is told beside both ends; for each of these the whole WAL is read.
    public struct Details: OptionSet, Sendable {
        /// One bit for each detail.
        public let rawValue: Int
        /// All restore points, for which all WAL is read.
        public static let restorePoints = Details(rawValue: 1)
        /// The tablespaces that WAL makes up to the goal.
        public static let tablespaces = Details(rawValue: 2)

        /// Bits that are no detail's mean nothing.
        public init(rawValue: Int) { self.rawValue = rawValue }
    }

    /// The end of the backup; its time is that of the last commit before it.
    public var earliest: Point
    /// Where WAL ends, or a gap begins; its time is that of the last transaction that ended before it.
    public var latest: Point
    /// Nil unless they were asked for: the whole WAL is read for them.
    public var restorePoints: [RestorePoint]?
    /// Whether there are more than are kept.
    public var hasMoreRestorePoints = false
    /// Whether a transaction may end later than the latest time says, in a record that no single segment holds.
    public var mayReachFurther = false
    /// Those of the WAL that was read, in its order; nil unless they were asked for.
    public var tablespaces: [Tablespace]?
    /// Up to where WAL was read for tablespaces, when there is more of it than is read for a plan.
    public var tablespacesReadUpTo: LogSequenceNumber?
    /// Beginnings of segments at the end of WAL, which only `--allow-unfinished` recovers, and what is in them.
    public var unfinished: [SegmentContents] = []
    /// Of the WAL that was read; nil where none was.
    public var systemIdentifier: UInt64?
    /// What could not be read, in words; what is told here is then less than there may be.
    public var trouble: String?
}

extension RecoverableWindow {

    /// Whether recovery can stop at a time; nil where that is not known.
    ///
    /// It stops before the first transaction that ends after the time, so there must be one.
    public func reaches(_ time: Timestamp) -> Bool? {
        guard trouble == nil, let last = latest.time else { return nil }
        return time < last ? true : mayReachFurther ? nil : false
    }

    /// Whether recovery can stop at a position; nil where that is not known.
    public func reaches(_ position: LogSequenceNumber) -> Bool? {
        trouble == nil ? position < latest.position : nil
    }
}
