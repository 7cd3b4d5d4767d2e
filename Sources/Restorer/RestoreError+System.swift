// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import PrivatePostgres

extension RestoreError {
    /// Two objects of the backup hold one name, or one holds a file where another holds a folder.
    static func contested(_ path: ObjectName) -> RestoreError {
        .failed(
            "writing '\(path)'", reason: "two objects of the backup hold it",
            hint: "which of them counts nobody knows: restore another backup.")
    }

    /// What a failed system call on a path of the restore means: the same as on one of a private server.
    static func failed(_ step: String, _ path: String, _ error: SystemError) -> RestoreError {
        RestoreError(PrivatePostgresError.failed(step, path, error))
    }
}
