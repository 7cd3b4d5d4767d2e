// SPDX-License-Identifier: Apache-2.0
public import Restorer

/// What a restore is asked for: which backup, from where, and what is to be made of it.
public struct RestoreOrder: Sendable {
    /// Where the backups are.
    public var store: StoreAddress
    /// Set when LOCATION was named as a local backup: what is not there is then a missing local backup.
    public var localPath: String?
    /// The archive of WAL; nil when there is none.
    public var walArchive: StoreAddress?
    /// How the archive is reached, as words behind `wal-get`, for a server that recovers later; no keys.
    public var archiveWords: [String] = []
    /// `latest`, or a label.
    public var backup: String
    /// What is to be made of the backup, and where.
    public var request: RestoreRequest
    /// What the recovered cluster is asked before the switch; nil for nothing but the look inside.
    public var questions: ClusterQuestions?
    /// How many objects are read at once.
    public var jobs: Int
    /// The folders of PATH, in which PostgreSQL's programs are looked for.
    public var searchPath: [String]

    /// A restore without an archive of WAL.
    public init(
        _ request: RestoreRequest, of backup: String, in store: StoreAddress, jobs: Int, searchPath: [String]
    ) {
        (self.request, self.backup, self.store) = (request, backup, store)
        (self.jobs, self.searchPath) = (jobs, searchPath)
    }
}
