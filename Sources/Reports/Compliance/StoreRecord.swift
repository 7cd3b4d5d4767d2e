// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// What is known of one store in a period.
public struct StoreRecord: Sendable, Equatable, Encodable {
    /// As the configuration calls it.
    public var name: String
    /// As the history calls it.
    public var location: String
    /// What the configuration asks for, a sentence each.
    public var policy: [String]
    /// Nil where no sweep of the period could list it: then nobody knows which backups there were.
    public var population: Population?
    /// How many sweeps of the period looked at it.
    public var sweeps: Int
    /// How many of those could not.
    public var failedSweeps: Int
    /// Read in the period by sweeps, in bytes.
    public var bytesRead: UInt64
    /// For how long sweeps of the period read it, in seconds.
    public var seconds: Double
    /// How many backups are shown to be at that level, each at its highest; levels with none are there, too.
    public var ladder: [LevelCount]
    /// How much was within policy after each sweep, the oldest first.
    public var standings: [Standing]
    /// By how many seconds the newest data that could be recovered was behind, at the end, the worst cluster; nil where unknown.
    public var measuredRPO: Double?
    /// How many seconds of work may be lost; nil without a promise.
    public var targetRPO: Double?
    /// How many seconds the newest trial took until the server answered, the slowest cluster; nil without a trial.
    public var measuredRTO: Double?
    /// How many seconds a restore may take; nil without a promise.
    public var targetRTO: Double?
    /// The clusters whose backups still come, by their folders.
    public var clusters: [String]
    /// When each sweep began that could look at it, the oldest first.
    public var looks: [Timestamp]
    /// Those that are there at the end of the period, in the order of their labels.
    public var backups: [BackupRecord]
    /// Within how many seconds the bytes of every backup are to be read again; nil where nothing asks for that.
    public var readWithin: Double?
    /// What a picture shows of single looks; no part of the document.
    var calendar: [ProofCalendarRow]

    private enum CodingKeys: CodingKey {
        case name, location, policy, population, sweeps, failedSweeps, bytesRead, seconds, ladder, standings
        case measuredRPO, targetRPO, measuredRTO, targetRTO, clusters, looks, backups, readWithin
    }

    /// All backups that were there, and how that is known.
    public struct Population: Sendable, Equatable, Encodable {
        /// How many: all, not a sample.
        public var backups: Int
        /// Of all their objects.
        public var bytes: UInt64
        /// When the store was listed.
        public var listed: Timestamp
        /// By which sweep, as `history sweeps` numbers them.
        public var sweep: Int64
        /// How many backups were there at some time of the period and are not there at its end.
        public var gone: Int
    }

    /// A step of the ladder of levels.
    public struct LevelCount: Sendable, Equatable, Encodable {
        /// Nil for those of which nothing is shown.
        public var level: Level?
        /// How many are shown to be at that level and no higher.
        public var backups: Int
    }

    /// What a sweep left.
    public struct Standing: Sendable, Equatable, Encodable {
        /// When the sweep was over.
        public var at: Timestamp
        /// How many of the backups were within policy.
        public var within: Int
        /// How many there were.
        public var backups: Int
        /// By how many seconds the newest data that could be recovered was behind then; nil where unknown.
        public var measuredRPO: Double?
    }
}

/// One backup at the end of a period.
public struct BackupRecord: Sendable, Equatable, Encodable {
    /// Its folder below the store.
    public var label: String
    /// When it was taken; nil where nothing tells.
    public var taken: Timestamp?
    /// Of its objects.
    public var bytes: UInt64
    /// What the newest verification said; nil when none has.
    public var verdict: Verdict?
    /// When damage was found that is not over; nil where none is known, or not when.
    public var damageFound: Timestamp?
    /// The highest level that is shown; nil where damage was found.
    public var level: Level?
    /// When each level was last shown.
    public var proofs: [LevelProof]
}
