// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import Inspection
import ObjectStore
import Restorer
import Verifier

/// A verification as the Restorer sees it: what is written was proven by the same rules, and the proof is kept.
struct VerifiedReading: ProvenReading {
    /// Gives the ledger for the reading of a backup.
    let ledger: @Sendable (Backup) -> any Ledger
    let options: VerificationOptions
    let clock: WallClock
    let cancellation: Cancellation
    let observer: any VerificationObserver
    /// Of a chain each backup is read by itself, the oldest first.
    private let lineage = Lineage()

    func read(
        _ backup: Backup, of store: any ObjectStore, among neighbours: [Backup], into output: any MemberOutput
    ) throws -> BackupReport {
        let ledger = ledger(backup)
        let report = try verify(backup, of: store, among: neighbours, into: output, ledger)
        // A restore cannot wait until a nightly run has come to its end.
        guard report.findings.contains(where: { $0.code == .backupBusy }) else { return report }
        return try verify(backup, of: store, among: neighbours, into: output, BorrowedLedger(ledger))
    }

    private func verify(
        _ backup: Backup, of store: any ObjectStore, among neighbours: [Backup],
        into output: any MemberOutput,
        _ ledger: any Ledger
    ) throws -> BackupReport {
        var options = options
        (options.output, options.command) = (output, "restore")
        let verification = Verification(
            of: store, ledger: ledger, options: options, lineage: lineage, clock: clock,
            cancellation: cancellation, observer: observer)
        let report = try verification.run([backup], among: neighbours, location: store.url)
        guard !report.isInterrupted, let only = report.backups.first else {
            throw RestoreError.interrupted(cancellation.exitStatus ?? .interrupted)
        }
        return only
    }
}
