// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Glibc

extension RestoreError {
    /// Two objects of the backup hold one name, or one holds a file where another holds a folder.
    static func contested(_ path: ObjectName) -> RestoreError {
        .failed(
            "writing '\(path)'", reason: "two objects of the backup hold it",
            hint: "which of them counts nobody knows: restore another backup.")
    }

    /// What a failed system call on a path of the restore means; nothing is said about the backup.
    static func failed(_ step: String, _ path: String, _ error: SystemError) -> RestoreError {
        let shown = ObjectName(path).description
        switch error.code {
        case ENOSPC, EDQUOT:
            return .noSpace(shown, needed: "more", available: error.text)
        case EEXIST, ENOTDIR, EISDIR, ENOTEMPTY, ELOOP:
            return .unsafeTarget(
                shown, reason: "something else stands in the way there (\(step): \(error.text))",
                hint: "look at it and move it away, then run the same command again.")
        case EACCES, EPERM, EROFS:
            return .failed(
                "\(step) '\(shown)'", reason: error.text,
                hint: "may this user write there, and is it mounted rw?")
        case EIO:
            return .failed(
                "\(step) '\(shown)'", reason: error.text,
                hint:
                    "look at the system's log for the disk; --restart reads everything from the backup anew.")
        default:
            return .failed(
                "\(step) '\(shown)'", reason: error.text, hint: "look at the system's log for the disk.")
        }
    }
}
