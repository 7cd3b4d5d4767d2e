// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Files
import Glibc

/// The database's three files: itself, the write-ahead log and its index.
struct HistoryFiles: Sendable {
    static let suffixes = ["", "-wal", "-shm"]
    /// Of the file of leaves, which is no part of the database.
    static let leaves = ".leaves"

    let path: String

    /// Makes the folder (0700) and an empty file (0600) where there is none.
    ///
    /// SQLite gives -wal and -shm the mode of the database. A file that exists is not even opened: closing it
    /// would drop the locks that SQLite holds on it elsewhere in this process.
    func create() throws(HistoryError) {
        try attempt { () throws(SystemError) in
            let folder = try FileDescriptor(makingFolderAt: folder)
            do throws(SystemError) { _ = try FileDescriptor(creating: name.utf8, in: folder) } catch {
                guard error.code == EEXIST else { throw error }
            }
        }
    }

    /// Makes an empty file (0600) under a name that must be free, in a folder that is there.
    func createAnew() throws(HistoryError) {
        let folder = try openFolder()
        try attempt { () throws(SystemError) in _ = try FileDescriptor(creating: name.utf8, in: folder) }
    }

    /// Takes away what `createAnew` has made.
    func remove() throws(HistoryError) {
        let folder = try openFolder()
        try attempt { () throws(SystemError) in try folder.remove(name.utf8) }
    }

    /// Does the work while no other process opens, checks or moves a history in the same folder.
    func withFolderLocked<Result>(_ work: () throws -> Result) throws -> Result {
        let folder = try openFolder()
        // A file system without such locks has no second process that could be kept out by one.
        do { try folder.waitForLock(atMost: .seconds(60)) } catch {
            guard error.code != ETIMEDOUT else {
                return try attempt { () throws(SystemError) in throw error }
            }
        }
        return try work()
    }

    /// Renames the files, each with `.corrupt-<time>` after the database's name, and returns that name.
    ///
    /// The database goes last: an old -wal must never lie beside a new database.
    func moveAside(at time: Timestamp) throws(HistoryError) -> String {
        let folder = try openFolder()
        return try attempt { () throws(SystemError) in
            let target = try freeName("corrupt", at: time, in: folder)
            for suffix in [Self.leaves] + Self.suffixes.reversed() where try folder.has(name + suffix) {
                try folder.rename((name + suffix).utf8, to: (target + suffix).utf8, in: folder)
            }
            return path.dropLast(name.count) + target
        }
    }

    /// Renames a file of leaves that a history has left which is not there any more, and returns its new name; nil when there is none.
    func moveLeavesAside(at time: Timestamp) throws(HistoryError) -> String? {
        let folder = try openFolder()
        return try attempt { () throws(SystemError) in
            guard try folder.has(name + Self.leaves) else { return nil }
            let target = try freeName("lost", at: time, in: folder)
            try folder.rename((name + Self.leaves).utf8, to: (target + Self.leaves).utf8, in: folder)
            return path.dropLast(name.count) + target + Self.leaves
        }
    }

    /// Opens the file of leaves to be added to, making it (0600) where there is none.
    func openLeaves() throws(HistoryError) -> FileDescriptor {
        let folder = try openFolder()
        return try attempt { () throws(SystemError) in
            let name = name + Self.leaves
            do throws(SystemError) { return try FileDescriptor(changing: name.utf8, in: folder) } catch {
                guard error.code == ENOENT else { throw error }
            }
            do throws(SystemError) { return try FileDescriptor(creating: name.utf8, in: folder) } catch {
                guard error.code == EEXIST else { throw error }
                return try FileDescriptor(changing: name.utf8, in: folder)
            }
        }
    }

    /// Which files the names lead to at this moment, nil for a name that leads nowhere.
    func identities() -> [FileIdentity?] { Self.suffixes.map { FileIdentity(following: path + $0) } }

    private var name: String {
        String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
    }

    private var folder: String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private func openFolder() throws(HistoryError) -> FileDescriptor {
        do throws(SystemError) { return try FileDescriptor(folderAt: folder) } catch { throw unusable(error) }
    }

    private func freeName(
        _ why: String, at time: Timestamp, in folder: borrowing FileDescriptor
    ) throws(SystemError) -> String {
        let base = "\(name).\(why)-\(time.basic)"
        var (candidate, number) = (base, 1)
        while try isTaken(candidate, in: folder) {
            number += 1
            candidate = "\(base).\(number)"
        }
        return candidate
    }

    private func isTaken(_ name: String, in folder: borrowing FileDescriptor) throws(SystemError) -> Bool {
        for suffix in Self.suffixes + [Self.leaves] where try folder.has(name + suffix) { return true }
        return false
    }

    private func attempt<Result: ~Copyable>(
        _ work: () throws(SystemError) -> Result
    ) throws(HistoryError) -> Result {
        do throws(SystemError) { return try work() } catch { throw unusable(error) }
    }

    private func unusable(_ error: SystemError) -> HistoryError { .unusable(path: path, reason: error.text) }
}

extension FileDescriptor {
    /// Whether anything stands under this name in the directory, a link that leads nowhere included.
    fileprivate borrowing func has(_ name: String) throws(SystemError) -> Bool {
        do throws(SystemError) { _ = try status(of: name.utf8) } catch {
            guard error.code == ENOENT else { throw error }
            return false
        }
        return true
    }
}
