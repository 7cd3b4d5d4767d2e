// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Glibc

/// The last step of a restore: what was put together takes its name.
///
/// Each part of it can be done again, so a restore that was killed here is brought to its end by the next one.
/// The data directory comes last: as long as it is not in its place, nothing there looks restored.
struct Placement {
    let target: StagedPlace
    let tablespaces: [UInt32: StagedPlace]
    private let owner: ServerOwner

    init(_ area: StagingArea) {
        (target, tablespaces, owner) = (area.target, area.tablespaces, area.owner)
    }

    func perform() throws(RestoreError) {
        if exists(target.data) {
            try TablespaceLinks(data: target.data, places: tablespaces.mapValues(\.final), owner: owner)
                .make()
        }
        for place in tablespaces.values.sorted(by: { $0.final < $1.final }) { try move(place) }
        try move(target)
    }

    /// Does nothing when it is done already.
    private func move(_ place: StagedPlace) throws(RestoreError) {
        guard exists(place.data) else { return }
        do throws(SystemError) {
            let parent = try FileDescriptor(folderAt: place.parent)
            let staging = try FileDescriptor(folder: place.stagingName.utf8, in: parent)
            try staging.syncFileSystem()
            try staging.rename("data".utf8, to: place.name.utf8, in: parent)
            try parent.sync()
        } catch {
            guard error.code == ENOTEMPTY || error.code == EEXIST || error.code == ENOTDIR else {
                throw .failed("renaming '\(place.data)' to", place.final, error)
            }
            throw .unsafeTarget(
                place.final, reason: "something has come to be there meanwhile",
                hint: "move it away and run the same command again: all else is done.")
        }
    }

    private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
