// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Files
import Glibc

/// The staging folders of one restore: beside the target, and beside the place of each tablespace.
///
/// One process at a time works in them. What an earlier one left is gone on with when it was the same restore,
/// and else removed; a folder without our journal is not ours and ends the restore.
final class StagingArea {
    let target: StagedPlace
    let tablespaces: [UInt32: StagedPlace]
    private(set) var journal: RestoreJournal
    /// Whether there was something to go on with.
    let isResumed: Bool
    private let folder: FileDescriptor
    private let lock: FileLock
    let owner: ServerOwner

    /// What stands in a staging folder and belongs to no one restore.
    private static let lockName = "lock"

    var path: String { target.staging }
    var data: String { target.data }

    /// Takes the staging folder for this restore, making it when it is not there.
    ///
    /// `restarts` throws away what was left even by the same restore.
    init(_ identity: RestoreJournal.Identity, restarts: Bool, owner: ServerOwner) throws(RestoreError) {
        let target = StagedPlace(identity.target)
        (self.target, self.owner) = (target, owner)
        tablespaces = Self.places(identity)
        let parent = try Self.attempt("opening", target.parent) { () throws(SystemError) in
            try FileDescriptor(folderAt: target.parent)
        }
        let folder = try Self.attempt("making", target.staging) { () throws(SystemError) in
            try Self.passage(target.stagingName, in: parent)
        }
        let lock = try Self.attempt("locking", target.staging) { () throws(SystemError) in
            try FileLock(Self.lockName.utf8, in: folder)
        }
        guard let lock else {
            throw .busy(target.final, holder: "it holds '\(target.staging)/\(Self.lockName)'")
        }
        let found = RestoreJournal.read(in: folder, path: target.staging)
        try Self.refuseForeign(folder, found, target.staging)
        self.folder = folder
        self.lock = lock
        if let found, !restarts, found.identity == identity, found.phase != .scripting {
            (journal, isResumed) = (found, true)
            // It may have been killed before they were made.
            if found.phase == .streaming { try makeFolders() }
            return
        }
        if let found, found.phase == .placing, found.identity != identity {
            throw Self.unfinished(found.identity)
        }
        (journal, isResumed) = (RestoreJournal(identity, phase: .streaming), false)
        try clear(found)
        try begin()
    }

    /// The journal of a restore that was left at its last step, if there is one: it has to be finished whatever
    /// is asked for now.
    static func unfinishedPlacement(of target: String) -> RestoreJournal.Identity? {
        let place = StagedPlace(target)
        guard let folder = try? FileDescriptor(folderAt: place.staging),
            let journal = RestoreJournal.read(in: folder, path: place.staging), journal.phase == .placing
        else { return nil }
        return journal.identity
    }

    /// Whether an interrupted restore left something that this one would go on with.
    static func canContinue(_ identity: RestoreJournal.Identity, restarts: Bool) -> Bool {
        let place = StagedPlace(identity.target)
        guard !restarts, let folder = try? FileDescriptor(folderAt: place.staging),
            let journal = RestoreJournal.read(in: folder, path: place.staging)
        else { return false }
        return journal.identity == identity && journal.phase != .scripting
    }

    /// A restore that only lacks its last step is not thrown away for another one: parts of it may be in their
    /// places already.
    private static func unfinished(_ other: RestoreJournal.Identity) -> RestoreError {
        .unsafeTarget(
            other.target, reason: "another restore to it, of '\(other.backup)', lacks only its last step",
            hint:
                "run that command again to finish it, or remove '\(StagedPlace(other.target).staging)' yourself."
        )
    }

    // MARK: Phases

    func enter(_ phase: RestoreJournal.Phase) throws(RestoreError) {
        journal.phase = phase
        try attempt { () throws(SystemError) in try journal.write(in: folder) }
    }

    /// Makes everything that was written into the staging folders survive a power failure.
    func sync() throws(RestoreError) {
        try attempt { () throws(SystemError) in try folder.syncFileSystem() }
        for place in tablespaces.values {
            try Self.attempt("syncing", place.staging) { () throws(SystemError) in
                try FileDescriptor(folderAt: place.staging).syncFileSystem()
            }
        }
    }

    /// A folder for something that is needed on the way; emptied when it is there already.
    func scratch(_ name: String) throws(RestoreError) -> String {
        try attempt { () throws(SystemError) in
            try folder.removeTree(name.utf8)
            _ = try Self.folder(name, in: folder, owner)
        }
        return "\(path)/\(name)"
    }

    /// Removes a folder that was needed on the way.
    func discard(_ name: String) throws(RestoreError) {
        try attempt { () throws(SystemError) in try folder.removeTree(name.utf8) }
    }

    /// Throws away what was written, since nothing can be done with it any more.
    func startOver() throws(RestoreError) {
        try enter(.streaming)
        try attempt { () throws(SystemError) in try folder.remove("kept".utf8) }
        try emptyData()
    }

    /// Removes the files of the data directory and the tablespaces.
    func emptyData() throws(RestoreError) {
        for place in [target] + tablespaces.values {
            try Self.attempt("emptying", place.data) { () throws(SystemError) in
                try FileDescriptor(folderAt: place.data)
                    .removeContents()
            }
        }
    }

    /// Removes the staging folders with all that is in them.
    func remove() throws(RestoreError) {
        for place in tablespaces.values { try Self.remove(place) }
        try Self.remove(target)
    }

    // MARK: Folders

    private static func places(_ identity: RestoreJournal.Identity) -> [UInt32: StagedPlace] {
        var places: [UInt32: StagedPlace] = [:]
        for (key, path) in identity.tablespaces {
            if let identifier = UInt32(key) { places[identifier] = StagedPlace(path) }
        }
        return places
    }

    /// The journal comes first, so that whatever is made after it is known to be ours.
    private func begin() throws(RestoreError) {
        try enter(.streaming)
        try makeFolders()
    }

    private func makeFolders() throws(RestoreError) {
        try attempt { () throws(SystemError) in _ = try Self.folder("data", in: folder, owner) }
        for place in tablespaces.values {
            try Self.attempt("making", place.staging) { () throws(SystemError) in
                let parent = try FileDescriptor(folderAt: place.parent)
                let staging = try Self.passage(place.stagingName, in: parent)
                _ = try Self.folder("data", in: staging, owner)
            }
        }
    }

    private func clear(_ left: RestoreJournal?) throws(RestoreError) {
        for place in left.map({ Self.places($0.identity) })?.values.map(\.self) ?? [] {
            try Self.remove(place)
        }
        try attempt { () throws(SystemError) in
            for name in try folder.names() where !name.elementsEqual(Self.lockName.utf8) {
                // Last: while it is there, the rest is known to be ours.
                if !name.elementsEqual(RestoreJournal.name.utf8) { try folder.removeTree(name) }
            }
        }
        for place in tablespaces.values where access(place.staging, F_OK) == 0 {
            throw .unsafeTarget(
                place.final, reason: "'\(place.staging)' is in the way",
                hint: "no restore left it there that is known of; look at it and move it away.")
        }
    }

    private static func remove(_ place: StagedPlace) throws(RestoreError) {
        try attempt("removing", place.staging) { () throws(SystemError) in
            try FileDescriptor(folderAt: place.parent).removeTree(place.stagingName.utf8)
        }
    }

    private static func refuseForeign(
        _ folder: borrowing FileDescriptor, _ journal: RestoreJournal?, _ path: String
    ) throws(RestoreError) {
        guard journal == nil else { return }
        let ours: Set<[UInt8]> = [Array(lockName.utf8), Array((RestoreJournal.name + ".new").utf8)]
        let names = try attempt("listing", path) { () throws(SystemError) in try folder.names() }
        guard names.allSatisfy(ours.contains) else {
            throw .unsafeTarget(
                path, reason: "it is there and was made by nobody this program knows",
                hint: "look at it and move it away; a restore needs that name for a while.")
        }
    }

    /// A folder that stays ours and that the owner of what is in it may go through.
    private static func passage(
        _ name: String, in parent: borrowing FileDescriptor
    ) throws(SystemError) -> FileDescriptor {
        do { try parent.makeFolder(name.utf8, mode: 0o711) } catch {
            guard error.code == EEXIST else { throw error }
        }
        let made = try FileDescriptor(folder: name.utf8, in: parent)
        try made.setMode(0o711)
        return made
    }

    private static func folder(
        _ name: String, in parent: borrowing FileDescriptor, _ owner: ServerOwner
    ) throws(SystemError) -> FileDescriptor {
        do { try parent.makeFolder(name.utf8) } catch {
            guard error.code == EEXIST else { throw error }
        }
        let made = try FileDescriptor(folder: name.utf8, in: parent)
        try owner.own(made)
        return made
    }

    private func attempt(_ body: () throws(SystemError) -> Void) throws(RestoreError) {
        try Self.attempt("writing to", path, body)
    }

    private static func attempt<Value: ~Copyable>(
        _ step: String, _ path: String, _ body: () throws(SystemError) -> Value
    ) throws(RestoreError) -> Value {
        do { return try body() } catch { throw .failed(step, path, error) }
    }
}
