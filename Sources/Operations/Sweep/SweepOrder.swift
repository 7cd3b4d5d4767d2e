// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
public import Planning

/// What a sweep is asked for.
public struct SweepOrder: Sendable {
    /// In the order in which they are told of; what is done first is for the plan to say.
    public var stores: [SweepStore]
    /// Over all stores together.
    public var budget: SweepBudget
    /// In seconds: from this sweep to the next one.
    public var interval: Int64
    /// The entry of the schedule that it is for; nil for a sweep by hand.
    public var schedule: String?
    /// The time for which the schedule wants it; nil for a sweep by hand.
    public var slot: Timestamp?
    /// When it must stop; nil for no end.
    public var windowEnds: Timestamp?
    /// What chance goes by.
    public var seed: UInt64
    /// Who or what started it; nil where nobody can tell.
    public var startedBy: String?

    /// A sweep by hand: schedule, slot and the end of its window are left nil.
    public init(_ stores: [SweepStore], budget: SweepBudget, interval: Int64, seed: UInt64) {
        (self.stores, self.budget, self.interval, self.seed) = (stores, budget, interval, seed)
    }
}

/// One store that is swept, and what is asked of it.
public struct SweepStore: Sendable {
    /// As the configuration calls it.
    public var name: String
    /// How it is reached, or why nobody can know: then it is inconclusive, and the other stores are swept all the same.
    public var address: Result<StoreAddress, ToldError>
    /// What is to be shown of its backups, and how fresh that must be.
    public var policy: ProofPolicy
    /// How trials of its backups are run, or why nobody can run any; nil where nobody says.
    public var trial: Result<StoreTrial, ToldError>?
    /// When backups are to come; nil where nothing is expected.
    public var expected: ExpectedBackups?
    /// What is to stay of them; nil where nobody said.
    public var keep: RetentionRule?
    /// What the bucket is asked about itself; nil for nothing.
    public var posture: PostureOrder?
    /// Second stores that must hold the same.
    public var copies: [Result<StoreAddress, ToldError>] = []
    /// The archive of WAL that belongs to it; nil for none.
    public var walArchive: Result<StoreAddress, ToldError>?
    /// In seconds: by how much the newest data that can be recovered may be behind; nil for any.
    public var targetRPO: Double?

    /// Asks for no more than the policy: trials, copies, posture and all the rest are off until they are set.
    public init(_ name: String, at address: Result<StoreAddress, ToldError>, policy: ProofPolicy) {
        (self.name, self.address, self.policy) = (name, address, policy)
    }
}

/// How trials of a store's backups are run.
public struct StoreTrial: Sendable {
    /// Nil for whichever can run it.
    public var runtime: TrialStart.Runtime?
    /// Who PostgreSQL runs as on this machine, where nothing says whether it is there; nil for the usual user.
    public var owner: String?
    /// All but the backup, which the plan chooses.
    public var order: TrialOrder
    /// Used only where a container runs it.
    public var container: ContainerOrder

    /// By whichever can run it, unless a runtime is given.
    public init(_ order: TrialOrder, in container: ContainerOrder, by runtime: TrialStart.Runtime? = nil) {
        (self.order, self.container, self.runtime) = (order, container, runtime)
    }
}
