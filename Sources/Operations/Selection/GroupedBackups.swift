// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Catalogue
import History
import Logging
import ObjectStore
import Restorer

/// Sorts the backups of a store into those of one cluster each: by what earlier inspections found of their clusters and,
/// where that is not known, by what the backups say.
struct GroupedBackups {
    let store: any ObjectStore
    let memory: Memory
    let context: OperationContext

    /// `time` says when a backup was taken; it is asked for where there are backups of several clusters.
    func groups(of catalogue: Catalogue, time: (Backup) throws -> BackupTime?) throws -> [BackupGroup] {
        let known = try identifiers(of: catalogue.backups)
        let areSeveral = Set(known.values).count > 1
        var times: [String: BackupTime] = [:]
        for backup in catalogue.backups where areSeveral { times[backup.label] = try time(backup) }
        return catalogue.groups(identifier: { known[$0.label] }, time: { times[$0.label] })
    }

    /// By label.
    ///
    /// Backups are asked themselves where they lie in several folders; else nothing depends on it.
    private func identifiers(of backups: [Backup]) throws -> [String: UInt64] {
        let known = try memory.history?.systemIdentifiers(at: store.url) ?? [:]
        let areAsked = Set(backups.map(\.groupFolder)).count > 1
        var identifiers: [String: UInt64] = [:]
        for backup in backups {
            if let system = known[backup.place(inStoreAt: store.url).url] {
                identifiers[backup.label] = system
            } else if areAsked {
                identifiers[backup.label] = try claim(of: backup)
            }
        }
        return identifiers
    }

    /// One that cannot be read is of no known cluster, and is told when it is chosen.
    private func claim(of backup: Backup) throws -> UInt64? {
        do throws(ObjectStoreError) { return try backup.claimedCluster(in: store) } catch {
            if error == .interrupted { throw error }
            context.logger.warning("\(error.message)", metadata: ["backup": "\(backup.label)"])
            return nil
        }
    }
}

extension BackupGroup {
    /// Backups of its folders that are of another cluster, as backups that were not chosen.
    var skippedStrangers: [LatestChoice.Skipped] {
        strangers.map {
            LatestChoice.Skipped(
                label: $0.label, reason: "it is of another cluster than the newest backup in its folder")
        }
    }

    /// Its folders, as a person is told of them.
    public var names: String { folders.map { "'\($0.isEmpty ? "." : $0)'" }.joined(separator: ", ") }
}
