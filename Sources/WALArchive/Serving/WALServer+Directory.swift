// SPDX-License-Identifier: Apache-2.0
import Files
import Glibc

/// The directory of the socket and of what was got ahead.
extension WALServer {
    static let socketName = "wal.socket"
    static let spoolName = "wal-ahead"

    /// Opens the directory, which is ours, to the owner's group.
    ///
    /// A PostgreSQL that runs what came out of a backup may pass to the socket and put nothing there: a link in
    /// place of a directory would lead us elsewhere.
    static func open(
        _ directory: String, _ options: Options
    ) throws(WALArchiveError) -> FileDescriptor {
        do throws(SystemError) {
            let folder = try FileDescriptor(folderItselfAt: directory)
            if let owner = options.owner {
                try folder.setOwner(geteuid(), owner.group)
                try folder.setMode(0o710)
            }
            return folder
        } catch { throw failure(directory, "cannot be opened to the group of PostgreSQL", error) }
    }

    static func openSpool(
        in folder: borrowing FileDescriptor, _ path: String
    ) throws(WALArchiveError) -> FileDescriptor {
        do throws(SystemError) {
            do { try folder.makeFolder(spoolName.utf8) } catch {
                guard error.code == EEXIST else { throw error }
            }
            let spool = try FileDescriptor(folder: spoolName.utf8, in: folder)
            guard try spool.status().owner == geteuid() else { throw SystemError(code: EPERM) }
            try empty(spool)
            return spool
        } catch {
            throw .local(path, reason: "cannot be a directory of ours: \(error.text)", hint: "remove it.")
        }
    }

    /// Removes what a server puts there, and nothing else.
    static func empty(_ spool: borrowing FileDescriptor) throws(SystemError) {
        for name in try spool.names() where isOurs(String(decoding: name, as: UTF8.self)) {
            try spool.remove(name)
        }
    }

    /// Whether a name is one of WAL, or the temporary one of its writing.
    static func isOurs(_ name: String) -> Bool {
        var name = name[...]
        if name.hasPrefix("."), name.hasSuffix(".pg_backctl") { name = name.dropFirst().dropLast(11) }
        do throws(WALArchiveError) { _ = try ArchivedWALFile(String(name)) } catch { return false }
        return true
    }

    static func failure(_ path: String, _ what: String, _ error: SystemError) -> WALArchiveError {
        .failed(what, path, error, hint: "may this user write there?")
    }
}
