// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import Logging
import ObjectStore

/// What a backup says of itself, as far as it can be read.
struct BackupClaims {
    var time: BackupTime?
    var completeness: Completeness
    /// Why completeness is not known for sure.
    var doubt: String?
}

extension Application {
    /// Reads what tells a backup's time and completeness.
    ///
    /// One unreadable file is warned of and is no reason to say nothing about all the others.
    func claims(of backup: Backup, in store: any ObjectStore) throws -> BackupClaims {
        let info = try tolerating(backup) { () throws(ObjectStoreError) in try backup.readInfo(in: store) }
        let manifest = try tolerating(backup) { () throws(ObjectStoreError) in
            try backup.readManifestForCompleteness(in: store)
        }
        return BackupClaims(
            time: backup.time(info: info.value),
            completeness: backup.completeness(manifest: manifest.value, now: clock.now),
            doubt: manifest.isReadable ? nil : "its manifest cannot be read")
    }

    /// When a backup was taken, by the same rules as in `list`.
    func time(of backup: Backup, in store: any ObjectStore) throws -> BackupTime? {
        let info = try tolerating(backup) { () throws(ObjectStoreError) in try backup.readInfo(in: store) }
        return backup.time(info: info.value)
    }

    private func tolerating<Value>(
        _ backup: Backup, _ read: () throws(ObjectStoreError) -> Value?
    ) throws -> (value: Value?, isReadable: Bool) {
        do throws(ObjectStoreError) { return (try read(), true) } catch {
            if error == .interrupted { throw error }
            logger.warning("\(error.message)", metadata: ["backup": "\(backup.label)"])
            return (nil, false)
        }
    }
}
