// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import BackupFormats
public import Catalogue
public import ObjectStore

/// What is known of a backup before it is read: enough to say what a restore will do.
public struct BackupFacts: Sendable, Equatable {
    /// The backup's.
    public var label: String
    /// In which format it is.
    public var kind: BackupKind
    /// Nil for backups of PostgreSQL 12 and of other tools.
    public var manifest: ManifestSummary?
    /// What `backup_label` says; nil when it was not found near the beginning.
    public var backupLabel: BackupLabel?
    /// Where its tablespaces were on the machine that was backed up, escaped, by OID.
    public var origins: [UInt32: String]
    /// The OIDs that its archives are named after.
    public var archives: [UInt32] = []
    /// The OIDs that a data directory's own catalogue names.
    public var catalogued: [UInt32] = []
    /// Nil when nothing that is read before the backup itself tells.
    public var majorVersion: Int?
    /// How large the segments of WAL are; nil when nothing that is read before the backup itself tells.
    public var segmentSize: UInt32?
    /// Of the cluster; nil when nothing that is read before the backup itself tells.
    public var systemIdentifier: UInt64?
    /// Of the server, as far as they show.
    var settings = BackedUpSettings()
    /// What there is to write without a manifest, or where objects are the files themselves.
    var contents = ContentSizes()
    /// How fast the store gave a few megabytes; nil when that was not tried.
    public var bytesPerSecond: Double?
    /// In bytes, as stored.
    public var size: UInt64
    /// How many objects it has.
    public var objects: Int
}

extension BackupFacts {
    /// Reads the manifest and the first few megabytes of the archives.
    ///
    /// `memory` is what earlier verifications know of the backup. With `readsWAL` the beginning of its WAL is read in
    /// any case, where nothing else says of which cluster it is.
    public static func read(
        _ backup: Backup, in store: any ObjectStore, memory: BackupMemory, readsWAL: Bool = false
    ) throws(RestoreError) -> BackupFacts {
        do throws(ObjectStoreError) { return try readUnwrapped(backup, store, memory, readsWAL) } catch {
            throw .unreadable(error)
        }
    }

    private static func readUnwrapped(
        _ backup: Backup, _ store: any ObjectStore, _ memory: BackupMemory, _ readsWAL: Bool
    ) throws(ObjectStoreError) -> BackupFacts {
        var facts = BackupFacts(
            label: backup.label, kind: backup.kind, manifest: nil, backupLabel: nil, origins: [:],
            majorVersion: memory.inspection?.contents.majorVersion, bytesPerSecond: nil, size: backup.size,
            objects: backup.objects.count)
        facts.manifest = try backup.readManifest(in: store).map { ManifestSummary($0) }
        facts.settings.paths = facts.manifest?.settings
        facts.systemIdentifier =
            facts.manifest?.systemIdentifier ?? memory.inspection?.contents.systemIdentifier
        switch backup.kind {
        case .tar: try facts.readArchives(backup, store, readsWAL)
        case .plain: try facts.readFiles(backup, store)
        case .legacyArchive, .checksummedFolder: break
        }
        return facts
    }

    private mutating func readArchives(
        _ backup: Backup, _ store: any ObjectStore, _ readsWAL: Bool
    ) throws(ObjectStoreError) {
        for object in backup.objects {
            switch TarName(backup.relativeName(of: object))?.content {
            case .base:
                let head = try TarHead(of: object, in: store)
                bytesPerSecond = head.bytesPerSecond
                take(head.files)
                settings.add(head.files)
                contents.add(head.unpacked(object.size), to: .tablespace(nil))
            case .wal
            where majorVersion == nil || manifest == nil
                || readsWAL
                    && (systemIdentifier == nil || segmentSize == nil):
                let head = try TarHead(of: object, in: store)
                majorVersion = majorVersion ?? head.walVersion
                systemIdentifier = systemIdentifier ?? head.systemIdentifier
                segmentSize = segmentSize ?? head.segmentSize
                contents.add(head.unpacked(object.size), to: .wal)
            case .tablespace(let identifier):
                archives.append(identifier)
                guard manifest == nil else { continue }
                let head = try TarHead(of: object, in: store)
                contents.add(head.unpacked(object.size), to: .tablespace(identifier))
            default: break
            }
        }
    }

    private static let describing: Set<ObjectName> = [
        "global/pg_control", "backup_label", "tablespace_map", "PG_VERSION",
    ]

    private mutating func readFiles(_ backup: Backup, _ store: any ObjectStore) throws(ObjectStoreError) {
        var files: [ObjectName: [UInt8]] = [:]
        settings.paths = Set(backup.objects.map(backup.relativeName).filter(BackedUpSettings.isSettings))
        var room = BackedUpSettings.limit
        for object in backup.objects {
            let name = backup.relativeName(of: object)
            contents.addFile(name, object.size)
            let isSettings = BackedUpSettings.isSettings(name) && object.size <= room
            guard isSettings || Self.describing.contains(name), object.size <= BackedUpSettings.fileLimit,
                object.oddity == nil
            else { continue }
            if isSettings { room -= object.size }
            files[name] = try object.content(in: store)
        }
        take(files)
        catalogued = try Self.tablespacesOfCatalogue(of: backup, in: store)
        settings.add(files)
    }

    /// What cannot be understood is passed over here: it is judged when the backup is read.
    private mutating func take(_ files: [ObjectName: [UInt8]]) {
        backupLabel = files["backup_label"].flatMap { try? BackupLabel.parse($0) }
        if let map = files["tablespace_map"].flatMap({ try? TablespaceMap.parse($0) }) {
            origins = map.locations.mapValues { ObjectName(bytes: $0).description }
        }
        let control = files["global/pg_control"].flatMap { try? ControlFile.parse($0) }
        segmentSize = control?.walSegmentSize ?? backupLabel?.segmentSize
        systemIdentifier = control?.systemIdentifier ?? systemIdentifier
        if let version = files["PG_VERSION"].flatMap({ try? MajorVersion.parse($0) }) {
            majorVersion = version
        }
    }
}
