// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// A memory that keeps nothing, for `--no-history`: no pins, no resumption, no lock.
public struct ForgetfulLedger: Ledger {
    /// Nothing is ever in it.
    public init() {}
    public func begin(_ run: RunStart) -> RunID { RunID(0) }
    public func lock(_ place: BackupPlace, for run: RunID) {}
    public func memory(of place: BackupPlace) -> BackupMemory { BackupMemory() }
    public func midstates(of object: ObjectName, in place: BackupPlace) -> Midstates? { nil }
    public func keep(_ progress: ProgressStep, of object: ObjectName, in place: BackupPlace) {}
    public func record(_ outcome: BackupOutcome, in run: RunID) {}
    public func release(_ place: BackupPlace) {}
    public func end(_ run: RunID, exitStatus: Int32, verdict: Verdict?) {}
}
