// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Glibc

/// The last step of a restore: what was put together takes its name.
///
/// Each part of it can be done again, so a restore that was killed here is brought to its end by the next one.
/// The data directory comes last: as long as it is not in its place, nothing there looks restored.
struct Placement {
    private let area: StagingArea

    init(_ area: StagingArea) { self.area = area }

    func perform() throws(RestoreError) {
        let hasData: Bool
        do { hasData = try area.folder.dataIdentity() != nil } catch {
            throw .failed("looking at", area.data, error)
        }
        if hasData {
            try TablespaceLinks(
                data: area.data, places: area.tablespaces.mapValues(\.final), owner: area.owner
            ).make()
            if let wal = area.walFolder {
                try WALLink(data: area.data, place: wal.place.final, owner: area.owner).make()
            }
        }
        for folder in area.placeFolders.sorted(by: { $0.place.final < $1.place.final }) {
            try move(folder)
        }
        try move(area.folder)
    }

    private func move(_ folder: StagedFolder) throws(RestoreError) {
        let place = folder.place
        do throws(SystemError) {
            let parent = try FileDescriptor(folderAt: place.parent)
            if try folder.dataIdentity() != nil {
                try folder.descriptor.syncFileSystem()
                try folder.descriptor.rename("data".utf8, to: place.name.utf8, in: parent)
            }
            // A name that was given just before a kill may not be on the disk yet.
            try parent.sync()
        } catch {
            guard error.code == ENOTEMPTY || error.code == EEXIST || error.code == ENOTDIR else {
                throw .failed("renaming '\(place.data)' to", place.final, error)
            }
            throw .unsafeTarget(
                place.final, reason: "something has come to be there meanwhile",
                hint: "move it away and run the same command again: all else is done.")
        }
        try requireInPlace(place)
    }

    /// What stands there is what was restored, and nothing else that has the name.
    private func requireInPlace(_ place: StagedPlace) throws(RestoreError) {
        let found: FileStatus?
        do throws(SystemError) {
            found = try FileDescriptor(folderAt: place.parent).status(of: place.name.utf8)
        } catch {
            guard error.code == ENOENT else { throw .failed("looking at", place.final, error) }
            found = nil
        }
        guard let expected = area.journal.directories?[place.final], found?.kind == .folder,
            found?.validators.inode == expected
        else {
            throw .failed(
                "the last step of the restore",
                reason:
                    "'\(place.final)' is not the directory that was restored, which is not in '\(place.staging)' either",
                hint:
                    "was it moved away after it had been restored? then remove '\(place.staging)'; else use --restart."
            )
        }
    }
}
