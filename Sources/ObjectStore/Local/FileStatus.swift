// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Glibc

/// What `stat` says of something in a directory.
struct FileStatus: Equatable {
    enum Kind: Equatable {
        case file
        case folder
        /// Nothing that can be read as an object; the words name it.
        case oddity(String)
    }

    let kind: Kind
    let validators: Validators

    init(_ status: stat) {
        kind = Self.kind(status.st_mode)
        validators = Validators(
            size: UInt64(clamping: status.st_size), modified: Self.time(status.st_mtim),
            changed: Self.time(status.st_ctim), inode: UInt64(status.st_ino))
    }

    private static func kind(_ mode: mode_t) -> Kind {
        switch mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        case S_IFLNK: .oddity("symbolic link")
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

extension Validators {
    /// The first thing in which a file is not the one that was expected, told for both; nil when it is.
    ///
    /// Stricter than `isSameVersion`, for these are moments of one run: whoever writes and then sets the
    /// modification time back still moves ctime.
    func difference(to found: Validators) -> (expected: String, found: String)? {
        func compare<Value: Equatable>(_ mine: Value?, _ theirs: Value?, _ say: (Value) -> String) -> (
            String, String
        )? {
            guard let mine, let theirs, mine != theirs else { return nil }
            return (say(mine), say(theirs))
        }
        let instant = { (time: Timestamp) in
            "\(time) + \(time.nanoseconds &- time.seconds &* 1_000_000_000) ns"
        }
        return compare(size, found.size) { "\($0) bytes" }
            ?? compare(inode, found.inode) { "inode \($0)" }
            ?? compare(modified, found.modified) { "modification time \(instant($0))" }
            ?? compare(changed, found.changed) { "change time \(instant($0))" }
    }
}
