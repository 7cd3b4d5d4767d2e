// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// A memory that keeps nothing, for `--no-history`: no pins, no resumption, no lock.
public struct ForgetfulLedger: Ledger {
    /// Nothing is ever in it.
    public init() {}
    /// Always 0, which no run in a history is.
    public func begin(_ run: RunStart) -> RunID { RunID(0) }
    /// Locks nothing: two processes may verify the same backup at once.
    public func lock(_ place: BackupPlace, for run: RunID) {}
    /// Always empty: nothing is gone on with, and nothing compared with the past.
    public func memory(of place: BackupPlace) -> BackupMemory { BackupMemory() }
    /// Always nil, as of an object that nobody has read.
    public func midstates(of object: ObjectName, in place: BackupPlace) -> Midstates? { nil }
    /// Forgets it: a run that was interrupted starts over.
    public func keep(_ progress: ProgressStep, of object: ObjectName, in place: BackupPlace) {}
    /// Forgets it: what was found is in the report alone.
    public func record(_ outcome: BackupOutcome, in run: RunID) {}
    /// Does nothing: there was no lock.
    public func release(_ place: BackupPlace) {}
    /// Does nothing: nobody asks later how it ended.
    public func end(_ run: RunID, exitStatus: Int32, verdict: Verdict?) {}
}
