// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Catalogue
import ObjectStore
import Verifier

/// An object of a backup that is gone or is not what it was, and the older version that the bucket still keeps.
public struct KeptVersion: Sendable, Equatable {
    /// The backup's label.
    public var backup: String
    /// Relative to the backup.
    public var object: ObjectName
    /// The bucket's name for it.
    public var version: String?
    /// In bytes.
    public var size: UInt64
    /// When the version was written.
    public var modified: Timestamp?
    /// When it was overwritten or deleted, as the store says.
    public var superseded: Timestamp

    init(of object: ObjectName, in backup: String, _ older: OlderVersion) {
        (self.backup, self.object) = (backup, object)
        let validators = older.object.validators
        (version, size, modified) = (validators.version, validators.size, validators.modified)
        superseded = older.superseded
    }

    /// The last whole second at which the bucket had that version, for `--as-of`.
    ///
    /// Nil where it was written and superseded between two of them.
    public var asOf: Timestamp? {
        let last = Timestamp(seconds: superseded.advanced(byNanoseconds: -1).seconds)
        return modified.map { $0 <= last } ?? true ? last : nil
    }
}

/// Looks for older versions of what a verification missed or found changed.
struct OlderVersions {
    /// How many objects are asked for in one run, found or not.
    static let limit = 20

    let store: any ObjectStore

    /// What a store says only in answer to more than reading is not needed for the verdict: failures are passed over, and an
    /// interruption ends the search with what was found.
    func find(for reports: [BackupReport], among backups: [Backup]) -> [KeptVersion] {
        var found: [KeptVersion] = []
        for (backup, name) in Self.wanted(reports, backups).prefix(Self.limit) {
            do throws(ObjectStoreError) {
                guard let older = try store.olderVersion(of: backup.folder + name) else { continue }
                found.append(KeptVersion(of: name, in: backup.label, older))
            } catch {
                if error == .interrupted { return found }
            }
        }
        return found
    }

    private static func wanted(_ reports: [BackupReport], _ backups: [Backup]) -> [(Backup, ObjectName)] {
        reports.filter { $0.verdict == .damaged || $0.verdict == .tampered }.flatMap { report in
            guard let backup = backups.first(where: { $0.label == report.label }) else {
                return [] as [(Backup, ObjectName)]
            }
            return names(report.findings).map { (backup, $0) }
        }
    }

    private static func names(_ findings: [Finding]) -> [ObjectName] {
        var names: [ObjectName] = []
        for finding in findings where finding.severity == .error {
            guard let name = finding.object, !names.contains(name) else { continue }
            names.append(name)
        }
        return names
    }
}
