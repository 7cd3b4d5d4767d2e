// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import Logging
import ObjectStore

/// What a backup says of itself, as far as it can be read: in its info file and, where that matters, its manifest.
struct SelfDescription {
    var time: BackupTime?
    var completeness: Completeness
    /// Why completeness is not known for sure.
    var doubt: String?
}

/// Asks backups what they say of themselves.
///
/// One unreadable file is warned of and is no reason to say nothing about all the others.
struct SelfDescriptions {
    let store: any ObjectStore
    let context: OperationContext

    func description(of backup: Backup) throws -> SelfDescription {
        let info = try tolerating(backup) { () throws(ObjectStoreError) in try backup.readInfo(in: store) }
        let manifest = try tolerating(backup) { () throws(ObjectStoreError) in
            try backup.readManifestForCompleteness(in: store)
        }
        return SelfDescription(
            time: backup.time(info: info.value),
            completeness: backup.completeness(manifest: manifest.value, now: context.clock.now),
            doubt: manifest.isReadable ? nil : "its manifest cannot be read")
    }

    /// By label.
    func descriptions(of backups: [Backup]) throws -> [String: SelfDescription] {
        var all: [String: SelfDescription] = [:]
        for backup in backups { all[backup.label] = try description(of: backup) }
        return all
    }

    /// When a backup was taken, by the same rules as in `list`.
    func time(of backup: Backup) throws -> BackupTime? {
        let info = try tolerating(backup) { () throws(ObjectStoreError) in try backup.readInfo(in: store) }
        return backup.time(info: info.value)
    }

    private func tolerating<Value>(
        _ backup: Backup, _ read: () throws(ObjectStoreError) -> Value?
    ) throws -> (value: Value?, isReadable: Bool) {
        do throws(ObjectStoreError) { return (try read(), true) } catch {
            if error == .interrupted { throw error }
            context.logger.warning("\(error.message)", metadata: ["backup": "\(backup.label)"])
            return (nil, false)
        }
    }
}
