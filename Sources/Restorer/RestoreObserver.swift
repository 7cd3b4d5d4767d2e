// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import PrivatePostgres

/// Somebody who watches a restore; called from the thread that runs it.
public protocol RestoreObserver: Sendable {
    /// A step begins; `bytes` is how much will go through it, when that is known.
    func began(_ phase: RestorePhase.Name, bytes: UInt64?)
    func recovered(_ progress: RecoveryProgress)
    func scriptBegan(_ name: String)
    /// Something that a person should know and that is no failure.
    func noted(_ text: String)
}

/// What a restore came to.
public struct RestoreReport: Sendable {
    /// What was proven of the backups that were read, the full one first; empty when an interrupted restore
    /// had read them all.
    public var readings: [BackupReport] = []
    public var phases: [RestorePhase] = []
    /// Nil when the server was left to be started by its user.
    public var recovery: RecoveryOutcome?
    public var scripts: [String] = []
    public var majorVersion: Int?
    public var isResumed = false
}
