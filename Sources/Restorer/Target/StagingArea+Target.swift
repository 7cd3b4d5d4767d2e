// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import PrivatePostgres

/// The target that becomes a data directory on this machine.
extension StagingArea: RestoreTarget {
    var phase: RestoreJournal.Phase { journal.phase }

    var stagedTablespaces: [UInt32: String] { tablespaces.mapValues(\.data) }

    var stagedWAL: String? { walFolder?.place.data }

    var hasServer: Bool {
        if case .live = ServerPresence.of(data) { true } else { false }
    }

    func output(keeping objects: [ObjectName: Validators]?) throws(RestoreError) -> StagedTree {
        let kept = try objects.map { (objects) throws(RestoreError) in
            // What is behind a link is read from the store again.
            let hasWALElsewhere = walFolder != nil
            return try KeptFiles(
                in: path, objects: objects.filter { !hasWALElsewhere || !$0.key.hasPrefix("pg_wal/") },
                owner: owner)
        }
        do throws(SystemError) {
            var roots: [UInt32: StagedTree.Root] = [:]
            for (identifier, folder) in tablespaceFolders { roots[identifier] = try StagedTree.Root(folder) }
            let wal = try walFolder.map { (folder) throws(SystemError) in try StagedTree.Root(folder) }
            return StagedTree(
                data: try StagedTree.Root(folder), tablespaces: roots, wal: wal, owner: owner, kept: kept)
        } catch { throw .failed("opening", data, error) }
    }

    func output(ofPart name: String, tablespaces: [UInt32: String]) throws(RestoreError) -> StagedTree {
        do throws(SystemError) {
            var roots: [UInt32: StagedTree.Root] = [:]
            for (identifier, part) in tablespaces {
                roots[identifier] = try StagedTree.Root(part, in: folder)
            }
            return StagedTree(
                data: try StagedTree.Root(name, in: folder), tablespaces: roots, owner: owner)
        } catch { throw .failed("opening", path, error) }
    }

    func linkTablespaces() throws(RestoreError) {
        let links = TablespaceLinks(data: data, places: stagedTablespaces, owner: owner)
        try links.make()
        try links.writeMap()
    }

    func separateWAL() throws(RestoreError) {
        guard let walFolder else { return }
        let folder: FileDescriptor
        do { folder = try walFolder.openData() } catch {
            throw .failed("opening", walFolder.place.data, error)
        }
        try WALLink(data: data, place: walFolder.place.data, owner: owner).separate(into: folder)
    }

    func confineTablespaces() throws(RestoreError) {
        try TablespaceLinks(data: data, places: stagedTablespaces, owner: owner).make()
        try LaterTablespaces(data: data, wal: stagedWAL, placed: Set(stagedTablespaces.keys)).relocate()
    }

    func mapPlaces() throws(RestoreError) {
        try TablespaceLinks(data: data, places: tablespaces.mapValues(\.final), owner: owner).writeMap()
    }

    func resumeRecovery() throws(RestoreError) -> Bool {
        try RestoreError.translating { () throws(PrivatePostgresError) in
            try PrivateServer.repair(data, owner: owner)
            return try RecoveryResumption.isPossible(in: OwnedFolder(data, owner: owner))
        }
    }

    func place() throws(RestoreError) { try Placement(self).perform() }
}
