// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// A memory that is asked and not added to, while another process verifies the same backup.
struct BorrowedLedger: Ledger {
    let ledger: any Ledger

    init(_ ledger: any Ledger) { self.ledger = ledger }

    func begin(_ run: RunStart) throws -> RunID { RunID(0) }
    func lock(_ place: BackupPlace, for run: RunID) {}
    func memory(of place: BackupPlace) throws -> BackupMemory {
        var memory = try ledger.memory(of: place)
        memory.progress = [:]
        return memory
    }
    func midstates(of object: ObjectName, in place: BackupPlace) throws -> Midstates? { nil }
    func keep(_ progress: ProgressStep, of object: ObjectName, in place: BackupPlace) {}
    func record(_ outcome: BackupOutcome, in run: RunID) {}
    func release(_ place: BackupPlace) {}
    func end(_ run: RunID, exitStatus: Int32, verdict: Verdict?) {}
}
