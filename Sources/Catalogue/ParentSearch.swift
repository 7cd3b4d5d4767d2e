// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import ObjectStore

/// Looks for the backup that an incremental one builds on: the one of the same cluster whose WAL starts where the
/// label of the incremental one says.
///
/// What is known already is asked first. Then manifests are read, of the backups before the incremental one from
/// the nearest on, and of those after it. One that cannot be read ends nothing: it is passed over, and counts only
/// when no other is the parent.
public struct ParentSearch: Sendable {
    /// A backup whose manifest the store would not give.
    public struct Unread: Sendable, Equatable {
        /// It may be the parent: nobody could see that it is not.
        public let backup: Backup
        /// What the store said; never `.interrupted`, which ends the search.
        public let error: ObjectStoreError
    }

    /// What the search came to.
    public struct Result: Sendable, Equatable {
        /// The parent; nil when none of those that could be read is it.
        public var backup: Backup?
        /// Of the parent.
        public var origin: BackupOrigin?
        /// Those that could not be read: without a parent, any of them may be it.
        public var unread: [Unread] = []

        /// What kept backups from being looked at, such as `'a' and 2 others could not be read (REASON)`; empty when
        /// nothing did.
        public var doubt: String {
            guard let first = unread.first else { return "" }
            let others = unread.count - 1
            let who = others == 0 ? "" : " and \(others) other\(others == 1 ? "" : "s")"
            return "'\(first.backup.label)'\(who) could not be read (\(first.error.message))"
        }
    }

    private let candidates: [Backup]

    /// `neighbours` are the backups of the store in the order of their labels; those labelled as in `used` are part
    /// of the chain already and no candidates.
    public init(of child: Backup, among neighbours: [Backup], except used: Set<String> = []) {
        let others = neighbours.filter { $0.label != child.label && !used.contains($0.label) }
        candidates =
            others.filter { $0.label < child.label }.reversed() + others.filter { $0.label >= child.label }
    }

    /// Finds the backup of cluster `system` that starts where `parent` says.
    ///
    /// `known` gives what was read of a backup before, nil when that was never tried; `read` reads its manifest and
    /// gives nil when there is none to go by. Throws only `.interrupted`.
    public func find(
        _ parent: ParentBackup, of system: UInt64?, known: (Backup) -> BackupOrigin??,
        read: (Backup) throws(ObjectStoreError) -> BackupOrigin?
    ) throws(ObjectStoreError) -> Result {
        for candidate in candidates {
            if let origin = known(candidate) ?? nil, origin.isParent(parent, of: system) {
                return Result(backup: candidate, origin: origin)
            }
        }
        var result = Result()
        for candidate in candidates where known(candidate) == nil {
            do throws(ObjectStoreError) {
                guard let origin = try read(candidate), origin.isParent(parent, of: system) else { continue }
                (result.backup, result.origin) = (candidate, origin)
                return result
            } catch {
                if error == .interrupted { throw error }
                result.unread.append(Unread(backup: candidate, error: error))
            }
        }
        return result
    }
}
