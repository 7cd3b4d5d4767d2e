// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import PrivatePostgres

/// What a restore came to.
public struct RestoreReport: Sendable {
    /// What was proven of the backups that were read, the full one first; empty when an interrupted restore
    /// had read them all.
    public var readings: [BackupReport] = []
    /// The steps, in the order in which they were over.
    public var phases: [RestorePhase] = []
    /// Nil when the server was left to be started by its user.
    public var recovery: RecoveryOutcome?
    /// The names of the scripts that ran.
    public var scripts: [String] = []
    /// What was seen inside; nil when an earlier run had looked.
    public var inside: InsideReport?
    /// What it answered when it was asked; empty when nobody asked.
    public var checks: [CheckResult] = []
    /// What its catalogues hold; nil when nobody asked.
    public var baseline: SeenBaseline?
    /// The newest time that a check of freshness found in the data; nil where none did.
    public var newestData: Timestamp?
    /// As `server_version` says it, such as `15.10`; nil when nobody asked.
    public var serverVersion: String?
    /// Of `pg_control`; nil when it was not read.
    public var systemIdentifier: UInt64?
    /// How the server was held to what is ours, such as `landlock`.
    public var isolation: [String] = []
    /// Settings of the backup that did not count, by their names.
    public var neutralised: [String] = []
    /// From the beginning of the work until the server answered, in seconds; nil when it did not.
    public var secondsToAnswer: Double?
    /// Of the PostgreSQL that the data directory is for.
    public var majorVersion: Int?
    /// Whether an interrupted restore was gone on with.
    public var isResumed = false
    /// What the first start will do by the restored settings; nil when they could not be read, or were looked at by an
    /// earlier run.
    public var firstStart: FirstStart?
    /// Files that the backup lacks and that were made, so that it starts.
    public var made: [String] = []
    /// Settings that led to another directory and were made comments.
    public var takenOut: [FirstStartRemark] = []
    /// The archiving that `archive_mode = off` ends, which this restore put behind all other settings; nil where it did not.
    public var archivingOff: Archiving?
    /// What starts it here; nil when that was not looked at.
    public var startCommands: StartCommands?

    /// Of a restore that has not begun.
    public init() {}
}
