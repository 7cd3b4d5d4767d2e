// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

/// The objects of a folder that make it a backup, as far as they have been seen.
struct FolderMarks {
    private(set) var hasSumFile = false
    private(set) var hasManifest = false
    private var hasArchive = false
    private var hasLegacyArchive = false
    private var hasVersionFile = false
    private var hasBackupLabel = false
    /// `global/pg_control`, which is in no other kind of folder.
    private var hasControlFile = false

    /// A control file is a mark of the folder above its own.
    mutating func noteControlFile() { hasControlFile = true }

    mutating func note(_ name: ObjectName) {
        switch name {
        case SumFile.name: hasSumFile = true
        case BackupManifest.name, ObjectName.unfinishedManifest: hasManifest = true
        case "PG_VERSION": hasVersionFile = true
        case "backup_label": hasBackupLabel = true
        case "data.tar.bz2": hasLegacyArchive = true
        default: if TarName(name) != nil { hasArchive = true }
        }
    }

    /// What the folder is on its own; nil when it is no backup.
    ///
    /// A plain backup that lost one of its marks is still told from a tar backup by the others.
    var kind: BackupKind? {
        if hasVersionFile, hasManifest || hasControlFile || hasBackupLabel { return .plain }
        if hasManifest, hasControlFile { return .plain }
        if hasArchive || hasManifest && !hasLegacyArchive { return .tar }
        if hasLegacyArchive { return .legacyArchive }
        return hasSumFile ? .checksummedFolder : nil
    }

    /// Whether it says itself what belongs to it.
    var describesItself: Bool { hasSumFile || hasManifest }
}

extension ObjectName {
    /// What pg_basebackup calls a manifest until it has all of it.
    static let unfinishedManifest: ObjectName = "backup_manifest.tmp"
}
