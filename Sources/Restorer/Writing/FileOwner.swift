// SPDX-License-Identifier: Apache-2.0
import Files
import Glibc

/// Whose the restored files become.
struct FileOwner: Sendable, Equatable {
    var user: uid_t
    var group: gid_t

    /// Gives an open file or directory away, unless it is the owner's already because we are.
    func own(_ descriptor: borrowing FileDescriptor) throws(SystemError) {
        guard user != geteuid() || group != getegid() else { return }
        try descriptor.setOwner(user, group)
    }
}
