// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import ObjectStore
import Planning
import Restorer

/// What each backup of a store builds on.
///
/// Inspections tell it; of what nobody has looked into, manifest and label are read. Nothing more is read where there is no
/// incremental backup.
struct Descents {
    private let backups: [Backup]
    private let store: any ObjectStore
    private let memories: [String: BackupMemory]
    /// Throws, for who must know all; or passes over a backup that cannot be read.
    private let unreadable: (Backup, any Error) throws -> Void
    private var origins: [String: BackupOrigin?] = [:]
    private var unread: Set<String> = []

    /// `memories` are what the history knows of them, by label.
    ///
    /// `unreadable` is called when a small file of a backup cannot be read: it throws, or the backup counts as an
    /// incremental one of nobody knows what.
    init(
        _ backups: [Backup], in store: any ObjectStore, _ memories: [String: BackupMemory],
        unreadable: @escaping (Backup, any Error) throws -> Void = { throw $1 }
    ) {
        (self.backups, self.store, self.memories) = (backups, store, memories)
        self.unreadable = unreadable
    }

    /// By label.
    mutating func all() throws -> [String: KnownBackup.Descent] {
        var parents: [String: (parent: ParentBackup, system: UInt64?)] = [:]
        var incremental: Set<String> = []
        for backup in backups {
            parents[backup.label] = try claimedParent(of: backup)
            if parents[backup.label] == nil, try isIncremental(backup) { incremental.insert(backup.label) }
        }
        var descents: [String: KnownBackup.Descent] = [:]
        for backup in backups {
            guard parents[backup.label] != nil else {
                // One that says it is incremental, and not of what, is no full one.
                let isFull = !incremental.contains(backup.label) && !unread.contains(backup.label)
                descents[backup.label] = isFull ? .full : .incremental([])
                continue
            }
            descents[backup.label] = .incremental(try ancestors(of: backup, parents))
        }
        return descents
    }

    /// By its manifest, where no inspection says it.
    private mutating func isIncremental(_ backup: Backup) throws -> Bool {
        guard memories[backup.label]?.inspection == nil else { return false }
        return try origin(of: backup)?.isIncremental == true
    }

    /// Nil for a full backup, and where its label is not found.
    private mutating func claimedParent(of backup: Backup) throws -> (ParentBackup, UInt64?)? {
        if let contents = memories[backup.label]?.inspection?.contents {
            return contents.parent.map { ($0, contents.systemIdentifier) }
        }
        guard try origin(of: backup)?.isIncremental == true else { return nil }
        let (store, memory) = (store, memories[backup.label] ?? BackupMemory())
        let facts = try tolerating(backup) { try BackupFacts.read(backup, in: store, memory: memory) }
        guard let facts else { return nil }
        return facts.backupLabel?.parent.map {
            (ParentBackup(timeline: $0.timeline, start: $0.start.position), facts.systemIdentifier)
        }
    }

    /// Its own parent first; ends where one is not there.
    private mutating func ancestors(
        of backup: Backup, _ parents: [String: (parent: ParentBackup, system: UInt64?)]
    ) throws -> [String] {
        var (labels, current): ([String], Backup) = ([], backup)
        while let claim = parents[current.label], labels.count < backups.count {
            guard
                let parent = try parent(
                    claim.parent, of: current, claim.system, except: labels + [backup.label])
            else { return labels }
            labels.append(parent.label)
            current = parent
        }
        return labels
    }

    private mutating func parent(
        _ parent: ParentBackup, of child: Backup, _ system: UInt64?, except used: [String]
    ) throws -> Backup? {
        for backup in backups { _ = try origin(of: backup) }
        let known = origins
        return try ParentSearch(of: child, among: backups, except: Set(used)).find(
            parent, of: system, known: { known[$0.label] }, read: { _ throws(ObjectStoreError) in nil }
        ).backup
    }

    private mutating func origin(of backup: Backup) throws -> BackupOrigin? {
        if let known = origins[backup.label] { return known }
        let store = store
        let manifest = try tolerating(backup) { try backup.readManifest(in: store) } ?? nil
        let origin = manifest.map { BackupOrigin($0) }
        origins[backup.label] = .some(origin)
        return origin
    }

    private mutating func tolerating<Value>(_ backup: Backup, _ read: () throws -> Value) throws -> Value? {
        do { return try read() } catch {
            try unreadable(backup, error)
            unread.insert(backup.label)
            return nil
        }
    }
}
