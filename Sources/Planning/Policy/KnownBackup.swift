// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// Which backup is meant.
public struct BackupKey: Sendable, Hashable, Codable, Comparable {
    /// As the configuration calls the store.
    public var store: String
    /// The folder's path below the store.
    public var label: String

    /// Whether there is such a backup is not looked up.
    public init(store: String, label: String) { (self.store, self.label) = (store, label) }

    /// By store, then by label.
    public static func < (left: BackupKey, right: BackupKey) -> Bool {
        (left.store, left.label) < (right.store, right.label)
    }
}

/// What listing and history know of one backup.
public struct KnownBackup: Sendable, Equatable {
    /// How it came out the last time that anybody looked closely enough.
    public enum Standing: String, Sendable, Codable, CaseIterable {
        case unknown, sound, damaged, tampered
        /// Its newest reading came to no verdict: what was shown before counts, and nothing should rest on it alone.
        case unsettled

        /// Known not to be what it was to be.
        public var isBad: Bool { self == .damaged || self == .tampered }
    }

    /// What it builds on.
    public enum Descent: Sendable, Equatable {
        case full
        /// An incremental one: the labels of all that it needs, its own parent first. One that nobody knows is left out
        /// with what is behind it, so that the last is no full backup.
        case incremental([String])
    }

    /// What tells it from all others, of other stores, too.
    public var key: BackupKey
    /// Whose cluster it is of.
    public var group: String
    /// When it was taken, as far as anything tells.
    public var taken: Timestamp
    /// When it was first seen complete; nil when nobody wrote that down, and then `taken` counts.
    public var arrived: Timestamp?
    /// When its newest object was written; nil when the store does not tell.
    public var lastWritten: Timestamp?
    /// When the store no longer listed it; nil while it does.
    public var goneSince: Timestamp?
    /// Its upload has not come to its end.
    public var isIncomplete = false
    /// Of all its objects.
    public var bytes: UInt64
    /// Full, until what it builds on has been looked for.
    public var descent = Descent.full
    /// As the history has it; unknown where nobody has looked.
    public var standing = Standing.unknown
    /// The newest proof of each level by reading.
    public var proofs: [Level: Timestamp] = [:]
    /// The oldest first.
    public var trials: [KnownTrial] = []
    /// Findings that are open, warnings and notes left out.
    public var openFindings = 0
    /// An inspection by the present checks is known for exactly these digests: reading its bytes renews it.
    public var contentsKnown = false
    /// Proven already by a run that was interrupted, and not to be read again.
    public var bytesDone: UInt64 = 0
    /// The large ones, where work may be cut between them; the others are one piece together.
    public var objects: [KnownObject] = []
    /// What is listed is not what was read: names, sizes or validators are others.
    public var isChanged = false
    /// It is bad, and what has found that looks closer than digests do.
    public var needsCloserLook = false
    /// How it was stored, such as `tar.gz`: sizes of different forms say nothing of each other; empty where nobody tells.
    public var form = ""
    /// By level: when its newest reading could not show that, with nothing wrong in it, for want of what would tell.
    public var inVain: [Level: Timestamp] = [:]
    /// How long a trial of it would take, in seconds, where trials tell.
    public var trialSeconds: Double?
    /// Bytes by database and kind of relation, in words that stay the same; empty when nobody looked inside.
    public var sizes: [String: UInt64] = [:]

    /// A full backup that is there and whole, and of which nothing has been shown; all else can be set afterwards.
    public init(store: String, group: String, label: String, taken: Timestamp, bytes: UInt64) {
        key = BackupKey(store: store, label: label)
        (self.group, self.taken, self.bytes) = (group, taken, bytes)
    }

    /// Whether it can be proven: it is there, and whole.
    var isComplete: Bool { goneSince == nil && !isIncomplete }
    var isFull: Bool { descent == .full }
    var since: Timestamp { arrived ?? taken }
    /// Still to be read by a run that goes on.
    var bytesLeft: UInt64 { bytes - min(bytes, bytesDone) }

    /// When a level was last shown, by itself or with a higher one.
    func proven(_ level: Level) -> Timestamp? {
        let read = proofs.filter { $0.key.covers(level) }.values.max()
        guard level.needsTrial else { return read }
        return max(read, trials.filter { $0.shows(level) }.map(\.at).max())
    }

    private func max(_ left: Timestamp?, _ right: Timestamp?) -> Timestamp? {
        guard let left, let right else { return left ?? right }
        return Swift.max(left, right)
    }
}

/// A trial restore of a backup, as far as policies ask.
public struct KnownTrial: Sendable, Equatable {
    /// When it began.
    public var at: Timestamp
    /// What it showed; nil when it did not pass.
    public var level: Level?
    /// The backup had been chosen by chance.
    public var isSample: Bool

    /// `level` is nil for one that did not pass.
    public init(at: Timestamp, level: Level?, isSample: Bool = false) {
        (self.at, self.level, self.isSample) = (at, level, isSample)
    }

    func shows(_ level: Level) -> Bool { self.level.map { $0.covers(level) } ?? false }
}

/// One object of a backup.
public struct KnownObject: Sendable, Hashable, Codable {
    /// Relative to the backup.
    public var name: ObjectName
    /// Its size.
    public var bytes: UInt64
    /// Its chunks can be proven each alone, and are of this size; nil when no states are kept.
    public var chunkSize: UInt64?

    /// Without a chunk size it can only be proven as a whole.
    public init(name: ObjectName, bytes: UInt64, chunkSize: UInt64? = nil) {
        (self.name, self.bytes, self.chunkSize) = (name, bytes, chunkSize)
    }
}
