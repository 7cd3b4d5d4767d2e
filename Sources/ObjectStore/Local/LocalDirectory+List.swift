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
            if entry.isFolder {
                pending += try entries(of: entry.name, startingWith: prefix)
            } else {
                try body(object(of: entry))
            }
        }
    }

    private struct Entry {
        /// From the root on; a directory's ends with a slash, which is how its contents sort.
        let name: ObjectName
        let status: FileStatus
        var isFolder: Bool
        /// Why the link of a backup that it is is not followed.
        var refusal: BackupLink.Refusal?
        var otherName: ObjectName?
    }

    private func object(of entry: Entry) throws(ObjectStoreError) -> StoredObject {
        var object = try object(entry.name, status: entry.status, otherName: entry.otherName)
        if let refusal = entry.refusal { object.oddity = refusal.words(root: url) }
        return object
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
        in passage: borrowing Passage, _ folder: ObjectName, startingWith prefix: ObjectName
    ) throws(SystemError) -> [Entry] {
        var found: [Entry] = []
        var stream = try DirectoryStream(passage.folder)
        while let last = try stream.next() {
            let name = folder + ObjectName(bytes: last)
            guard prefix.hasPrefix(name) || name.hasPrefix(prefix),
                passage.link?.shows(last) ?? true,
                let status = try seen(last, in: passage.folder)
            else { continue }
            let entry = entry(name, status, otherName: passage.place.map { $0 + ObjectName(bytes: last) })
            if entry.name.hasPrefix(prefix) { found.append(entry) }
        }
        return found
    }

    private func entry(_ name: ObjectName, _ status: FileStatus, otherName: ObjectName?) -> Entry {
        if status.kind == .folder { return Entry(name: name + "/", status: status, isFolder: true) }
        var entry = Entry(name: name, status: status, isFolder: false, otherName: otherName)
        guard otherName == nil, status.kind == .link else { return entry }
        let parts = name.bytes.split(separator: UInt8(ascii: "/"))
        guard BackupLink(parts[...]) != nil else { return entry }
        do throws(BackupLink.Refusal) {
            try refuseStrangers(followed(parts[...]))
            return Entry(name: name + "/", status: status, isFolder: true)
        } catch {
            entry.refusal = error
            return entry
        }
    }

    /// Refuses a directory that holds nothing of PostgreSQL's: what is in it would not be shown.
    private func refuseStrangers(_ passage: borrowing Passage) throws(BackupLink.Refusal) {
        do throws(SystemError) {
            var stream = try DirectoryStream(passage.folder)
            while let name = try stream.next() {
                if passage.link?.shows(name) ?? true { return }
            }
        } catch { throw .unreachable(error.text) }
        throw .leadsToNothingOfPostgres
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
