// SPDX-License-Identifier: Apache-2.0
import Files
import Glibc

extension ObjectStoreError {
    /// What a failed system call on `path` means for the reading of a store.
    ///
    /// None of it says anything about bytes: a bad sector is our failure to look, like a cut network.
    static func failed(_ path: String, _ error: SystemError, at offset: UInt64? = nil) -> ObjectStoreError {
        let reason = error.text + (offset.map { " at byte \($0)" } ?? "")
        return switch error.code {
        case EACCES, EPERM:
            .denied(
                "'\(path)'", reason: reason,
                hint: "may this user read it and search the directories above it?")
        // A file server that restarts or moves a file answers ESTALE to handles that were good before.
        case ESTALE, EINTR, EAGAIN: .transient("'\(path)'", reason: reason, kind: .fault)
        default: .gaveUp("'\(path)'", attempts: reason)
        }
    }
}
