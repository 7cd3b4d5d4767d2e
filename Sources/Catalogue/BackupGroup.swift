// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// The backups of one cluster in a store.
///
/// They are held together by their system identifier, whatever folders they lie in (`full/` and `incr/`, a folder for each day), and
/// where that is not known by the folder that holds them.
public struct BackupGroup: Sendable, Equatable {
    /// The folders that hold the backups, escaped, without a slash at their end, in order; empty for the store itself.
    public let folders: [String]
    /// Nil when it is known of none of them.
    public let systemIdentifier: UInt64?
    /// In the order of their labels; never empty.
    public let backups: [Backup]
    /// Backups in the same folder that are known to be of an earlier cluster, as after a new initdb or an upgrade.
    public let strangers: [Backup]
}

extension Backup {
    /// The folder that holds this backup's, escaped, without a slash at its end; empty for the store itself.
    public var groupFolder: String {
        ObjectName(bytes: ObjectName(bytes: folder.bytes.dropLast()).folder.bytes.dropLast()).description
    }
}

extension Catalogue {
    /// Sorts the backups into those of one cluster each, in the order of their folders.
    ///
    /// A backup whose identifier is not known goes with its folder. Of clusters that followed one another in the same
    /// folders only the last has a group. `time` is asked for only where there is more than one cluster.
    public func groups(
        identifier: (Backup) -> UInt64?, time: (Backup) -> BackupTime?
    ) -> [BackupGroup] {
        let clusters = ClusterFolders(backups, identifier: identifier, time: time)
        var members: [ClusterFolders.Owner: [Backup]] = [:]
        var strangers: [ClusterFolders.Owner: [Backup]] = [:]
        for (backup, system) in zip(backups, clusters.identifiers) {
            if let owner = clusters.owner(of: backup, system) {
                members[owner, default: []].append(backup)
            } else if let owner = clusters.newest(in: backup.groupFolder) {
                strangers[.cluster(owner), default: []].append(backup)
            }
        }
        return members.map { owner, backups in
            BackupGroup(
                folders: Set(backups.map(\.groupFolder)).sorted(by: Self.precedes),
                systemIdentifier: owner.systemIdentifier, backups: backups, strangers: strangers[owner] ?? [])
        }.sorted { Self.precedes($0.backups[0].label, $1.backups[0].label) }
    }

    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    /// The catalogue of one group: what is chosen of it is chosen among the backups of one cluster.
    public func only(_ group: BackupGroup) -> Catalogue { Catalogue(backups: group.backups, foreign: []) }
}
