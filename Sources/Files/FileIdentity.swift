// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Which file or directory a name leads to: names with one identity lead to one file.
///
/// It holds while the file is there; a later one may be given the same.
public struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    /// Follows symbolic links; nil when the path leads nowhere, or this user may not know where.
    public init?(following path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    init(_ status: stat) { (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino)) }
}
