// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import PrivatePostgres

/// Where the tablespaces of a data directory are: the links in `pg_tblspc`, and `tablespace_map`, from which
/// PostgreSQL makes them anew when it starts on a backup.
///
/// What the backup says of places is never used: it is of another machine.
struct TablespaceLinks {
    let data: String
    /// Absolute paths by OID.
    let places: [UInt32: String]
    let owner: ServerOwner

    /// Makes the links, in the place of those that are there.
    ///
    /// Who owns the data directory can put anything anywhere in it, and only what we made ourselves may be given
    /// to them: a link is made beside the data directory, where they change nothing, and moved in.
    func make() throws(RestoreError) {
        guard !places.isEmpty else { return }
        do throws(SystemError) {
            let place = StagedPlace(data)
            let beside = try FileDescriptor(folderAt: place.parent)
            let folder = try FileDescriptor(
                folder: "pg_tblspc".utf8, in: FileDescriptor(folder: place.name.utf8, in: beside))
            for (identifier, path) in places {
                let (name, draft) = ("\(identifier)", "tablespace-link.new")
                try beside.remove(draft.utf8)
                try beside.makeLink(draft.utf8, to: path)
                if owner.isOther { try beside.setOwner(of: draft.utf8, owner.user, owner.group) }
                // An empty directory of that name stands where the archive had one.
                if try isFolder(name, in: folder) { try folder.removeFolderIfEmpty(name.utf8) }
                try beside.rename(draft.utf8, to: name.utf8, in: folder)
            }
            try folder.sync()
        } catch { throw .failed("linking tablespaces in", "\(data)/pg_tblspc", error) }
    }

    /// Writes `tablespace_map` anew (`read_tablespace_map` in PostgreSQL's xlogrecovery.c).
    func writeMap() throws(RestoreError) {
        guard !places.isEmpty else { return }
        let lines = places.sorted { $0.key < $1.key }.map { "\($0.key) \(Self.escaped($0.value))\n" }
        do throws(SystemError) {
            let folder = try FileDescriptor(folderAt: data)
            try folder.remove("tablespace_map".utf8)
            let file = try FileDescriptor(creating: "tablespace_map".utf8, in: folder)
            try owner.own(file)
            try file.write(Array(lines.joined().utf8))
            try file.sync()
        } catch { throw .failed("writing", "\(data)/tablespace_map", error) }
    }

    private func isFolder(_ name: String, in folder: borrowing FileDescriptor) throws(SystemError) -> Bool {
        do { return try folder.status(of: name.utf8).kind == .folder } catch {
            guard error.isAbsence else { throw error }
            return false
        }
    }

    private static func escaped(_ path: String) -> String {
        path.replacing("\\", with: "\\\\").replacing("\n", with: "\\\n").replacing("\r", with: "\\\r")
    }
}
