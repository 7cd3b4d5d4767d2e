// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Glibc

/// An open directory below a store's root, and how it was come to.
struct Passage: ~Copyable {
    let folder: FileDescriptor
    /// The directory's own name, a slash at its end, when a link led here; else nil.
    var place: ObjectName?
    /// Set where the link itself leads: then only what is PostgreSQL's is shown.
    var link: BackupLink?
}

extension LocalDirectory {
    private typealias Part = BackupLink.Part

    /// Opens the directory that the parts lead to, one after the other.
    func passage(_ parts: ArraySlice<ArraySlice<UInt8>>) throws(SystemError) -> Passage {
        var passage = Passage(folder: try FileDescriptor([UInt8(ascii: ".")], in: root, for: .passage))
        for index in parts.indices {
            guard passage.link?.shows(parts[index]) ?? true else { throw SystemError(code: ENOENT) }
            passage =
                try isLink(parts[...index], in: passage)
                ? behindLink(parts[...index]) : next(parts[index], after: passage)
        }
        return passage
    }

    /// Opens the directory that an object of this name may stand in: not where a tablespace's link leads, for only
    /// folders are shown there, and where that of WAL does only what is WAL's.
    func folder(
        _ parts: ArraySlice<ArraySlice<UInt8>>, of name: ArraySlice<UInt8>
    ) throws(SystemError) -> Passage {
        let passage = try passage(parts)
        guard passage.link != .tablespace, passage.link?.shows(name) ?? true else {
            throw SystemError(code: ENOENT)
        }
        return passage
    }

    private func next(_ part: ArraySlice<UInt8>, after passage: borrowing Passage) throws(SystemError)
        -> Passage
    {
        Passage(
            folder: try FileDescriptor(part, in: passage.folder, for: .passage),
            place: passage.place.map { $0 + ObjectName(bytes: part) + "/" })
    }

    /// Whether this is such a link, and no other was followed on the way to it.
    private func isLink(_ parts: ArraySlice<Part>, in passage: borrowing Passage) throws(SystemError) -> Bool
    {
        guard passage.place == nil, BackupLink(parts) != nil, let name = parts.last else { return false }
        return try passage.folder.status(of: name).kind == .link
    }

    private func behindLink(_ link: ArraySlice<ArraySlice<UInt8>>) throws(SystemError) -> Passage {
        do throws(BackupLink.Refusal) { return try followed(link) } catch {
            // As of any other link: there is no way through it.
            throw SystemError(code: ENOTDIR)
        }
    }

    /// Opens the directory that a link leads to, which must lie inside of the root.
    func followed(_ link: ArraySlice<ArraySlice<UInt8>>) throws(BackupLink.Refusal) -> Passage {
        guard let kind = BackupLink(link), isBackup(link.dropLast(kind.depth)) else { throw .ofNoBackup }
        let way = try way(of: link)
        var folder = try open([UInt8(ascii: ".")][...], in: root)
        for part in way {
            try refuseDataDirectory(folder)
            folder = try open(part, in: folder)
        }
        try refuseDataDirectory(folder)
        let place = ObjectName(bytes: way.flatMap { $0 + [UInt8(ascii: "/")] })
        return Passage(folder: folder, place: place, link: kind)
    }

    private func isBackup(_ parts: ArraySlice<Part>) -> Bool {
        guard let folder = try? passage(parts) else { return false }
        return holds("PG_VERSION", folder.folder) || holds("backup_manifest", folder.folder)
    }

    private func way(of link: ArraySlice<Part>) throws(BackupLink.Refusal) -> [Part] {
        let target: [UInt8]
        do { target = try RealPath.of(realRoot + link.flatMap { [UInt8(ascii: "/")] + $0 }) } catch {
            throw .unreachable(error.text)
        }
        guard let way = BackupLink.way(to: target, from: realRoot) else { throw .leadsOut }
        return way
    }

    private func open(_ name: Part, in folder: borrowing FileDescriptor) throws(BackupLink.Refusal)
        -> FileDescriptor
    {
        do { return try FileDescriptor(name, in: folder, for: .passage) } catch {
            throw .unreachable(error.text)
        }
    }

    private func refuseDataDirectory(_ folder: borrowing FileDescriptor) throws(BackupLink.Refusal) {
        if holds("PG_VERSION", folder) { throw .leadsIntoDataDirectory }
    }

    private func holds(_ name: String, _ folder: borrowing FileDescriptor) -> Bool {
        (try? folder.status(of: name.utf8)) != nil
    }
}
