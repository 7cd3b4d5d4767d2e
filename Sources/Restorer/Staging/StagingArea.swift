// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Glibc
import PrivatePostgres

/// The staging folders of one restore: beside the target, and beside the place of each tablespace and of WAL.
///
/// One process at a time works in them. What an earlier one left is gone on with when it was the same restore,
/// and else removed; a folder without our journal is not ours and ends the restore.
final class StagingArea {
    private(set) var journal: RestoreJournal
    /// Whether there was something to go on with.
    let isResumed: Bool
    let owner: ServerOwner
    let folder: StagedFolder
    private(set) var tablespaceFolders: [UInt32: StagedFolder] = [:]
    /// Where WAL is put; nil where it stays in the data directory.
    private(set) var walFolder: StagedFolder?
    private let lock: FileLock
    private var claims: [PlaceClaim] = []

    var path: String { folder.place.staging }
    var data: String { folder.place.data }
    var tablespaces: [UInt32: StagedPlace] { tablespaceFolders.mapValues(\.place) }

    /// All but the one beside the target.
    var placeFolders: [StagedFolder] { tablespaceFolders.values + [walFolder].compactMap(\.self) }

    /// Takes the staging folder for this restore, making it when it is not there.
    ///
    /// `restarts` throws away what was left even by the same restore. `stopServer` is told the data directory
    /// before anything in it is touched: a restore that was killed may have left a server on it.
    init(
        _ identity: RestoreJournal.Identity, restarts: Bool, owner: ServerOwner,
        stopServer: (String) throws(RestoreError) -> Void
    ) throws(RestoreError) {
        self.owner = owner
        let folder = try StagedFolder(StagedPlace(identity.target))
        self.folder = folder
        lock = try folder.lock()
        let found = try RestoreJournal.read(in: folder.descriptor, path: folder.place.staging)
        try Self.refuseForeign(folder, found)
        try stopServer(folder.place.data)
        if let found, !restarts, found.isGoneOnWith(by: identity) {
            // More tablespaces may have places now.
            (journal, isResumed) = (found.goneOn(by: identity), true)
            if found.phase != .placing { try enter(journal.phase) }
            try openPlaces()
            guard found.phase != .placing else { return }
            // It may have been killed before they were made.
            try makeData()
            // Or while a copy was made, which is none before the journal says so.
            if found.pristine == nil { try removePristine() }
            return
        }
        if let found, found.mustBeFinished, found.phase == .moving || !identity.finishes(found.identity) {
            throw Self.unfinished(found.identity)
        }
        (journal, isResumed) = (RestoreJournal(identity, phase: .streaming), false)
        try clear(found)
        // The journal comes first, so that whatever is made after it is known to be ours.
        try enter(.streaming)
        try openPlaces()
        try makeData()
    }

    // MARK: Looking without touching

    /// The journal of a restore that was left at its last step, if there is one.
    static func unfinishedPlacement(of target: String) throws(RestoreError) -> RestoreJournal.Identity? {
        let journal = try journal(of: target)
        return journal?.mustBeFinished == true ? journal?.identity : nil
    }

    /// How far an interrupted restore has come that this one would go on with; nil when there is none.
    ///
    /// `recovering` is one of which only the private server's files tell whether it can: else all is read again.
    static func phaseToContinue(
        _ identity: RestoreJournal.Identity, restarts: Bool
    ) throws(RestoreError) -> RestoreJournal.Phase? {
        guard !restarts, let journal = try journal(of: identity.target), journal.isGoneOnWith(by: identity)
        else { return nil }
        let phase = journal.goneOn(by: identity).phase
        // Where recovery cannot go on, it begins again from the copy.
        return phase == .recovering && journal.pristine != nil ? .reverting : phase
    }

    static func journal(of target: String) throws(RestoreError) -> RestoreJournal? {
        let place = StagedPlace(target)
        let folder: FileDescriptor
        do throws(SystemError) { folder = try FileDescriptor(folderAt: place.staging) } catch {
            if error.code == ENOENT { return nil }
            throw .failed("opening", place.staging, error)
        }
        return try RestoreJournal.read(in: folder, path: place.staging)
    }

    /// A restore that only lacks its last step is not thrown away for another one: parts of it may be in their
    /// places already.
    static func unfinished(_ other: RestoreJournal.Identity) -> RestoreError {
        .unsafeTarget(
            other.target, reason: "another restore to it, of '\(other.backup)', lacks only its last step",
            hint:
                "run that command again to finish it, or remove '\(StagedPlace(other.target).staging)'.")
    }

    // MARK: Phases

    func enter(_ phase: RestoreJournal.Phase) throws(RestoreError) {
        if phase == .placing { journal.directories = try identities() }
        try enter(phase, pristine: journal.pristine)
    }

    /// Also says which directories have a pristine copy from now on.
    func enter(_ phase: RestoreJournal.Phase, pristine: [String]?) throws(RestoreError) {
        (journal.phase, journal.pristine) = (phase, pristine)
        try attempt { () throws(SystemError) in try journal.write(in: folder.descriptor) }
    }

    /// What a run that goes on from here has to tell.
    var told: [Finding] { journal.told ?? [] }

    func note(_ findings: [Finding]) throws(RestoreError) {
        journal.told = findings
        try enter(journal.phase)
    }

    /// What is going to be renamed, by its new name: so that it is known again when it was.
    private func identities() throws(RestoreError) -> [String: UInt64] {
        var identities: [String: UInt64] = [:]
        for folder in [folder] + placeFolders {
            try attempt { () throws(SystemError) in
                identities[folder.place.final] = try folder.dataIdentity()
            }
        }
        return identities
    }

    /// Makes everything that was written into the staging folders survive a power failure.
    func sync() throws(RestoreError) {
        for folder in [folder] + placeFolders {
            try attempt { () throws(SystemError) in try folder.descriptor.syncFileSystem() }
        }
    }

    /// A folder of ours for something that is needed on the way; emptied when it is there already.
    ///
    /// The server's owner only passes through: we, who may be root, go to what is in it by its path.
    func scratch(_ name: String) throws(RestoreError) -> String {
        try discard(name)
        try attempt { () throws(SystemError) in try folder.makePassage(name) }
        return "\(path)/\(name)"
    }

    /// A folder for a part of the restore; what an interrupted run left in it stays.
    func part(_ name: String) throws(RestoreError) -> String {
        try attempt { () throws(SystemError) in try folder.makeFolder(name, owner) }
        return "\(path)/\(name)"
    }

    /// Removes a folder that was needed on the way.
    func discard(_ name: String) throws(RestoreError) {
        try attempt { () throws(SystemError) in try folder.descriptor.removeTree(name.utf8) }
    }

    /// Throws away what was written, since nothing can be done with it any more.
    func startOver() throws(RestoreError) {
        try enter(.streaming, pristine: nil)
        try emptyData()
        try discard(KeptFiles.name)
        try removePristine()
    }

    /// Removes the files of the data directory and the tablespaces.
    func emptyData() throws(RestoreError) {
        for folder in [folder] + placeFolders {
            try attempt { () throws(SystemError) in try folder.openData().removeContents() }
        }
    }

    /// Removes the staging folders with all that is in them.
    func remove() throws(RestoreError) {
        if !journal.mustBeFinished { try giveUp(journal) }
        for folder in placeFolders {
            try attempt { () throws(SystemError) in try folder.remove(keepingLast: PlaceClaim.names) }
        }
        try attempt { () throws(SystemError) in
            try folder.remove(keepingLast: [RestoreJournal.name, StagedFolder.lockName])
        }
    }

    // MARK: Folders

    private func openPlaces() throws(RestoreError) {
        for (key, path) in journal.identity.tablespaces {
            guard let identifier = UInt32(key) else { continue }
            tablespaceFolders[identifier] = try openPlace(path)
        }
        walFolder = try journal.identity.wal.map { (path) throws(RestoreError) in try openPlace(path) }
    }

    private func openPlace(_ path: String) throws(RestoreError) -> StagedFolder {
        let folder = try StagedFolder(StagedPlace(path))
        claims.append(try PlaceClaim(folder, for: journal.identity.target))
        return folder
    }

    private func makeData() throws(RestoreError) {
        for folder in [folder] + placeFolders {
            try attempt { () throws(SystemError) in try folder.makeData(owner) }
        }
    }

    /// Removes what another restore left, the journal last: while it is there, the rest is known to be ours.
    private func clear(_ left: RestoreJournal?) throws(RestoreError) {
        if let left { try giveUp(left) }
        for path in left?.identity.places ?? [] { try clearPlace(path) }
        let kept = [StagedFolder.lockName, RestoreJournal.name].map { Array($0.utf8) }
        try attempt { () throws(SystemError) in
            for name in try folder.descriptor.names() where !kept.contains(name) {
                try folder.descriptor.removeTree(name)
            }
        }
        for path in journal.identity.places {
            try PlaceClaim.refuseAnything(at: StagedPlace(path))
        }
    }

    /// Says in the journal that what was written is nothing to go on with, before any of it is removed: whoever is killed
    /// in between leaves a part of it, and the next start must not take that for the whole.
    private func giveUp(_ left: RestoreJournal) throws(RestoreError) {
        var left = left
        (left.phase, left.pristine) = (.streaming, nil)
        try attempt { () throws(SystemError) in
            do throws(SystemError) { try left.write(in: folder.descriptor) } catch {
                // It is away already.
                if error.code == ENOENT { return }
                guard error.code == ENOSPC || error.code == EDQUOT else { throw error }
                // Without a journal nobody goes on with it either; it is what needs no room.
                try folder.descriptor.remove(RestoreJournal.name.utf8)
            }
        }
    }

    /// What stands there now may be of a restore to another target, which keeps it.
    private func clearPlace(_ path: String) throws(RestoreError) {
        let place = StagedPlace(path)
        guard (try? FileStatus(following: place.staging)) != nil, let folder = try? StagedFolder(place),
            let claim = try? PlaceClaim(folder, for: journal.identity.target)
        else { return }
        try attempt { () throws(SystemError) in try folder.remove(keepingLast: PlaceClaim.names) }
        withExtendedLifetime(claim) {}
    }

    /// Refuses a staging folder of a target that has something in it, and no journal that this program understands.
    static func refuseForeign(besideTarget target: String) throws(RestoreError) {
        let place = StagedPlace(target)
        guard (try? FileStatus(at: place.staging)) != nil else { return }
        try refuseForeign(StagedFolder(place), nil)
    }

    private static func refuseForeign(
        _ folder: StagedFolder, _ journal: RestoreJournal?
    ) throws(RestoreError) {
        guard journal == nil else { return }
        let ours = [StagedFolder.lockName, FileDescriptor.draft(of: RestoreJournal.name)].map {
            Array($0.utf8)
        }
        let names: [[UInt8]]
        do { names = try folder.descriptor.names() } catch {
            throw .failed("listing", folder.place.staging, error)
        }
        guard names.allSatisfy(ours.contains) else {
            throw .unsafeTarget(
                folder.place.staging, reason: "it is there and was made by nobody this program knows",
                hint: "look at it and move it away; a restore needs that name for a while.")
        }
    }

    func attempt(_ body: () throws(SystemError) -> Void) throws(RestoreError) {
        do { try body() } catch { throw .failed("writing to", path, error) }
    }
}
