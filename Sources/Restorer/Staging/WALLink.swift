// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Glibc
import PrivatePostgres

/// The link `pg_wal` of a data directory whose WAL lies elsewhere, as `initdb --waldir` makes it.
struct WALLink {
    let data: String
    /// Where it leads, absolute.
    let place: String
    let owner: ServerOwner

    /// Makes the link, in the place of one or of an empty directory.
    func make() throws(RestoreError) {
        do throws(SystemError) {
            let links = try DataLinks(data, owner: owner)
            try links.make("pg_wal", to: place, in: links.folder)
            try links.folder.sync()
        } catch { throw .failed("linking WAL in", "\(data)/pg_wal", error) }
    }

    /// Moves what the data directory's own `pg_wal` holds into `folder`, which is where the link leads, and makes the link.
    ///
    /// May be repeated. No server runs on the data directory.
    func separate(into folder: borrowing FileDescriptor) throws(RestoreError) {
        do throws(SystemError) {
            let own = try FileDescriptor(folderItselfAt: data)
            if try Self.status(of: "pg_wal".utf8, in: own)?.kind == .folder {
                try move(FileDescriptor(folder: "pg_wal".utf8, in: own), into: folder)
            }
        } catch { throw .failed("moving WAL from '\(data)/pg_wal' to", place, error) }
        try make()
    }

    /// File by file: the two mostly lie in different file systems.
    private func move(_ folder: borrowing FileDescriptor, into other: borrowing FileDescriptor)
        throws(SystemError)
    {
        for name in try folder.names() {
            let status = try folder.status(of: name)
            guard status.kind == .folder else {
                try copy(name, of: status, from: folder, to: other)
                try folder.remove(name)
                continue
            }
            if try Self.status(of: name, in: other) == nil { try other.makeFolder(name) }
            let inner = try FileDescriptor(folder: name, in: other)
            try owner.own(inner)
            try move(FileDescriptor(folder: name, in: folder), into: inner)
            try folder.removeFolderIfEmpty(name)
        }
    }

    private func copy(
        _ name: [UInt8], of status: FileStatus, from folder: borrowing FileDescriptor,
        to other: borrowing FileDescriptor
    ) throws(SystemError) {
        let source = try FileDescriptor(name, in: folder, for: .bytes)
        try other.remove(name)
        let copy = try FileDescriptor(creating: name, in: other)
        if status.mode & 0o040 != 0 { try copy.setMode(0o640) }
        try owner.own(copy)
        guard try copy.copyContent(of: source) == status.validators.size else {
            throw SystemError(code: EIO)
        }
    }

    private static func status(
        of name: some Sequence<UInt8>, in folder: borrowing FileDescriptor
    ) throws(SystemError) -> FileStatus? {
        do { return try folder.status(of: name) } catch {
            guard error.isAbsence else { throw error }
            return nil
        }
    }
}
