// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Glibc
import PrivatePostgres

/// A staging folder that is ours and stays open: whatever happens to its name meanwhile, what is opened below it
/// is below it.
final class StagedFolder: Sendable {
    let place: StagedPlace
    let descriptor: FileDescriptor

    /// Opens the folder beside the place, making it when it is not there.
    ///
    /// Its owner may go through it to what is inside, and nobody but us may change what it holds: one that
    /// belongs to somebody else, or that others can write to, is refused.
    init(_ place: StagedPlace) throws(RestoreError) {
        self.place = place
        do throws(SystemError) {
            let parent = try FileDescriptor(folderAt: place.parent)
            do { try parent.makeFolder(place.stagingName.utf8, mode: 0o711) } catch {
                guard error.code == EEXIST else { throw error }
            }
            descriptor = try FileDescriptor(folder: place.stagingName.utf8, in: parent)
        } catch { throw .failed("making", place.staging, error) }
        try refuseForeign()
        // Whatever the umask is: the server's owner has to get through.
        do { try descriptor.setMode(0o711) } catch { throw .failed("opening", place.staging, error) }
    }

    /// A file that belongs to no one restore.
    static let lockName = "lock"

    /// Keeps other processes out for as long as the lock is held.
    func lock() throws(RestoreError) -> FileLock {
        let lock: FileLock?
        do { lock = try FileLock(Self.lockName.utf8, in: descriptor) } catch {
            throw .failed("locking", place.staging, error)
        }
        guard let lock else { throw Self.busy(place) }
        return lock
    }

    static func busy(_ place: StagedPlace) -> RestoreError {
        .busy(place.final, holder: "it holds '\(place.staging)/\(lockName)'")
    }

    private func refuseForeign() throws(RestoreError) {
        let status: FileStatus
        do { status = try descriptor.status() } catch { throw .failed("looking at", place.staging, error) }
        guard status.owner == geteuid(), status.mode & 0o022 == 0 else {
            throw .unsafeTarget(
                place.staging, reason: "it is there, and others than you can change what is in it",
                hint: "look at it and move it away; a restore needs that name for a while.")
        }
    }

    /// The directory that is renamed in the end.
    func openData() throws(SystemError) -> FileDescriptor {
        try FileDescriptor(folder: "data".utf8, in: descriptor)
    }

    /// Makes that directory, if it is not there.
    func makeData(_ owner: ServerOwner) throws(SystemError) { try makeFolder("data", owner) }

    func makeFolder(_ name: String, _ owner: ServerOwner) throws(SystemError) {
        do { try descriptor.makeFolder(name.utf8) } catch {
            guard error.code == EEXIST else { throw error }
        }
        try owner.own(try FileDescriptor(folder: name.utf8, in: descriptor))
    }

    /// Makes a folder that stays ours: the server's owner may go through it, and not change what it holds.
    func makePassage(_ name: String) throws(SystemError) {
        try descriptor.makeFolder(name.utf8, mode: 0o711)
        // Whatever the umask is.
        try FileDescriptor(folder: name.utf8, in: descriptor).setMode(0o711)
    }

    /// The inode of the directory that is renamed in the end; nil when it is not there.
    func dataIdentity() throws(SystemError) -> UInt64? {
        do { return try descriptor.status(of: "data".utf8).validators.inode } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
    }

    /// Removes the folder; what says that it is ours goes last, so that whoever finds a part of it knows.
    ///
    /// What has come to be there meanwhile, or stands under its name now, is not ours and stays.
    func remove(keepingLast names: [String] = []) throws(SystemError) {
        let last = names.map { Array($0.utf8) }
        for name in try descriptor.names() where !last.contains(name) { try descriptor.removeTree(name) }
        for name in last { try descriptor.remove(name) }
        let parent = try FileDescriptor(folderAt: place.parent)
        try parent.removeFolderIfEmpty(place.stagingName.utf8)
    }
}
