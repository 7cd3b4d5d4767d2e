// SPDX-License-Identifier: Apache-2.0
import Files
import PrivatePostgres

/// Links in a data directory that lead to what is ours outside of it.
///
/// Who owns the data directory can put anything anywhere in it, and only what we made ourselves may be given
/// to them: a link is made beside the data directory, where they change nothing, and moved in.
struct DataLinks: ~Copyable {
    /// The data directory itself.
    let folder: FileDescriptor
    private let beside: FileDescriptor
    private let owner: ServerOwner

    private static let draft = "link.new"

    init(_ data: String, owner: ServerOwner) throws(SystemError) {
        let place = StagedPlace(data)
        let beside = try FileDescriptor(folderAt: place.parent)
        let folder = try FileDescriptor(folder: place.name.utf8, in: beside)
        self.beside = beside
        self.folder = folder
        self.owner = owner
    }

    /// Makes a link, in the place of one or of an empty directory that is there.
    func make(_ name: String, to path: String, in folder: borrowing FileDescriptor) throws(SystemError) {
        try beside.remove(Self.draft.utf8)
        try beside.makeLink(Self.draft.utf8, to: path)
        if owner.isOther { try beside.setOwner(of: Self.draft.utf8, owner.user, owner.group) }
        // An empty directory of that name stands where the archive had one.
        if try isFolder(name, in: folder) { try folder.removeFolderIfEmpty(name.utf8) }
        try beside.rename(Self.draft.utf8, to: name.utf8, in: folder)
    }

    private func isFolder(_ name: String, in folder: borrowing FileDescriptor) throws(SystemError) -> Bool {
        do { return try folder.status(of: name.utf8).kind == .folder } catch {
            guard error.isAbsence else { throw error }
            return false
        }
    }
}
