// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// A full backup and all that builds on it.
struct BackupChain: Equatable {
    /// The full one first, then by time.
    ///
    /// The first is no full one where that is missing.
    let members: [KnownBackup]

    var first: KnownBackup { members[0] }
    var taken: Timestamp { first.taken }

    /// It has been shown that its full backup can be relied on, whatever became of those that build on it.
    func isProven(_ level: Level) -> Bool {
        first.isFull && first.isComplete && !first.standing.isBad && first.reaches(level)
    }

    /// Those of some backups that build on another one.
    static func dependents(of key: BackupKey, in backups: [KnownBackup]) -> [KnownBackup] {
        backups.filter { backup in
            guard case .incremental(let parents) = backup.descent else { return false }
            return backup.key.store == key.store && parents.contains(key.label)
        }
    }

    /// The chains of some backups, the newest first; an incremental one without its full backup is one of its own.
    static func all(of backups: [KnownBackup]) -> [BackupChain] {
        let byKey = Dictionary(backups.map { ($0.key, $0) }) { first, _ in first }
        let roots = Dictionary(grouping: backups) { backup -> BackupKey in
            guard case .incremental(let parents) = backup.descent, let last = parents.last,
                case let root = BackupKey(store: backup.key.store, label: last), byKey[root]?.isFull == true
            else { return backup.key }
            return root
        }
        return roots.map { root, members in
            BackupChain(
                members: members.sorted {
                    ($0.key == root ? 0 : 1, $0.taken, $0.key) < ($1.key == root ? 0 : 1, $1.taken, $1.key)
                })
        }.sorted { ($1.taken, $1.first.key) < ($0.taken, $0.first.key) }
    }
}

extension KnownBackup {
    /// A level was shown, by itself, with a higher one, or by a trial, which reads all bytes.
    func reaches(_ level: Level) -> Bool {
        proven(level) != nil || (level < .restored && proven(.restored) != nil)
    }
}
