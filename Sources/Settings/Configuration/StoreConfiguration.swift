// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// A store that has a name: where it is, how it is reached, and what is expected of it.
public struct StoreConfiguration: Sendable, Equatable {
    /// Its key below `stores`; that of a copy without an entry is made up, such as `shop-copy`.
    public var name: String
    /// `s3://bucket/prefix`, or a directory by its full path.
    public var location: String
    /// Such as `https://s3.example.com`; nil where the environment may say it.
    public var endpoint: String?
    /// Such as `eu-central-1`; nil where the environment may say it.
    public var region: String?
    /// Nil where the usual order of the environment holds.
    public var credentials: StoreCredentials?
    /// Through which HTTP proxy the store is reached; nil for none.
    public var proxy: NamedValue?
    /// How requests name the bucket: path, virtual-host or automatic.
    public var addressing: Addressing?
    /// A file with the certificates to trust instead of the system's.
    public var caFile: String?
    /// Whether to agree to pay for requests to a requester-pays bucket.
    public var requesterPays = false
    /// A file with the key of objects encrypted with SSE-C.
    public var customerKeyFile: String?
    /// In bytes a second, over all readings of the store; nil for no limit.
    public var rate: UInt64?
    /// Asks for nothing where the file says nothing.
    public var prove = ProvePolicy()
    /// Each of the two is nil where the file says nothing.
    public var targets = RecoveryTargets()
    /// Nil where no backup is expected at any time.
    public var expect: BackupExpectation?
    /// Each part is as the command `trial` has it by default, where the file says nothing.
    public var trial = TrialConfiguration()
    /// Where the WAL of these backups is archived.
    public var walArchive: StorePlace?
    /// Where the same backups must be, too.
    public var copies: [StorePlace] = []
    /// Nil where nothing says what may be deleted: then nothing may.
    public var keep: KeepRule?
    /// `look` where the file says nothing.
    public var posture = Posture.look
    /// The store whose copies it holds, where only that one's `copies` says that it is there.
    public var copyOf: String?

    init(name: String, location: String) { (self.name, self.location) = (name, location) }

    /// How requests name the bucket.
    public enum Addressing: String, Sendable, CaseIterable {
        case automatic
        case path
        case virtualHost = "virtual-host"
    }

    /// What the bucket's own settings are asked for.
    public enum Posture: String, Sendable, CaseIterable {
        case off
        /// What reading requests tell.
        case look
        /// Also whether our key could write or delete, by requests that cannot succeed.
        case probe
    }
}

/// Where the keys of a store come from, and from nowhere else.
public enum StoreCredentials: Sendable, Equatable {
    /// A file of `AWS_…` variables.
    case environmentFile(String)
    /// A profile of `~/.aws`.
    case profile(String)
    /// Requests are not signed.
    case anonymous
}

/// Another place with something of a store: reached as that store is, or a store of its own.
public enum StorePlace: Sendable, Equatable {
    /// Reached with the keys and by the endpoint of the store that names it.
    case location(String)
    /// The store of this name, with all that is its own.
    case store(String)

    /// As people read it: the location, or `store NAME`.
    public var words: String {
        switch self {
        case .location(let location): "\(ObjectName(location))"
        case .store(let name): "store \(ObjectName(name))"
        }
    }
}

/// How fresh each proof must be; a level that is not named may be of any age.
public struct ProvePolicy: Sendable, Equatable {
    /// In seconds, of every backup.
    public var all: [Level: Double] = [:]
    /// In seconds: in any such time one proof of the backup that was newest then.
    public var newest: [Level: Double] = [:]
    /// Nil where no trial is made of a backup taken by chance.
    public var sample: Sample?

    /// A proof of one of the backups of a window, taken by chance.
    public struct Sample: Sendable, Equatable {
        /// In seconds, as above.
        public var ages: [Level: Double]
        /// In seconds: how old a backup may be to be taken.
        public var within: Double
    }
}

/// What reports and alerts hold measurements against.
public struct RecoveryTargets: Sendable, Equatable {
    /// How much of the newest data may be lost, in seconds.
    public var rpo: Double?
    /// How long until a server answers again, in seconds.
    public var rto: Double?
}

/// When a new backup must be there.
public struct BackupExpectation: Sendable, Equatable {
    /// From one to the next, in seconds.
    public var every: Double
    /// At what time of the day; nil where only the distance counts.
    public var by: TimeOfDay?
    /// The IANA name of the zone of `by`.
    public var zone: String
    /// For how many seconds beyond that nobody is told.
    public var grace: Double
    /// How many backups must be there at any time.
    public var atLeast: Int?
}

/// An hour and a minute of any day.
public struct TimeOfDay: Sendable, Equatable, CustomStringConvertible {
    /// From 0 to 23, and from 0 to 59.
    public var hour, minute: Int

    /// With two digits each, such as `03:00`.
    public var description: String {
        [hour, minute].map { ($0 < 10 ? "0" : "") + String($0) }.joined(separator: ":")
    }
}

/// How trials of a store are run.
public struct TrialConfiguration: Sendable, Equatable {
    /// Nil for what is there.
    public var runtime: TrialStart.Runtime?
    /// Of a container, such as `postgres:16`; nil for `postgres` of the backup's major version.
    public var image: String?
    /// The folder in which a cluster is put together.
    public var scratch: String?
    /// Who PostgreSQL runs as.
    public var owner: String?
    /// Where postgres and psql are.
    public var binaries: String?
    /// In bytes, of a container, or of each process of a trial on this machine.
    public var memory: UInt64?
    /// In processors, rounded up to whole ones on this machine.
    public var processors: Double?
    /// How long the server may take to come up and be asked, in seconds.
    public var time: Double?
    /// A file of the user's own checks.
    public var checks: Placed<String>?
    /// For how many seconds what failed is kept.
    public var keepOnFailure: Double?
}

/// Which backups are protected from deletion.
public struct KeepRule: Sendable, Equatable {
    /// Of so many days that have one the newest proven backup each; 0 for none.
    public var days = 0
    /// Of so many weeks that have one the newest proven backup each; 0 for none.
    public var weeks = 0
    /// Of so many months that have one the newest proven backup each; 0 for none.
    public var months = 0
    /// And so many proven ones whatever their age.
    public var atLeast = 1
}
