// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Which file or directory a path leads to.
struct FileIdentity: Hashable {
    private let device: UInt64
    private let inode: UInt64

    init?(following path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
    }
}
