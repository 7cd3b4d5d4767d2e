// SPDX-License-Identifier: Apache-2.0

/// What a sweep came to for one store.
public struct SweptStore: Sendable, Equatable, Codable {
    /// As the configuration calls it; the location where it has no name there.
    public var name: String
    /// The store's URL; nil when it could not be opened.
    public var url: String?
    /// The most severe status of all that was done there (`ExitStatus`).
    public var exitStatus: Int32
    /// Why the store could not be swept, or not to the end; nil when it could.
    public var failure: String?
    /// What was done, in that order.
    public var work: [SweptWork]
    /// What is wrong with the store as a whole.
    public var findings: [StoreFinding]
    /// How each backup that is there stands after the sweep, in the order of their labels.
    public var backups: [BackupStatus]
    /// How the backups of each cluster stand after the sweep.
    public var groups: [GroupStatus]
    /// How much of the store is within policy after the sweep; nil when nobody could tell.
    public var standing: PolicyStanding?
    /// Read from it, second readings included.
    public var bytesRead: UInt64
    /// How long it took.
    public var seconds: Double
    /// How often a request had to be repeated.
    public var retries: Int
    /// How many requests got this answer: an HTTP status, or 0 where there was none; empty for a directory.
    public var requests: [Int: Int]

    /// Counts begin at 0; what was done and found is set later.
    public init(name: String, url: String? = nil, exitStatus: Int32 = 0) {
        (self.name, self.url, self.exitStatus) = (name, url, exitStatus)
        (work, findings, backups, groups) = ([], [], [], [])
        (bytesRead, seconds, retries, requests) = (0, 0, 0, [:])
    }
}

/// One thing that a sweep did with one backup.
public struct SweptWork: Sendable, Equatable, Codable {
    /// What is done with a backup; the raw value is what the history and JSON say.
    public enum Kind: String, Sendable, Codable, CaseIterable { case verify, trial }

    /// Whether it is verified where it lies, or restored for trial.
    public var kind: Kind
    /// The backup's, below the store.
    public var label: String
    /// The level that was to be shown.
    public var level: Level
    /// Why it was this one's turn.
    public var reason: String
    /// What a verification concluded; nil for a trial, and when it was not come to.
    public var verdict: Verdict?
    /// The level that was shown.
    public var reached: Level?
    /// What a run of its own would have ended with (`ExitStatus`).
    public var exitStatus: Int32
    /// What the first of its findings or its failure says; nil when all is well.
    public var words: String?
    /// From the store, second looks included.
    public var bytesRead: UInt64
    /// How long it took.
    public var seconds: Double
    /// Contents were taken apart, not only hashed.
    public var decoded = false
    /// The sweep ended inside of it, and the next one goes on.
    public var isCutOff = false
    /// The trial in the history; nil for a verification, and for a trial that did not begin.
    public var trial: Int64?

    /// Nothing was shown yet: verdict, level, words and trial are set later.
    public init(
        _ kind: Kind, label: String, level: Level, reason: String, exitStatus: Int32, bytesRead: UInt64 = 0,
        seconds: Double = 0
    ) {
        (self.kind, self.label, self.level, self.reason) = (kind, label, level, reason)
        (self.exitStatus, self.bytesRead, self.seconds) = (exitStatus, bytesRead, seconds)
    }
}

/// Something wrong with a store as a whole, or with its place in the policy; with since when.
public struct StoreFinding: Sendable, Equatable, Codable {
    /// What it is, in words that stay the same: `backup-overdue`, `wal-gap`.
    public var kind: String
    /// What it is about: a label, a group, a key; empty for the store.
    public var subject: String
    /// Only an error makes an incident of it and counts for the exit status.
    public var severity: Severity
    /// A sentence without its stop.
    public var message: String
    /// What to do about it; nil where there is nothing to type or change.
    public var advice: String?
    /// When it was first seen; nil when that is now.
    public var since: Timestamp?

    /// Without `since` it is seen for the first time, as far as is known here.
    public init(
        kind: String, subject: String, severity: Severity, message: String, advice: String? = nil,
        since: Timestamp? = nil
    ) {
        (self.kind, self.subject, self.severity) = (kind, subject, severity)
        (self.message, self.advice, self.since) = (message, advice, since)
    }
}

extension StoreFinding {
    /// The kind of one that says that of a store's backups none is there any more.
    public static let emptied = "store-empty"
    /// The kind of one that says that a level cannot be shown of a backup with which nothing is wrong.
    public static let unreached = "level-not-reached"
}

/// How much of a store is within policy, and how far the present round is.
public struct PolicyStanding: Sendable, Equatable, Codable {
    /// Complete ones that are there.
    public var backups: Int
    /// Of which every level that the policy asks for is fresh enough, or not due yet for the first time.
    public var backupsWithin: Int
    /// Of which nothing that the policy asks for was ever shown.
    public var neverProven: Int
    /// The size of all objects of those backups.
    public var bytes: UInt64
    /// The size of those that are within policy.
    public var bytesWithin: UInt64
    /// When all of it would be within policy at the pace of the budget; nil when never, or it is already.
    public var closes: Timestamp?

    /// Without `closes` all is within policy already, or never will be.
    public init(
        backups: Int, backupsWithin: Int, neverProven: Int = 0, bytes: UInt64, bytesWithin: UInt64,
        closes: Timestamp? = nil
    ) {
        (self.backups, self.backupsWithin, self.neverProven) = (backups, backupsWithin, neverProven)
        (self.bytes, self.bytesWithin, self.closes) = (bytes, bytesWithin, closes)
    }

    /// Histories of before hold it without `neverProven`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            backups: try values.decode(Int.self, forKey: .backups),
            backupsWithin: try values.decode(Int.self, forKey: .backupsWithin),
            neverProven: try values.decodeIfPresent(Int.self, forKey: .neverProven) ?? 0,
            bytes: try values.decode(UInt64.self, forKey: .bytes),
            bytesWithin: try values.decode(UInt64.self, forKey: .bytesWithin),
            closes: try values.decodeIfPresent(Timestamp.self, forKey: .closes))
    }
}
