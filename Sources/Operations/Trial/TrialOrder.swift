// SPDX-License-Identifier: Apache-2.0
public import PrivatePostgres
public import Restorer

/// What a trial restore is asked for.
public struct TrialOrder: Sendable {
    /// Where the backups are.
    public var store: StoreAddress
    /// The archive of WAL; nil when there is none.
    public var walArchive: StoreAddress?
    /// How the archive was named, as it is shown.
    public var archiveName: String?
    /// `latest`, or a label.
    public var backup: String
    /// Whether chance chose it, for a policy that asks for samples.
    public var isSample = false
    /// Where recovery ends.
    public var goal: RecoveryGoal
    /// Takes a time of the recoverable window by chance instead, the same for the same seed; nil for the goal.
    public var seed: UInt64?
    /// The folder in which it is put together; an absolute path.
    public var scratch: String
    /// Who PostgreSQL runs as.
    public var owner: ServerOwner
    /// The directory with PostgreSQL's programs; nil to look where they usually are.
    public var binaries: String?
    /// For how many seconds what failed is kept to be looked at; nil to take it away at once.
    public var keepsFailedFor: Double?
    /// For how many seconds what passed is kept, for a restore that only has to place it; nil to take it away at once.
    ///
    /// It is then asked nothing that would add to it.
    public var keepsResultFor: Double?
    /// What the recovered cluster is asked.
    public var checks = TrialChecks()
    /// How the code of the cluster is run: by default for twelve hours at most, and only where it can be held.
    public var foreignCode = ForeignCode(within: ServerLimits(time: .seconds(12 * 3600)))
    /// Who or what started it; nil where nobody can tell.
    public var startedBy: String?
    /// How many objects are read at once.
    public var jobs: Int
    /// The folders of PATH, in which PostgreSQL's programs are looked for.
    public var searchPath: [String]

    /// Without an archive of WAL, with the checks that are built in, and keeping nothing; the rest can be set afterwards.
    public init(
        of backup: String, in store: StoreAddress, goal: RecoveryGoal, scratch: String, owner: ServerOwner,
        jobs: Int, searchPath: [String]
    ) {
        (self.backup, self.store, self.goal, self.scratch) = (backup, store, goal, scratch)
        (self.owner, self.jobs, self.searchPath) = (owner, jobs, searchPath)
    }

    /// What has to be restored for it.
    func restore(in scratch: TrialScratch) -> RestoreOrder {
        var order = restore(to: scratch.target)
        order.request.tablespaceFolder = scratch.tablespaces
        return order
    }

    /// The same, as far as the choice of the backup goes.
    func restore(to target: String) -> RestoreOrder {
        var request = RestoreRequest(target: target, goal: goal, outcome: .recovered, owner: owner)
        (request.binaries, request.walArchive) = (binaries, archiveName)
        // What is there is what a trial proves, up to the last byte.
        (request.archiving, request.allowsUnfinished) = (.off, true)
        var order = RestoreOrder(request, of: backup, in: store, jobs: jobs, searchPath: searchPath)
        order.walArchive = walArchive
        return order
    }
}
