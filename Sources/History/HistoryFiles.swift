// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The database's three files: itself, the write-ahead log and its index.
struct HistoryFiles: Sendable {
    static let suffixes = ["", "-wal", "-shm"]

    let path: String

    /// Makes the folder (0700) and an empty file (0600) where there is none.
    ///
    /// SQLite gives -wal and -shm the mode of the database. A file that exists is not even opened: closing it
    /// would drop the locks that SQLite holds on it elsewhere in this process.
    func create() throws {
        try createFolders(upTo: folder)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 { close(descriptor) } else if errno != EEXIST { throw unusable() }
    }

    /// Does the work while no other process opens, checks or moves a history in the same folder.
    func withFolderLocked<Result>(_ work: () throws -> Result) throws -> Result {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unusable() }
        defer { close(descriptor) }
        // A file system without flock has no second process that could be kept out by it.
        while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
        return try work()
    }

    /// Renames the files, each with `.corrupt-<time>` after the database's name, and returns that name.
    ///
    /// The database goes last: an old -wal must never lie beside a new database.
    func moveAside(at time: Timestamp) throws -> String {
        let target = freeName(at: time)
        for suffix in Self.suffixes.reversed() where exists(path + suffix) {
            guard rename(path + suffix, target + suffix) == 0 else { throw unusable() }
        }
        return target
    }

    /// Which files the names lead to at this moment, nil for a name that leads nowhere.
    func identities() -> [FileIdentity?] { Self.suffixes.map { FileIdentity(of: path + $0) } }

    private var folder: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private func createFolders(upTo folder: String) throws {
        for end in folder.indices.filter({ folder[$0] == "/" }) + [folder.endIndex] {
            let part = String(folder[..<end])
            guard !part.isEmpty, !exists(part) else { continue }
            guard mkdir(part, 0o700) == 0 || errno == EEXIST else { throw unusable() }
        }
    }

    private func freeName(at time: Timestamp) -> String {
        let base = "\(path).corrupt-\(time.basic)"
        let isFree = { (name: String) in !Self.suffixes.contains { exists(name + $0) } }
        if isFree(base) { return base }
        return (2...).lazy.map { "\(base).\($0)" }.first(where: isFree) ?? base
    }

    private func unusable() -> HistoryError {
        .unusable(path: path, reason: String(cString: strerror(errno)))
    }
}

/// Device and inode of a file.
struct FileIdentity: Equatable {
    private let device: UInt64
    private let inode: UInt64

    init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
    }
}

private func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
}
