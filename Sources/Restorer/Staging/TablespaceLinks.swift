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
    func make() throws(RestoreError) {
        guard !places.isEmpty else { return }
        do throws(SystemError) {
            let links = try DataLinks(data, owner: owner)
            let folder = try FileDescriptor(folder: "pg_tblspc".utf8, in: links.folder)
            for (identifier, path) in places { try links.make("\(identifier)", to: path, in: folder) }
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

    private static func escaped(_ path: String) -> String {
        path.replacing("\\", with: "\\\\").replacing("\n", with: "\\\n").replacing("\r", with: "\\\r")
    }
}
