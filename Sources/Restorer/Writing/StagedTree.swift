// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import BackupFormats
import Diagnostics
import Files
import Glibc
import Inspection
import ObjectStore
import PrivatePostgres
import Synchronization

/// The directories that the files of a backup are written into: the data directory, one per tablespace and perhaps one for
/// WAL.
///
/// Nothing is written outside of them, whatever a member's path says: each part of a path is opened below the
/// one before it, and never through a link. Files are for their owner alone, or for their group to read where
/// the backup says so; setuid bits, times and owners of the backup are not taken over.
final class StagedTree: MemberOutput {
    let status = WriteStatus()
    /// What earlier runs kept and what this one has, where objects are files.
    let kept: KeptFiles?
    let owner: ServerOwner
    let names = Mutex(WrittenNames())
    let data: Root
    let tablespaces: [UInt32: Root]
    /// Nil where WAL goes into the data directory.
    let wal: Root?

    /// A directory that stays open.
    final class Root: Sendable {
        let descriptor: FileDescriptor
        let path: String

        /// `path` is for messages, and for who reads what was kept.
        init(_ folder: StagedFolder) throws(SystemError) {
            descriptor = try folder.openData()
            path = folder.place.data
        }

        /// A folder of our own in a staging folder.
        init(_ name: String, in folder: StagedFolder) throws(SystemError) {
            descriptor = try FileDescriptor(folder: name.utf8, in: folder.descriptor)
            path = "\(folder.place.staging)/\(name)"
        }
    }

    init(
        data: Root, tablespaces: [UInt32: Root] = [:], wal: Root? = nil, owner: ServerOwner,
        kept: KeptFiles? = nil
    ) {
        (self.data, self.tablespaces, self.wal) = (data, tablespaces, wal)
        (self.owner, self.kept) = (owner, kept)
    }

    // MARK: Output

    var failure: (any Error)? { status.failure }

    func keeper(of object: ObjectName) -> any MemberKeeper {
        let reading = names.withLock { $0.begin(object) }
        if kept?.takesCopy(of: object) == true { return CopyKeeper(self, reading, of: object) }
        return FileWriter(self, reading)
    }

    func completed(_ object: ObjectName, sha256: String, validators: Validators) {
        kept?.add(object, sha256: sha256, validators: validators)
    }

    /// The files of the data directory, as a store.
    func copies(_ cancellation: Cancellation) throws(ObjectStoreError) -> LocalDirectory {
        try LocalDirectory(data.path, cancellation: cancellation)
    }

    // MARK: Places

    /// Where files are written, with what their names begin with in the data directory.
    var roots: [(prefix: ObjectName, root: Root)] {
        [("", data)] + tablespaces.map { (ObjectName("pg_tblspc/\($0.key)/"), $0.value) }
            + (wal.map { [(ObjectName("pg_wal/"), $0)] } ?? [])
    }

    /// Where a path of the data directory is kept: its root, and the parts below that.
    func place(of path: ObjectName) -> (root: Root, parts: [ArraySlice<UInt8>])? {
        let parts = path.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard let first = parts.first, parts.allSatisfy(Self.canBeName) else { return nil }
        if let wal, first.elementsEqual("pg_wal".utf8) { return (wal, Array(parts.dropFirst())) }
        guard first.elementsEqual("pg_tblspc".utf8), parts.count > 2,
            let identifier = BackupManifest.objectIdentifier(parts[1]), let root = tablespaces[identifier]
        else { return (data, parts) }
        return (root, Array(parts.dropFirst(2)))
    }

    /// Opens the directory that the parts lead to, making what is missing.
    func folder(_ parts: some Sequence<ArraySlice<UInt8>>, in root: Root, isForGroup: Bool)
        throws(SystemError)
        -> FileDescriptor
    {
        var folder = try FileDescriptor(folder: [UInt8(ascii: ".")], in: root.descriptor)
        for part in parts { folder = try subfolder(part, in: folder, isForGroup: isForGroup) }
        return folder
    }

    private func subfolder(
        _ name: ArraySlice<UInt8>, in folder: borrowing FileDescriptor, isForGroup: Bool
    ) throws(SystemError) -> FileDescriptor {
        let opened = try open(name, in: folder)
        // One that is there may be of a run that was killed before it could give it away.
        let status = try opened.status()
        if status.mode & 0o7027 != 0 || status.mode & 0o700 != 0o700 { try opened.setMode(0o700) }
        if isForGroup, status.mode != 0o750 { try opened.setMode(0o750) }
        if (status.owner, status.group) != (owner.user, owner.group) { try owner.own(opened) }
        return opened
    }

    /// Opens a folder, making it where it is not there.
    private func open(_ name: ArraySlice<UInt8>, in folder: borrowing FileDescriptor) throws(SystemError)
        -> FileDescriptor
    {
        do { return try FileDescriptor(folder: name, in: folder) } catch {
            switch error.code {
            case ENOENT: break
            // A file or link that is left over, for no name of this run stands in the way.
            case ENOTDIR, ELOOP: try folder.remove(name)
            default: throw error
            }
        }
        do { try folder.makeFolder(name) } catch {
            // Another thread was first.
            guard error.code == EEXIST else { throw error }
        }
        return try FileDescriptor(folder: name, in: folder)
    }

    /// Makes the directories that a data directory has and that stores of objects cannot hold when empty.
    ///
    /// `subdirs` of PostgreSQL's src/bin/initdb/initdb.c.
    func makeUsualFolders() throws(RestoreError) {
        for path in Self.usualFolders {
            guard let place = place(of: ObjectName(path)) else { continue }
            do throws(SystemError) { _ = try folder(place.parts, in: place.root, isForGroup: false) } catch {
                throw .failed("making", "\(data.path)/\(path)", error)
            }
        }
    }

    private static let usualFolders = [
        "global", "pg_wal/archive_status", "pg_commit_ts", "pg_dynshmem", "pg_notify", "pg_serial",
        "pg_snapshots", "pg_subtrans", "pg_twophase", "pg_multixact/members", "pg_multixact/offsets", "base",
        "pg_replslot", "pg_tblspc", "pg_stat", "pg_stat_tmp", "pg_xact", "pg_logical/snapshots",
        "pg_logical/mappings",
    ]

    private static func canBeName(_ part: ArraySlice<UInt8>) -> Bool {
        !part.isEmpty && part.count <= 255 && !part.contains(0) && !part.elementsEqual([0x2E])
            && !part.elementsEqual([0x2E, 0x2E])
    }
}
