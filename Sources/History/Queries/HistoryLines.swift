// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// Which lines of the history are wanted; what is nil does not narrow them.
public struct HistoryFilter: Sendable, Equatable {
    public var label: String?
    /// A place or a folder of places: `s3://bucket/prod` covers `s3://bucket/prod/A`, but not
    /// `s3://bucket/prod2`.
    public var place: String?
    /// Only what happened at this time or later.
    public var since: Timestamp?
    /// Only backups and findings that are open, objects that are bad, restores without an end.
    public var isOpen: Bool
    public var limit: Int?

    public init(
        label: String? = nil, place: String? = nil, since: Timestamp? = nil, isOpen: Bool = false,
        limit: Int? = nil
    ) {
        (self.label, self.place, self.since) = (label, place, since)
        (self.isOpen, self.limit) = (isOpen, limit)
    }
}

/// A backup and its newest proof.
public struct BackupLine: Sendable, Equatable {
    public var place: BackupPlace
    public var verdict: Verdict
    public var levelAsked: Level
    /// The level reached.
    public var level: Level?
    public var lastProof: Timestamp
    /// When it was last found sound, at whatever level.
    public var lastVerified: Timestamp?
    /// The size of its objects.
    public var bytes: UInt64
    public var openFindings: Int
}

/// An object and its newest reading.
public struct ObjectLine: Sendable, Equatable {
    public var place: BackupPlace
    public var name: ObjectName
    public var size: UInt64
    public var sha256: String?
    public var verdict: Verdict
    public var lastRead: Timestamp
    /// When all its bytes were last read and found sound.
    public var lastGood: Timestamp?
    /// The first damaged or tampered reading since `lastGood`.
    public var badSince: Timestamp?
}

/// A finding, in the words of its newest sighting.
public struct FindingLine: Sendable, Equatable {
    public enum State: String, Sendable { case open, resolved }

    public var place: BackupPlace
    public var state: State
    /// A `FindingCode`, or one that only a newer program knows.
    public var code: String
    public var severity: Severity
    public var object: ObjectName?
    public var member: String?
    public var offset: UInt64?
    public var length: UInt64?
    public var expected: String?
    public var found: String?
    /// A `Cause`, or one that only a newer program knows.
    public var cause: String?
    public var message: String
    public var firstSeen: Timestamp
    public var lastSeen: Timestamp
    public var timesSeen: Int
    public var resolvedAt: Timestamp?
}

public struct RunLine: Sendable, Equatable {
    public enum State: String, Sendable {
        case running, ended
        /// It has no end, and its process is gone.
        case interrupted
    }

    public var id: RunID
    public var state: State
    public var command: String
    public var location: String
    public var levelAsked: Level
    public var started: Timestamp
    public var ended: Timestamp?
    public var exitStatus: Int32?
    public var verdict: Verdict?
    public var toolVersion: String
    public var process: ProcessIdentity
    /// How many backups it came to a verdict on.
    public var backups: Int
    public var bytesRead: UInt64
}

/// Something that happened to the history itself, or that a person decided.
public struct EventLine: Sendable, Equatable {
    public var at: Timestamp
    /// `acceptance`, `history-moved-aside` or `lock-taken-over`.
    public var kind: String
    public var place: BackupPlace?
    public var who: String?
    public var text: String
}
