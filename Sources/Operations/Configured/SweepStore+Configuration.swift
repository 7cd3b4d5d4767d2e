// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
public import Planning
import PrivatePostgres
import Restorer
public import Settings

extension SweepStore {
    /// A store of the configuration, with all that is asked of it.
    ///
    /// What is wrong with its keys or its trials is told when it is swept, and stops no other store. Throws for a policy
    /// that nobody can keep.
    public init(
        _ store: StoreConfiguration, in configuration: Configuration, jobs: Int
    ) throws {
        let address = Result { try StoreAddress(store) }.mapError { ToldError($0) }
        self.init(store.name, at: address, policy: try ProofPolicy(store.prove))
        expected = try store.expect.map { try ExpectedBackups($0) }
        keep = store.keep.map { RetentionRule($0) }
        let archive = store.walArchive.map { place in
            Result { try StoreAddress(place, of: store, in: configuration) }
                .mapError { ToldError($0) }
        }
        walArchive = archive
        targetRPO = store.targets.rpo
        let days = store.keep.map { max($0.days, 7 * $0.weeks, 31 * $0.months) }
        posture =
            store.posture == .off
            ? nil
            : PostureOrder(keepDays: days.flatMap { $0 > 0 ? $0 : nil }, isProbing: store.posture == .probe)
        copies = store.copies.map { place in
            Result { try StoreAddress(place, of: store, in: configuration) }
                .mapError { ToldError($0) }
        }
        trial = Result { try StoreTrial(store, at: address.get(), archive?.get(), jobs: jobs) }
            .mapError { ToldError($0) }
    }
}

extension StoreTrial {
    /// How the configuration says that trials of a store are run.
    init(
        _ store: StoreConfiguration, at address: StoreAddress, _ archive: StoreAddress?, jobs: Int
    ) throws {
        let (said, settings) = (store.trial, address.settings)
        let owner: ServerOwner =
            said.runtime == .local
            ? try ServerOwner.find(said.owner) : ServerOwner(user: 65_534, group: 65_534, name: nil)
        var order = TrialOrder(
            of: "latest", in: address, goal: RecoveryGoal(archive == nil ? .endOfBackup : .endOfWAL),
            scratch: said.scratch ?? "/var/tmp", owner: owner, jobs: jobs, searchPath: settings.searchPath)
        (order.walArchive, order.archiveName) = (archive, archive?.location)
        (order.binaries, order.keepsFailedFor) = (said.binaries, said.keepOnFailure)
        order.foreignCode.memory = said.memory
        order.foreignCode.processors = said.processors.map { UInt64($0.rounded(.up)) }
        if let seconds = said.time { order.foreignCode.limits.time = .seconds(seconds) }
        order.checks.builtIn.jobs = jobs
        order.checks.file = try said.checks.map { try CheckFile.read($0.value) }
        order.startedBy = settings.startedBy
        var container = ContainerOrder(engine: settings.engine)
        (container.image, container.processors) = (said.image, said.processors)
        container.memory = said.memory ?? container.memory
        self.init(order, in: container, by: said.runtime)
        self.owner = said.owner
    }
}

extension ProofPolicy {
    /// What the configuration says.
    public init(_ said: ProvePolicy) throws(PolicyError) {
        try self.init(
            all: said.all, newest: said.newest, sample: said.sample?.ages ?? [:],
            within: said.sample?.within)
    }
}

extension ExpectedBackups {
    /// What the configuration says.
    public init(_ said: BackupExpectation) throws {
        try self.init(
            every: said.every, by: said.by.map { Int64($0.hour * 3600 + $0.minute * 60) },
            zone: try CivilZone(named: said.zone), grace: said.grace, atLeast: said.atLeast)
    }
}

extension RetentionRule {
    /// What the configuration says.
    public init(_ said: KeepRule) {
        self.init(
            days: said.days, weeks: said.weeks, months: said.months, atLeast: said.atLeast)
    }
}
