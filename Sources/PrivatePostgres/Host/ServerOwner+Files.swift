// SPDX-License-Identifier: Apache-2.0
public import Files
import Glibc

extension ServerOwner {
    /// Gives an open file or directory to the owner, unless it is the owner's already because we are.
    public func own(_ descriptor: borrowing FileDescriptor) throws(SystemError) {
        guard isOther || group != getegid() else { return }
        try descriptor.setOwner(user, group)
    }
}
