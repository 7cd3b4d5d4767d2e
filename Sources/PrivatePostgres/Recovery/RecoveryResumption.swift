// SPDX-License-Identifier: Apache-2.0
import BackupFormats

/// Whether a private server that was stopped in the middle can be started again on the same files.
public enum RecoveryResumption {
    /// True until it was promoted.
    ///
    /// Recovery goes on from its last restart point. After that, the goal lies behind it, and nobody knows what was
    /// still to be done. Where the files that tell it cannot be read, nothing can be resumed either.
    public static func isPossible(in data: borrowing OwnedFolder) -> Bool {
        do throws(PrivatePostgresError) {
            if try data.read("backup_label") != nil { return true }
            let control = try data.control()
            return control.clusterState == .inArchiveRecovery || control.clusterState == .shutDownInRecovery
        } catch { return false }
    }
}
