// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import PrivatePostgres
import Restorer

/// The way to the folder for trials, which the server's owner goes as well.
struct TrialPassage {
    private let path: String
    private let owner: ServerOwner

    /// `path` is absolute.
    init(to path: String, for owner: ServerOwner) { (self.path, self.owner) = (path, owner) }

    /// Refuses a folder that the owner cannot come to, or in which a stranger could put something else in the place of a trial's:
    /// no fault of a backup.
    func require() throws(OperationError) {
        try refuseStrangers()
        guard owner.isOther else { return }
        var folder = ""
        for part in path.split(separator: "/") {
            folder += "/" + part
            guard let status = try? FileStatus(following: folder), status.kind == .folder else { continue }
            guard isOpen(status) else {
                throw .unsafe(
                    "'\(ObjectName(path))' cannot be used for a trial: \(owner) may not go through '\(ObjectName(folder))'",
                    hint:
                        "name a folder that it can reach: --scratch DIR; or chmod o+x '\(ObjectName(folder))'."
                )
            }
        }
    }

    private func refuseStrangers() throws(OperationError) {
        guard let status = try? FileStatus(following: path),
            let stranger = FolderRights(status).stranger(to: .init(owner))
        else { return }
        throw .unsafe(
            "'\(ObjectName(path))' cannot be used for a trial: \(stranger) can rename what is in it, and put something else in its place",
            hint: "take that right away (chmod go-w, chmod +t, chown), or name another folder: --scratch DIR."
        )
    }

    private func isOpen(_ folder: FileStatus) -> Bool {
        if folder.owner == owner.user { return folder.mode & 0o100 != 0 }
        return folder.mode & (folder.group == owner.group ? 0o010 : 0o001) != 0
    }
}
