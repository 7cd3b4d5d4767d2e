// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import BackupFormats
public import ObjectStore

/// How a backup was laid down; the raw value is what JSON says.
public enum BackupKind: String, Sendable, Codable, CaseIterable {
    /// pg_basebackup's tar format: `base.tar`, `OID.tar`, `pg_wal.tar`, each plain or compressed.
    case tar
    /// A data directory.
    case plain
    /// The older single archive `data.tar.bz2`.
    case legacyArchive = "legacy-archive"
    /// Any other folder with a sum file.
    case checksummedFolder = "checksummed-folder"
}

/// One backup of a store, as the store's listing shows it.
public struct Backup: Sendable, Equatable {
    /// The folder's path relative to the store, escaped, without a slash at its end; the last component of
    /// the store's own location when that is the backup.
    public let label: String
    /// Empty or with a slash at its end.
    public let folder: ObjectName
    /// As the marks in its folder tell: `PG_VERSION`, the name of an archive, a manifest.
    public let kind: BackupKind
    /// All of its objects, in the order of their names, which are relative to the store.
    public let objects: [StoredObject]
    /// The `backup.sha256` directly in its folder; nil when there is none.
    public let sumFile: StoredObject?
    /// The `backup.sha256.info` directly in its folder; nil when there is none.
    public let infoFile: StoredObject?
    /// The `backup_manifest` directly in its folder; nil when there is none.
    public let manifest: StoredObject?
    /// The bytes of all objects.
    public let size: UInt64
    /// When the newest object was written, if the store tells.
    public let newest: Timestamp?

    init(label: String, folder: ObjectName, kind: BackupKind, objects: [StoredObject]) {
        (self.label, self.folder, self.kind, self.objects) = (label, folder, kind, objects)
        func direct(_ name: ObjectName) -> StoredObject? { objects.first { $0.name == folder + name } }
        sumFile = direct(SumFile.name)
        infoFile = direct(BackupInfo.name)
        manifest = direct(BackupManifest.name)
        size = objects.reduce(0) { sum, object in
            let (total, overflow) = sum.addingReportingOverflow(object.size)
            return overflow ? .max : total
        }
        newest = objects.compactMap(\.validators.modified).max()
    }

    /// An object's name as sum file and manifest know it.
    public func relativeName(of object: StoredObject) -> ObjectName {
        object.name.dropping(folder.bytes.count)
    }

    /// Where this backup's pins are kept: the same place whether the store or the folder was named.
    public func place(inStoreAt url: String) -> BackupPlace {
        guard !folder.isEmpty else { return BackupPlace(url: url, label: label) }
        let last = ObjectName(bytes: folder.bytes.dropLast()).lastComponent.description
        return BackupPlace(url: url + "/" + label, label: last)
    }
}
