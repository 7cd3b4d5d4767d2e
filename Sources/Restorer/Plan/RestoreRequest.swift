// SPDX-License-Identifier: Apache-2.0
public import PrivatePostgres

/// What a person asked a restore for, checked as far as words can be.
public struct RestoreRequest: Sendable {
    /// What the restored server is to be.
    public enum Outcome: Sendable, Equatable {
        /// Recovered by a private server before the directory takes its name, and promoted.
        case recovered
        /// Written and proven; the first start of the user's own recovers it.
        case recoveredAtFirstStart
        /// Written and proven; the first start makes it a standby of this primary.
        case standby(primary: String?, slot: String?)
    }

    /// Absolute; absent or empty.
    public var target: String
    /// Where recovery ends.
    public var goal: RecoveryGoal
    /// What the directory is to be: recovered, or prepared for somebody else's start.
    public var outcome: Outcome
    /// Where tablespaces go, by OID; absolute paths.
    public var tablespaces: [UInt32: String] = [:]
    /// Where those go that none is named for, each in a directory named by its OID; absolute.
    public var tablespaceFolder: String?
    /// Where `pg_wal` leads; absolute, nil for a directory of the target's own.
    public var walDirectory: String?
    /// Whose the files become.
    public var owner: ServerOwner
    /// The directory with PostgreSQL's programs; nil to look where they usually are.
    public var binaries: String?
    /// The major version that the backup must be of; nil for any.
    public var majorVersion: Int?
    /// Where WAL comes from that is not in the backup, as it is shown; nil for none.
    public var walArchive: String?
    /// Whether beginnings of segments at the end of the archive are recovered, too.
    public var allowsUnfinished = false
    /// Whether the plan tells the restore points of the archive, for which it reads all WAL there.
    public var showsRestorePoints = false
    /// The command of the user's own server that reads from the archive, for an outcome that leaves recovery
    /// to it.
    public var permanentCommand: RestoreCommand?
    /// Files that take the place of the backup's `postgresql.auto.conf` and `pg_hba.conf`.
    public var settingsFile: String?
    /// What takes the place of `pg_hba.conf`; a path.
    public var accessFile: String?
    /// What takes the place of the backup's configuration, or is the one that it lacks.
    public var configuration: ConfigurationFolder?
    /// Whether the copy may archive as its settings say; nil when nobody said, which comes to `off`.
    public var archiving: ArchivingChoice?
    /// What runs on the recovered server before the switch.
    public var scripts: PostInitScripts?
    /// The label of the backup whose damage a person accepts; of no other one.
    public var acceptedDamage: String?
    /// Databases and tablespaces that a person takes as they are, though nobody can reach them; by name, as it is shown.
    public var acceptedUnreachable: Set<String> = []
    /// Throw away what an interrupted restore left, instead of going on with it.
    public var restarts = false

    /// What has to be said; all else has the usual value.
    public init(target: String, goal: RecoveryGoal, outcome: Outcome, owner: ServerOwner) {
        (self.target, self.goal) = (target, goal)
        (self.outcome, self.owner) = (outcome, owner)
    }

    /// Whether PostgreSQL is started before the directory takes its name.
    public var startsServer: Bool { outcome == .recovered }

    var isStandby: Bool { if case .standby = outcome { true } else { false } }
}

extension RestoreRequest {
    /// With a place for each of these tablespaces that has none, where a folder for them is named.
    public func placing(_ identifiers: [UInt32]) -> RestoreRequest {
        guard let folder = tablespaceFolder else { return self }
        var request = self
        for identifier in identifiers where tablespaces[identifier] == nil {
            request.tablespaces[identifier] = "\(folder)/\(identifier)"
        }
        return request
    }

    /// Refuses what cannot be done together.
    public func checkCombination() throws(RestoreError) {
        guard !startsServer else { return }
        if scripts != nil {
            throw .usage(
                "--post-init needs a server that the restore starts itself",
                hint: "leave out --no-start or --standby, or run the scripts after the first start.")
        }
        guard case .standby = outcome else { return }
        if goal.target != .endOfBackup && goal.target != .endOfWAL || goal.timeline != nil {
            throw .usage(
                "a standby follows its primary, on its timeline, and stops at no target",
                hint: "leave out --standby, or --timeline and the --to-… option.")
        }
    }
}
