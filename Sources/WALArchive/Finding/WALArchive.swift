// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import BackupFormats
public import Diagnostics
public import ObjectStore
import Synchronization

/// An archive of WAL: where PostgreSQL's archive_command, or a tool in its place, put segments.
///
/// A file is looked for by listing what begins with its name: one request finds it plain, with any suffix,
/// and with a checksum in its name. It is absent only when every listing was answered and the archive is seen
/// to hold other WAL; a store that denies, stalls or is empty never looks like the end of WAL.
public final class WALArchive: Sendable {
    let store: any ObjectStore
    let cancellation: Cancellation
    /// Of the cluster; nil when nobody says.
    let systemIdentifier: UInt64?
    let segmentSize: UInt32?
    /// Whether a segment that WAL ends in is handed over.
    let allowsUnfinished: Bool
    let tablespaces: TablespacePolicy
    /// A position that the events of its segments are told for.
    let mark: LogSequenceNumber?
    private let known = Mutex<WALLayout?>(nil)

    /// Lists nothing yet.
    public init(
        _ store: any ObjectStore, systemIdentifier: UInt64? = nil, segmentSize: UInt32? = nil,
        allowsUnfinished: Bool = false, tablespaces: TablespacePolicy = .asWritten,
        mark: LogSequenceNumber? = nil, cancellation: Cancellation
    ) {
        (self.store, self.cancellation) = (store, cancellation)
        (self.systemIdentifier, self.segmentSize) = (systemIdentifier, segmentSize)
        (self.allowsUnfinished, self.tablespaces, self.mark) = (allowsUnfinished, tablespaces, mark)
    }

    /// The place of the archive, as it is shown.
    public var url: String { store.url }

    /// The file as it stands in the archive, in every form there is of it; never empty.
    func find(_ file: ArchivedWALFile) throws(WALArchiveError) -> [StoredWAL] {
        var search = WALSearch(file)
        let layouts = [known.withLock { $0 }].compactMap(\.self) + WALLayout.usual
        for layout in layouts where search.isNew(layout) {
            if let found = try look(layout, &search) { return found }
        }
        for layout in try otherLayouts() where search.isNew(layout) {
            if let found = try look(layout, &search) { return found }
        }
        if let foreign = search.candidates.foreign { throw .unknownFormat("\(file)", found: foreign) }
        let unfinished = search.candidates.unfinished + (allowsUnfinished ? try findHidden(file) : [])
        guard allowsUnfinished, !unfinished.isEmpty else {
            let told = unfinished.last { $0.object.name.utf8Text?.contains(".partial") ?? false }
            throw .absent("\(file)", unfinished: (told ?? unfinished.first)?.object.name)
        }
        return unfinished
    }

    /// What a program that copies the file hides, where segments are.
    func findHidden(_ file: ArchivedWALFile) throws(WALArchiveError) -> [StoredWAL] {
        guard file.segment != nil else { return [] }
        var candidates = WALCandidates()
        for layout in known.withLock({ $0 }).map({ [$0] }) ?? WALLayout.usual {
            let place = layout.hiddenPlace(of: file)
            try list(place) { candidates.addHidden($0, place: place) }
        }
        return candidates.unfinished
    }

    private func look(_ layout: WALLayout, _ search: inout WALSearch) throws(WALArchiveError) -> [StoredWAL]?
    {
        let (place, file) = (layout.place(of: search.file), search.file)
        try list(place) { search.candidates.add($0, place: place, of: file) }
        guard !search.candidates.readable.isEmpty else { return nil }
        // A history stands in the same place in several layouts.
        if file.group != nil { known.withLock { $0 = layout } }
        return search.candidates.readable
    }

    /// Where else there is WAL; throws when there is none anywhere.
    private func otherLayouts() throws(WALArchiveError) -> [WALLayout] {
        // Asked again each time: a mount that is lost meanwhile must not look like the end of WAL either.
        if try holdsWAL(known.withLock { $0 }?.folder ?? "") { return [] }
        var nested: [WALLayout] = []
        for layout in WALLayout.nested where try holdsWAL(layout.folder) { nested.append(layout) }
        guard !nested.isEmpty else { throw .noWAL(store.url) }
        return nested
    }

    /// Whether a folder of the archive holds any WAL, in whatever layout.
    private func holdsWAL(_ folder: ObjectName) throws(WALArchiveError) -> Bool {
        var isFound = false
        // Timelines are counted from 1: no archive has seen 65,536 promotions.
        do throws(ObjectStoreError) {
            try store.list(folder + "0000") { object throws(ObjectStoreError) in
                isFound = Self.looksLikeWAL(object.name.lastComponent)
                // Ends the listing: one is enough.
                if isFound { throw .missing(object.name) }
            }
        } catch {
            if !isFound { throw failure(error) }
        }
        return isFound
    }

    /// The first segment that a listing of a folder shows.
    func firstSegment(in folder: ObjectName) throws(WALArchiveError) -> WALFileName? {
        var found: WALFileName?
        do throws(ObjectStoreError) {
            try store.list(folder + "0000") { object throws(ObjectStoreError) in
                found = WALFileName(Array(object.name.lastComponent.bytes.prefix(24)))
                // Ends the listing: one is enough.
                if found != nil { throw .missing(object.name) }
            }
        } catch {
            if found == nil { throw failure(error) }
        }
        return found
    }

    static func looksLikeWAL(_ name: ObjectName) -> Bool {
        WALFileName(Array(name.bytes.prefix(24))) != nil
            || name.bytes.count >= 16 && WALFileName.isCompanion(ObjectName(bytes: name.bytes.prefix(16)))
    }

    func list(
        _ prefix: ObjectName, _ body: (StoredObject) -> Void
    ) throws(WALArchiveError) {
        do throws(ObjectStoreError) {
            try store.list(prefix) { object throws(ObjectStoreError) in body(object) }
        } catch {
            throw failure(error)
        }
    }

    func failure(_ error: ObjectStoreError) -> WALArchiveError {
        error == .interrupted ? .interrupted(cancellation.exitStatus ?? .interrupted) : .store(error)
    }
}
