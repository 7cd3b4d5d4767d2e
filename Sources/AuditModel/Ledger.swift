// SPDX-License-Identifier: Apache-2.0

/// Where a backup is, in words that stay the same whatever LOCATION it was reached by.
///
/// Pins belong to a place. `s3://bucket/backups` and `s3://bucket/backups/LABEL` lead to the same one.
public struct BackupPlace: Hashable, Sendable, CustomStringConvertible {
    /// Such as `s3://bucket/backups/20251027T143000`, `/srv/backups/20251027T143000`.
    public let url: String
    /// The name of its folder.
    public let label: String

    /// The history goes by `url` alone; where a place is only looked up, the label may be empty.
    public init(url: String, label: String) { (self.url, self.label) = (url, label) }

    /// The label that the history keeps of a backup with such a label below its store: the last part of it.
    public static func label(ofBackup path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// The URL, as messages and logs show it.
    public var description: String { url }
}

/// What is known of a backup's bytes from all that was done with it so far.
public struct BackupStanding: Sendable, Equatable {
    /// `tampered` only as long as nobody has accepted it.
    public var verdict: Verdict
    /// When it was first found so, with no other verdict in between.
    public var since: Timestamp

    /// `since` is when the first verification, restore or trial that found it so was over.
    public init(_ verdict: Verdict, since: Timestamp) { (self.verdict, self.since) = (verdict, since) }
}

/// What earlier runs proved, and where this run's results go.
///
/// Every method is called from worker threads and must be safe there. An error means that the memory
/// itself failed; the run is then inconclusive, never damaged.
public protocol Ledger: Sendable {
    /// Opens a run; its results hang on the identifier.
    func begin(_ run: RunStart) throws -> RunID

    /// Takes the backup for this run, or throws a `UserError` with exit status `busy` when a living
    /// process holds it. A lock whose process is gone is taken over.
    func lock(_ place: BackupPlace, for run: RunID) throws

    /// What is remembered of a backup.
    func memory(of place: BackupPlace) throws -> BackupMemory

    /// The state list of an object as last kept; the caller checks it against the pin's seal.
    func midstates(of object: ObjectName, in place: BackupPlace) throws -> Midstates?

    /// Keeps how far an object's reading has come, so that an interrupted run can go on from there; only while the backup is locked.
    func keep(_ progress: ProgressStep, of object: ObjectName, in place: BackupPlace) throws

    /// The same for many objects of a backup at once.
    func keep(_ progress: [(step: ProgressStep, object: ObjectName)], in place: BackupPlace) throws

    /// Adds all results of a backup in one transaction and gives up its lock.
    ///
    /// Progress is forgotten, but for objects that are inconclusive: the next run goes on with those.
    ///
    /// When this returns, the verdict survives a power failure.
    func record(_ outcome: BackupOutcome, in run: RunID) throws

    /// Gives up the lock of a backup that came to no verdict; its progress stays.
    func release(_ place: BackupPlace) throws

    func end(_ run: RunID, exitStatus: Int32, verdict: Verdict?) throws
}

extension Ledger {
    /// One after the other, for a ledger that has no quicker way.
    public func keep(_ progress: [(step: ProgressStep, object: ObjectName)], in place: BackupPlace) throws {
        for (step, object) in progress { try keep(step, of: object, in: place) }
    }
}

/// A run in the memory.
public struct RunID: Hashable, Sendable {
    /// The number that listings show.
    public let value: Int64

    /// Of a run in a history; 0 is given by a memory that keeps nothing.
    public init(_ value: Int64) { self.value = value }
}

/// What is known of a run when it begins.
public struct RunStart: Sendable, Equatable {
    /// The verb, such as `verify`.
    public var command: String
    /// The store or backup, as the command line names it; no credentials.
    public var location: String
    /// The level that every backup should reach.
    public var levelAsked: Level
    /// When it began.
    public var started: Timestamp
    /// The version of the program.
    public var toolVersion: String

    /// All that a run says of itself; in which process it runs, the history adds.
    public init(command: String, location: String, levelAsked: Level, started: Timestamp, toolVersion: String)
    {
        (self.command, self.location, self.levelAsked) = (command, location, levelAsked)
        (self.started, self.toolVersion) = (started, toolVersion)
    }
}

/// What earlier runs leave to the next one that looks at a backup.
public struct BackupMemory: Sendable {
    /// What its objects are held against.
    public var pins: [ObjectName: Pin]
    /// How far an interrupted run came in objects that no run has finished since.
    public var progress: [ObjectName: ObjectProgress]
    /// What the newest inspection of its contents found.
    public var inspection: InspectionRecord?
    /// Objects that were found tampered and that nobody has accepted since.
    public var tampered: Set<ObjectName>
    /// How the backup stands: damage counts until a verification that looks as closely finds it gone.
    public var verdict: Verdict?

    /// Without anything, of a backup that no run has seen.
    public init(
        pins: [ObjectName: Pin] = [:], progress: [ObjectName: ObjectProgress] = [:],
        inspection: InspectionRecord? = nil, tampered: Set<ObjectName> = [], verdict: Verdict? = nil
    ) {
        (self.pins, self.progress) = (pins, progress)
        (self.inspection, self.tampered, self.verdict) = (inspection, tampered, verdict)
    }
}

/// How far an interrupted run came inside an object.
public struct ObjectProgress: Sendable, Equatable {
    /// Which bytes were read, and what they came to.
    public enum Extent: Sendable, Equatable {
        /// Read from the start: the states at the boundaries passed so far.
        case read(Midstates)
        /// These chunks were proven against the pin with this digest, in any order.
        case proven(chunks: [Range<Int>], chunkSize: UInt64, pin: String)
        /// All bytes were read; this is their SHA-256, and the states if they were taken.
        ///
        /// `manifestDigest` is what a manifest that attests by another algorithm asked for.
        case complete(sha256: String, Midstates, manifestDigest: ManifestDigest? = nil)
    }

    /// How far it came.
    public var extent: Extent
    /// The version that was read: progress counts for no other.
    public var validators: Validators
    /// When the oldest part of it was read.
    public var since: Timestamp

    /// `validators` are of the version that was read, which need not be the one that is there now.
    public init(_ extent: Extent, validators: Validators, since: Timestamp) {
        (self.extent, self.validators, self.since) = (extent, validators, since)
    }
}

/// The digest of an object's bytes by the algorithm of a manifest, such as `CRC32C:9bd366ae`.
public struct ManifestDigest: Sendable, Hashable, RawRepresentable {
    /// The algorithm as the manifest names it, a colon, and the digest in hex digits.
    public let rawValue: String

    /// Takes what `rawValue` once gave; nothing is checked.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The algorithm as the manifest names it, such as `CRC32C`, and the digest in lower-case hex digits.
    public init(_ algorithm: String, _ hex: String) { rawValue = "\(algorithm):\(hex)" }

    /// The hex digits, where it is of this algorithm.
    public func hex(by algorithm: String) -> String? {
        let head = "\(algorithm):"
        return rawValue.hasPrefix(head) ? String(rawValue.dropFirst(head.count)) : nil
    }
}

/// One addition to an object's progress.
///
/// A step with validators, chunk size or pin other than those kept before replaces what was kept.
public enum ProgressStep: Sendable, Equatable {
    /// `states` follow those already kept; `from` is how many that must be.
    case read(states: [UInt8], from: Int, chunkSize: UInt64, validators: Validators, at: Timestamp)
    case proven(chunks: Range<Int>, chunkSize: UInt64, pin: String, validators: Validators, at: Timestamp)
    case complete(
        sha256: String, manifestDigest: ManifestDigest? = nil, validators: Validators, at: Timestamp)
}

/// All that one verification of one backup adds to the memory.
public struct BackupOutcome: Sendable {
    /// Which backup it is.
    public var place: BackupPlace
    /// What the run concluded.
    public var report: BackupReport
    /// The level that it should have reached.
    public var levelAsked: Level
    /// Pins made or renewed, in no order.
    public var pins: [PinChange]
    /// Set when contents were taken apart in this run.
    public var inspection: InspectionRecord?
    /// When the verdict was made.
    public var ended: Timestamp

    /// Without an inspection, what is remembered of the contents stays as it was.
    public init(
        place: BackupPlace, report: BackupReport, levelAsked: Level, pins: [PinChange],
        inspection: InspectionRecord? = nil, ended: Timestamp
    ) {
        (self.place, self.report, self.levelAsked) = (place, report, levelAsked)
        (self.pins, self.inspection, self.ended) = (pins, inspection, ended)
    }
}

/// A pin made or renewed by a run; the one before it stays in the history.
public struct PinChange: Sendable, Equatable {
    /// Why an object has another pin now.
    public enum Reason: String, Sendable, Codable, CaseIterable {
        case first, moved, attested, healed, accepted, midstates
        /// A person accepted that the object is gone: it has no pin any more.
        case removed
    }

    /// Whose pin it is, in the backup's folder.
    public var object: ObjectName
    /// The one that counts from now on.
    public var pin: Pin
    /// The states that belong to it, where they were taken.
    public var midstates: Midstates?
    /// Why it was made.
    public var reason: Reason

    /// Without states, those that are kept stay if the pin has a seal, and go if it has none.
    public init(object: ObjectName, pin: Pin, midstates: Midstates? = nil, reason: Reason) {
        (self.object, self.pin) = (object, pin)
        (self.midstates, self.reason) = (midstates, reason)
    }
}
