// SPDX-License-Identifier: Apache-2.0

/// How one store stands.
public struct StoreStatus: Sendable, Equatable, Codable {
    /// As the configuration calls it; the location where it has no name there.
    public var name: String
    /// In no order.
    public var backups: [BackupStatus]
    /// One for each cluster whose backups are there.
    public var groups: [GroupStatus]
    /// How much of it is within policy; nil when it has none, or nobody could tell.
    public var standing: PolicyStanding?
    /// What was read from it, since the history began.
    public var traffic: StoreTraffic
    /// What is open: each severity, code and cause once.
    public var openFindings: [FindingCount]
    /// How many trial restores ended so, since the history began.
    public var trials: [TrialOutcome: Int]
    /// The newest sweep of it; nil before the first.
    public var lastSweep: LastSweep?
    /// By when another one must have ended; later, nobody watches over the store any more.
    public var sweepDue: Timestamp?
    /// The newest slot at which one of its schedules swept it; nil before the first.
    public var lastSlot: Timestamp?
    /// When one of its schedules will sweep it; nil when none does.
    public var nextSlot: Timestamp?
    /// How many seconds of work may be lost, as the configuration promises; nil without a promise.
    public var targetRPO: Double?
    /// How many seconds a restore may take, as the configuration promises; nil without a promise.
    public var targetRTO: Double?

    /// Counts begin at 0, as of a store that was never swept; what is not said here is set later.
    public init(name: String, backups: [BackupStatus] = [], groups: [GroupStatus] = []) {
        (self.name, self.backups, self.groups) = (name, backups, groups)
        (traffic, openFindings, trials) = (StoreTraffic(), [], [:])
    }

    /// The newest moment at which bytes of this store were shown to be right; nil when that never was.
    public var lastProof: Timestamp? { backups.flatMap(\.proofs).map(\.at).max() }
}

/// How a trial restore ended.
public enum TrialOutcome: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
    /// The backup starts, and every check that ran is passed.
    case passed
    /// The backup does not start, or a check failed.
    case failed
    /// This machine or the store fell short: nothing is said about the backup.
    case inconclusive
}

/// What was read from a store, and what it took; these numbers only grow, but for a history that is pruned.
public struct StoreTraffic: Sendable, Equatable, Codable {
    /// Bytes, second readings included.
    public var bytesRead: UInt64
    /// How long sweeps of it took.
    public var seconds: Double
    /// How many requests had to be repeated.
    public var retries: Int
    /// How many requests got this answer: an HTTP status, or 0 where there was none.
    public var requests: [Int: Int]

    /// Of a store that nothing was read from, unless said otherwise.
    public init(bytesRead: UInt64 = 0, seconds: Double = 0, retries: Int = 0, requests: [Int: Int] = [:]) {
        (self.bytesRead, self.seconds) = (bytesRead, seconds)
        (self.retries, self.requests) = (retries, requests)
    }
}

/// How many findings of one kind are open in a store.
public struct FindingCount: Sendable, Equatable, Codable {
    /// A `FindingCode`, or what `StoreFinding.kind` says.
    public var code: String
    /// A `Cause`; nil where none is known.
    public var cause: String?
    /// Of each of them: findings that differ in it are counted apart.
    public var severity: Severity
    /// How many of them are open.
    public var count: Int

    /// `count` is of the findings that have this code, this cause and this severity.
    public init(code: String, cause: String? = nil, severity: Severity, count: Int) {
        (self.code, self.cause, self.severity, self.count) = (code, cause, severity, count)
    }
}

/// How the newest sweep of a store ended.
public struct LastSweep: Sendable, Equatable, Codable {
    /// When the sweep was over.
    public var ended: Timestamp
    /// The most severe status of all that was done there (`ExitStatus`).
    public var exitStatus: Int32

    /// `ended` is the end of the whole sweep, not of its work at this store.
    public init(ended: Timestamp, exitStatus: Int32) { (self.ended, self.exitStatus) = (ended, exitStatus) }
}
