// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Glibc

/// A directory that belongs to the server's owner, written to by us who may be root.
///
/// Whoever owns a directory can put links into it at any time, so everything goes through one descriptor and
/// no name is ever followed.
public struct OwnedFolder: ~Copyable {
    private let folder: FileDescriptor
    /// As it was given.
    public let path: String
    private let owner: ServerOwner

    /// Opens the directory at a path; the last name of it may be no link.
    public init(_ path: String, owner: ServerOwner) throws(PrivatePostgresError) {
        do { folder = try FileDescriptor(folderItselfAt: path) } catch {
            throw .failed("opening", path, error)
        }
        (self.path, self.owner) = (path, owner)
    }

    /// Opens a directory below another, by the names on the way; none of them may be a link.
    public init(
        _ path: String, below names: some Collection<Substring>, owner: ServerOwner
    ) throws(PrivatePostgresError) {
        let full = ([path] + names.map(String.init)).joined(separator: "/")
        do throws(SystemError) {
            var folder = try FileDescriptor(folderItselfAt: path)
            for name in names { folder = try FileDescriptor(folder: name.utf8, in: folder) }
            self.folder = folder
        } catch { throw .failed("opening", full, error) }
        (self.path, self.owner) = (full, owner)
    }

    /// The bytes of a file by its path below; nil when there is none.
    ///
    /// What is there and cannot be read is an error: a link, what is no regular file, and one of more than `limit` bytes.
    public func read(_ path: String, limit: Int = 16 << 20) throws(PrivatePostgresError) -> [UInt8]? {
        let content: [UInt8]?
        do throws(SystemError) { content = try folder.content(of: path, limit: limit) } catch {
            if error.code == ENOENT { return nil }
            throw .failed("reading", "\(self.path)/\(path)", error)
        }
        if let content { return content }
        throw .failed(
            "reading '\(ObjectName("\(self.path)/\(path)"))'",
            reason: "it is no regular file of at most \(limit >> 10) KiB",
            hint: "what put it there? look at it and move it away, then run the same command again.")
    }

    /// The names in it, in no order; those that are not UTF-8 are nothing of PostgreSQL's, and left out.
    public func names() throws(PrivatePostgresError) -> [String] {
        do throws(SystemError) {
            return try folder.names().compactMap { String(validating: $0, as: UTF8.self) }
        } catch { throw .failed("listing", path, error) }
    }

    /// Whether there is something of that name, of whatever kind.
    public func holds(_ name: String) throws(PrivatePostgresError) -> Bool {
        do throws(SystemError) { _ = try folder.status(of: name.utf8) } catch {
            if error.code == ENOENT { return false }
            throw .failed("looking at", "\(path)/\(name)", error)
        }
        return true
    }

    /// Makes or replaces a file of mode 0600, at once and durably.
    public func write(_ bytes: [UInt8], to name: String) throws(PrivatePostgresError) {
        let draft = "\(name).pg_backctl-new"
        try attempt("writing", name) { () throws(SystemError) in
            try folder.remove(draft.utf8)
            let file = try FileDescriptor(creating: draft.utf8, in: folder)
            try owner.own(file)
            try file.write(bytes)
            try file.sync()
        }
        try rename(draft, to: name)
    }

    /// Makes a folder of mode 0700, unless there is one.
    public func makeFolder(_ name: String) throws(PrivatePostgresError) {
        guard try !holds(name) else { return }
        try attempt("making", name) { () throws(SystemError) in
            try folder.makeFolder(name.utf8)
            try owner.own(try FileDescriptor(folder: name.utf8, in: folder))
            try folder.sync()
        }
    }

    /// Gives a file another name, durably; what had that is replaced.
    public func rename(_ name: String, to other: String) throws(PrivatePostgresError) {
        try attempt("renaming", name) { () throws(SystemError) in
            try folder.rename(name.utf8, to: other.utf8, in: folder)
            try folder.sync()
        }
    }

    /// Removes a file; it is no failure that there is none.
    public func remove(_ name: String) throws(PrivatePostgresError) {
        try attempt("removing", name) { () throws(SystemError) in try folder.remove(name.utf8) }
    }

    private func attempt(
        _ step: String, _ name: String, _ body: () throws(SystemError) -> Void
    ) throws(PrivatePostgresError) {
        do { try body() } catch { throw .failed(step, "\(path)/\(name)", error) }
    }
}
