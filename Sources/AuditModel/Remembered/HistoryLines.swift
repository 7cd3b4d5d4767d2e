// SPDX-License-Identifier: Apache-2.0

/// A backup and its newest proof.
public struct BackupLine: Sendable, Equatable {
    /// What a trial restore has shown of it.
    public struct Trial: Sendable, Equatable {
        /// `restored` or `exercised`.
        public var level: Level
        /// When the trial was over.
        public var ended: Timestamp

        /// Of a trial that reached a level: one that reached none shows nothing.
        public init(level: Level, ended: Timestamp) { (self.level, self.ended) = (level, ended) }
    }

    /// Where it is, or was when it was last verified.
    public var place: BackupPlace
    /// Of the newest proof, whatever level that was asked to show.
    public var verdict: Verdict
    /// The level that the newest proof should have shown.
    public var levelAsked: Level
    /// The level reached.
    public var level: Level?
    /// When its bytes were last shown to be right.
    public var lastProof: Timestamp
    /// When it was last found sound, at whatever level.
    public var lastVerified: Timestamp?
    /// The size of its objects.
    public var bytes: UInt64
    /// How many are not resolved.
    public var openFindings: Int
    /// Of the newest trial that came to a verdict on it, while the backup is sound and nothing speaks against it since.
    public var trial: Trial?

    /// Without `trial`, none has shown anything of it that still counts.
    public init(
        place: BackupPlace, verdict: Verdict, levelAsked: Level, level: Level?, lastProof: Timestamp,
        lastVerified: Timestamp?, bytes: UInt64, openFindings: Int, trial: Trial? = nil
    ) {
        (self.place, self.verdict, self.levelAsked) = (place, verdict, levelAsked)
        (self.level, self.lastProof, self.lastVerified) = (level, lastProof, lastVerified)
        (self.bytes, self.openFindings, self.trial) = (bytes, openFindings, trial)
    }

    /// The highest level that was shown of it, by a verification or by a trial.
    public var highestLevel: Level? { [level, trial?.level].compactMap(\.self).max() }
}

/// An object and its newest reading.
public struct ObjectLine: Sendable, Equatable {
    /// The backup that it belongs to.
    public var place: BackupPlace
    /// Relative to the backup's folder, byte for byte.
    public var name: ObjectName
    /// In bytes, as stored.
    public var size: UInt64
    /// Of the pin, in hex digits.
    public var sha256: String?
    /// What its newest reading came to.
    public var verdict: Verdict
    /// When any of it was last read, whatever came of that.
    public var lastRead: Timestamp
    /// When all its bytes were last read and found sound.
    public var lastGood: Timestamp?
    /// The first damaged or tampered reading since `lastGood`.
    public var badSince: Timestamp?

    /// Without `lastGood` no reading found it sound; without `badSince` none found it bad after that.
    public init(
        place: BackupPlace, name: ObjectName, size: UInt64, sha256: String?, verdict: Verdict,
        lastRead: Timestamp, lastGood: Timestamp?, badSince: Timestamp?
    ) {
        (self.place, self.name, self.size) = (place, name, size)
        (self.sha256, self.verdict, self.lastRead) = (sha256, verdict, lastRead)
        (self.lastGood, self.badSince) = (lastGood, badSince)
    }
}

/// A finding, in the words of its newest sighting.
public struct FindingLine: Sendable, Equatable {
    /// Whether a finding is still there.
    public enum State: String, Sendable { case open, resolved }

    /// By which `history resolve`, `waive` and `note` know it.
    public var number: Int64
    /// The backup that it was found in.
    public var place: BackupPlace
    /// As the newest verification left it that could have seen it.
    public var state: State
    /// A `FindingCode`, or one that only a newer program knows.
    public var code: String
    /// How bad it was at its newest sighting.
    public var severity: Severity
    /// Relative to the backup's folder; nil where it is about no single object.
    public var object: ObjectName?
    /// The file of the data directory, escaped; nil where it is about none.
    public var member: String?
    /// In bytes from the beginning of the object or member; nil where it is about all of it.
    public var offset: UInt64?
    /// In bytes.
    public var length: UInt64?
    /// What should be there, in words; nil where there is no saying.
    public var expected: String?
    /// What is there instead, in words; nil where there is no saying.
    public var found: String?
    /// A `Cause`, or one that only a newer program knows.
    public var cause: String?
    /// One sentence without a full stop; long ones are kept cut.
    public var message: String
    /// When a run first saw it.
    public var firstSeen: Timestamp
    /// When the newest run saw it.
    public var lastSeen: Timestamp
    /// In how many runs.
    public var timesSeen: Int
    /// When a run no longer found it; nil while it is open.
    public var resolvedAt: Timestamp?
    /// What people have said of it, the oldest first.
    public var decisions: [FindingDecision] = []
    /// The newest of them that still counts when the history is read.
    public var decision: FindingDecision?
    /// Whose file it is about, where a trial restore knew it.
    public var relation: NamedRelation?

    /// Names no relation: whoever shows the line looks for it.
    public init(
        number: Int64, place: BackupPlace, state: State, code: String, severity: Severity,
        object: ObjectName?,
        member: String?, offset: UInt64?, length: UInt64?, expected: String?, found: String?,
        cause: String?, message: String, firstSeen: Timestamp, lastSeen: Timestamp, timesSeen: Int,
        resolvedAt: Timestamp?
    ) {
        self.number = number
        (self.place, self.state, self.code) = (place, state, code)
        (self.severity, self.object, self.member) = (severity, object, member)
        (self.offset, self.length, self.expected) = (offset, length, expected)
        (self.found, self.cause, self.message) = (found, cause, message)
        (self.firstSeen, self.lastSeen, self.timesSeen) = (firstSeen, lastSeen, timesSeen)
        self.resolvedAt = resolvedAt
    }
}

/// A run, and what came of it as far as one can see from here.
public struct RunLine: Sendable, Equatable {
    /// How far a run has come.
    public enum State: String, Sendable {
        case running, ended
        /// It has no end, and its process is gone.
        case interrupted
    }

    /// The number that the proofs of its backups carry.
    public var id: RunID
    /// As seen from this process: a history knows only whether there is an end.
    public var state: State
    /// The verb, such as `verify`, `sweep` or `restore`.
    public var command: String
    /// Where the backups were read from; no credentials.
    public var location: String
    /// The level that each of its backups should have reached.
    public var levelAsked: Level
    /// When the run began.
    public var started: Timestamp
    /// When the run was over; nil for one that goes on, or that was killed.
    public var ended: Timestamp?
    /// What the process ended with; nil as long as `ended` is.
    public var exitStatus: Int32?
    /// The most severe of its backups; nil without an end, and for a run that was interrupted or failed.
    public var verdict: Verdict?
    /// The version of the program that carried it out.
    public var toolVersion: String
    /// In which process it runs or ran; without an end, that tells whether it goes on.
    public var process: ProcessIdentity
    /// How many backups it came to a verdict on.
    public var backups: Int
    /// From the store, in all.
    public var bytesRead: UInt64

    /// `ended` and `exitStatus` are either both there or both nil.
    public init(
        id: RunID, state: State, command: String, location: String, levelAsked: Level, started: Timestamp,
        ended: Timestamp?, exitStatus: Int32?, verdict: Verdict?, toolVersion: String,
        process: ProcessIdentity, backups: Int, bytesRead: UInt64
    ) {
        (self.id, self.state, self.command) = (id, state, command)
        (self.location, self.levelAsked, self.started) = (location, levelAsked, started)
        (self.ended, self.exitStatus, self.verdict) = (ended, exitStatus, verdict)
        (self.toolVersion, self.process, self.backups) = (toolVersion, process, backups)
        self.bytesRead = bytesRead
    }
}

/// Something that happened to the history itself, or that a person decided.
public struct EventLine: Sendable, Equatable {
    /// The kind of one that says that a corrupt history was moved aside.
    public static let movedAside = "history-moved-aside"

    /// When it happened.
    public var at: Timestamp
    /// `acceptance`, `history-moved-aside` or `lock-taken-over`.
    public var kind: String
    /// The backup that it is about; nil for what concerns all of the history.
    public var place: BackupPlace?
    /// The user that typed it; nil for what a program did.
    public var who: String?
    /// What happened, in words; an acceptance has its reason in them.
    public var text: String

    /// Without a place it concerns all of the history, and without `who` a program did it.
    public init(
        at: Timestamp, kind: String, place: BackupPlace?, who: String?, text: String
    ) {
        (self.at, self.kind, self.place) = (at, kind, place)
        (self.who, self.text) = (who, text)
    }
}
