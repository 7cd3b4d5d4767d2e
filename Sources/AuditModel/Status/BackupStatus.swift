// SPDX-License-Identifier: Apache-2.0

/// How one backup stands.
public struct BackupStatus: Sendable, Equatable, Codable {
    /// Its folder below the store, such as `20261102T010000` or `shop/20261102T010000`.
    public var label: String
    /// Which cluster's it is (`GroupStatus.name`).
    public var group: String
    /// When it was taken; nil where nothing tells.
    public var taken: Timestamp?
    /// What the newest verification said; nil when none has.
    public var verdict: Verdict?
    /// The highest level that was shown and still holds.
    public var level: Level?
    /// When each level was last shown, at most once for each.
    public var proofs: [LevelProof]
    /// The size of its objects, in bytes.
    public var bytes: UInt64
    /// When its newest trial restore began, if that failed and none of its cluster has passed since; nil where not.
    public var failedTrial: Timestamp?

    /// Of a backup of the store's own folder of which nothing was shown, unless said otherwise.
    public init(
        label: String, group: String = "", taken: Timestamp? = nil, verdict: Verdict? = nil,
        level: Level? = nil, proofs: [LevelProof] = [], bytes: UInt64 = 0
    ) {
        (self.label, self.group, self.taken) = (label, group, taken)
        (self.verdict, self.level, self.proofs, self.bytes) = (verdict, level, proofs, bytes)
    }
}

/// When a level was last shown.
public struct LevelProof: Sendable, Equatable, Codable {
    /// One level alone: those below that it shows, too, have entries of their own.
    public var level: Level
    /// When the run that showed it was over.
    public var at: Timestamp

    /// `at` is when the run or trial that showed it was over.
    public init(_ level: Level, at: Timestamp) { (self.level, self.at) = (level, at) }
}

/// How the backups of one cluster stand.
public struct GroupStatus: Sendable, Equatable, Codable {
    /// Its folder below the store; empty for the store itself.
    public var name: String
    /// What the name of one ends with whose backups do not come any more, as a later cluster took its place.
    public static let earlier = " (earlier cluster)"
    /// Whether its backups do not come any more.
    public var isEarlier: Bool { name.hasSuffix(Self.earlier) }

    /// When its newest backup was taken.
    public var newestBackup: Timestamp?
    /// The newest backup that is sound; nil without one.
    public var newestSound: RecoveryPoint?
    /// The newest moment that could be restored now, from a sound backup and its WAL; RPO is how long ago that is.
    public var recoverableUntil: Timestamp?
    /// How long the newest trial took until the server answered, in seconds: RTO as measured.
    public var secondsToAnswer: Double?

    /// Of a cluster without a sound backup, unless one is given.
    public init(
        name: String = "", newestBackup: Timestamp? = nil, newestSound: RecoveryPoint? = nil,
        recoverableUntil: Timestamp? = nil, secondsToAnswer: Double? = nil
    ) {
        (self.name, self.newestBackup, self.newestSound) = (name, newestBackup, newestSound)
        (self.recoverableUntil, self.secondsToAnswer) = (recoverableUntil, secondsToAnswer)
    }
}

/// A backup that can be restored, as far as anybody knows.
public struct RecoveryPoint: Sendable, Equatable, Codable {
    /// Its folder below the store.
    public var label: String
    /// When it was taken; nil where nothing tells.
    public var taken: Timestamp?
    /// The highest level that was shown of it.
    public var level: Level?
    /// When its bytes were last shown to be right.
    public var lastProof: Timestamp?

    /// What is left out, nobody knows.
    public init(label: String, taken: Timestamp? = nil, level: Level? = nil, lastProof: Timestamp? = nil) {
        (self.label, self.taken, self.level, self.lastProof) = (label, taken, level, lastProof)
    }
}
