// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Diagnostics
import Files
import Glibc

extension LocalDirectory {
    /// How deep directories may be nested; PostgreSQL needs five.
    private static let deepest = 128

    /// Hands over the files below the root in byte order of their whole names.
    ///
    /// What vanishes meanwhile is left out. A directory that cannot be read is an error, for what is in it
    /// would look deleted; but for `lost+found` at the top, which belongs to root on every ext4 mount.
    public func list(
        _ prefix: ObjectName, _ body: (StoredObject) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) {
        // One stack of what is still to be told, the next on top: depth costs memory here, not call frames.
        var pending = try entries(of: prefix.folder, startingWith: prefix)
        while let entry = pending.popLast() {
            guard !cancellation.isRequested else { throw .interrupted }
            if entry.status.kind == .folder {
                pending += try entries(of: entry.name, startingWith: prefix)
            } else {
                try body(object(entry.name, status: entry.status))
            }
        }
    }

    private struct Entry {
        /// From the root on; a directory's ends with a slash, which is how its contents sort.
        let name: ObjectName
        let status: FileStatus
    }

    /// What stands in a directory (its name empty or ending with a slash), last name first.
    private func entries(
        of folder: ObjectName, startingWith prefix: ObjectName
    ) throws(ObjectStoreError) -> [Entry] {
        guard !cancellation.isRequested else { throw .interrupted }
        let parts = folder.bytes.dropLast().split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isRoot = folder.isEmpty
        guard isRoot || parts.allSatisfy(Self.canBeFileName) else { return [] }
        guard parts.count <= Self.deepest else {
            throw .unusable(
                "'\(path(folder))'", reason: "directories are nested more than \(Self.deepest) deep",
                hint: "is this the directory that holds the backups?")
        }
        do {
            let passage = try passage(isRoot ? [] : parts[...])
            return try entries(in: passage, folder, startingWith: prefix).sorted { $1.name < $0.name }
        } catch {
            if error.code == ENOENT && isRoot { throw .noSuchStore(url) }
            if error.isAbsence { return [] }
            if error.code == EACCES && folder == "lost+found/" { return [] }
            throw .failed(path(folder), error)
        }
    }

    private func entries(
        in passage: borrowing FileDescriptor, _ folder: ObjectName, startingWith prefix: ObjectName
    ) throws(SystemError) -> [Entry] {
        var found: [Entry] = []
        var stream = try DirectoryStream(passage)
        while let last = try stream.next() {
            let name = folder + ObjectName(bytes: last)
            guard prefix.hasPrefix(name) || name.hasPrefix(prefix), let status = try seen(last, in: passage)
            else {
                continue
            }
            let whole = status.kind == .folder ? name + "/" : name
            if whole.hasPrefix(prefix) { found.append(Entry(name: whole, status: status)) }
        }
        return found
    }

    /// The status of a name just listed, or nil when it has vanished since.
    private func seen(_ name: [UInt8], in folder: borrowing FileDescriptor) throws(SystemError) -> FileStatus?
    {
        do {
            return try folder.status(of: name)
        } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
    }
}
