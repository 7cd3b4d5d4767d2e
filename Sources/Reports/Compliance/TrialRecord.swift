// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// One trial restore.
public struct TrialRecord: Sendable, Equatable, Encodable {
    /// As `history trials` numbers them.
    public var trial: Int64
    /// The store that the backup lies in; nil for one that the configuration does not name.
    public var store: String?
    /// The last part of the backup's folder.
    public var label: String
    /// The folder below the store that the backup lies in; empty for the store itself.
    public var folder: String
    /// When it began.
    public var started: Timestamp
    /// When it was over, its clean-up included; nil where it has no end.
    public var ended: Timestamp?
    /// What it came to.
    public var outcome: Outcome
    /// The level that it has shown.
    public var level: Level?
    /// Why it failed, or could not be finished.
    public var failure: String?
    /// Until the server answered.
    public var secondsToAnswer: Double?
    /// How far the newest data was behind the start of the trial.
    public var secondsBehind: Double?
    /// How many checks had the answer that they should have.
    public var checksPassed: Int
    /// How many had another one, or none in time.
    public var checksFailed: Int
    /// How many were not asked.
    public var checksNotRun: Int
    /// Whether WAL of an archive was replayed, so that the archive was tried, too.
    public var replaysArchive: Bool
    /// What ran PostgreSQL.
    public var runtime: TrialStart.Runtime
    /// As `server_version` says it; nil where no server came up.
    public var serverVersion: String?
    /// Who or what started it; nil where nobody can tell.
    public var startedBy: String?
    /// What became of what it had made: `removed`, `kept`, `failed`.
    public var cleanUp: String?

    /// What a trial came to; only a failed one speaks against the backup.
    public enum Outcome: String, Sendable, Encodable { case passed, failed, inconclusive, unfinished }
}

/// One restore.
public struct RestoreRecord: Sendable, Equatable, Encodable {
    /// As `history restores` numbers them.
    public var restore: Int64
    /// The last part of the backup's folder.
    public var label: String
    /// Where to.
    public var target: String
    /// When it began.
    public var started: Timestamp
    /// When it was over; nil where it has no end.
    public var ended: Timestamp?
    /// 0 only where the databases are there; nil without an end.
    public var exitStatus: Int32?
    /// Why it failed; nil when it did not.
    public var failure: String?
    /// Whether a person typed that the backup's damage is accepted.
    public var acceptsDamage: Bool
}
