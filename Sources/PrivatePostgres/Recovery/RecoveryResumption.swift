// SPDX-License-Identifier: Apache-2.0
import BackupFormats

/// Whether a private server that was stopped in the middle can be started again on the same files.
public enum RecoveryResumption {
    /// True until it was promoted.
    ///
    /// Recovery goes on from its last restart point. After that, the goal lies behind it, and nobody knows what was
    /// still to be done.
    public static func isPossible(in data: borrowing OwnedFolder) -> Bool {
        if data.read("backup_label") != nil { return true }
        guard let bytes = data.read("global/pg_control"), let control = try? ControlFile.parse(bytes)
        else { return false }
        return control.clusterState == .inArchiveRecovery || control.clusterState == .shutDownInRecovery
    }
}
