// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Glibc

/// What `stat` says of something in a directory.
public struct FileStatus: Equatable, Sendable {
    /// What stands there.
    public enum Kind: Equatable, Sendable {
        case file
        case folder
        /// Nothing that can be read as an object; the words name it.
        case oddity(String)

        /// A symbolic link, of which nobody asked where it leads.
        public static let link = Kind.oddity("symbolic link")
    }

    /// What it is.
    public let kind: Kind
    /// The file system that it is on; with the inode it tells what it is, whatever its name.
    public let device: UInt64
    /// Size, times and inode.
    public let validators: Validators
    /// The number of the user it belongs to.
    public let owner: uid_t
    /// The number of the group it belongs to.
    public let group: gid_t
    /// How many names it has.
    public let links: UInt64
    /// The permission bits.
    public let mode: mode_t
    /// In bytes of the file system, which may be fewer or more than its size.
    public let allocated: UInt64

    /// Takes over what `fstat` or `fstatat` filled in.
    public init(_ status: stat) {
        kind = Self.kind(status.st_mode)
        device = UInt64(status.st_dev)
        (owner, group, mode) = (status.st_uid, status.st_gid, status.st_mode & 0o7777)
        links = UInt64(status.st_nlink)
        // Blocks of 512 bytes, whatever those of the file system are (stat(2)).
        allocated = UInt64(clamping: status.st_blocks) &* 512
        validators = Validators(
            size: UInt64(clamping: status.st_size), modified: Self.time(status.st_mtim),
            changed: Self.time(status.st_ctim), inode: UInt64(status.st_ino))
    }

    /// Of what a path leads to, through links where there are any.
    public init(following path: String) throws(SystemError) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw .last }
        self.init(status)
    }

    /// Of what stands at a path, which may be a link itself.
    public init(at path: String) throws(SystemError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { throw .last }
        self.init(status)
    }

    private static func kind(_ mode: mode_t) -> Kind {
        switch mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        case S_IFLNK: .link
        case S_IFIFO: .oddity("named pipe")
        case S_IFSOCK: .oddity("socket")
        case S_IFBLK, S_IFCHR: .oddity("device")
        default: .oddity("unknown kind of file")
        }
    }

    private static func time(_ time: timespec) -> Timestamp {
        Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }
}
