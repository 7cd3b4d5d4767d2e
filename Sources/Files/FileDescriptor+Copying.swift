// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc

extension FileDescriptor {
    /// Lets this empty file share the content of another one, so that only what changes in either takes up room (a reflink).
    ///
    /// False where the file system cannot do that, or not for these two; then nothing was done.
    public func shareContent(of other: borrowing FileDescriptor) throws(SystemError) -> Bool {
        guard pgb_share_content(number, other.number) != 0 else { return true }
        let error = SystemError.last
        guard Self.cannotShare.contains(error.code) else { throw error }
        return false
    }

    /// Said by file systems without reflinks, or for files on two of them, or of other attributes.
    private static let cannotShare: Set<Int32> = [
        EOPNOTSUPP, ENOTTY, EXDEV, EINVAL, ENOSYS, EPERM, ETXTBSY, EISDIR,
    ]

    /// Writes all bytes of another file to the end of this one, and says how many there were.
    ///
    /// `goesOn` is asked before each mebibyte; the copy ends early when it says no.
    public func copyContent(
        of other: borrowing FileDescriptor, while goesOn: () -> Bool = { true }
    ) throws(SystemError) -> UInt64 {
        let buffer = PageBuffer(size: 1 << 20)
        var offset: UInt64 = 0
        while goesOn() {
            let count = try other.read(at: offset, limit: buffer.size, into: buffer)
            if count == 0 { break }
            try buffer.show(count) { (bytes) throws(SystemError) in try write(bytes) }
            offset += UInt64(count)
        }
        return offset
    }
}
