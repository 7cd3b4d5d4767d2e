// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Catalogue
public import Inspection
public import ObjectStore

/// Reads a backup, proves every byte of it at level `inspected` and hands its members on to an output.
///
/// What proves is the Verifier, whom the Restorer does not know: what is restored and what is verified are the
/// same thing, with the same verdict in the same history.
public protocol ProvenReading: Sendable {
    /// Throws when it was interrupted, when the output failed and when the history did; whatever is wrong with
    /// the backup is in the report. `neighbours` are all backups of the store.
    func read(
        _ backup: Backup, of store: any ObjectStore, among neighbours: [Backup], into output: any MemberOutput
    ) throws -> BackupReport
}
