// SPDX-License-Identifier: Apache-2.0
import Glibc

/// What a system call answered instead of doing what it was asked.
struct SystemError: Error, Equatable {
    /// An `errno` value.
    let code: Int32

    /// The error of the call that just failed.
    static var last: SystemError { SystemError(code: errno) }

    /// The system's own words for it, in lower case as our messages are.
    var text: String {
        guard let words = unsafe strerror(code) else { return "error \(code)" }
        let text = unsafe String(cString: words)
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    /// Whether the name leads to nothing: a part of it is missing, is no directory or cannot be a name.
    var isAbsence: Bool { [ENOENT, ENOTDIR, ENAMETOOLONG, EINVAL].contains(code) }
}

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
