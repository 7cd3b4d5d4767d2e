// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics

/// What a status comes to: whether somebody has to look, and at what.
public struct ServiceHealth: Sendable, Equatable {
    /// In the words of monitoring.
    public enum Grade: String, Sendable, CaseIterable {
        case ok, warning, critical
        /// Nobody has looked yet, or there is nothing to look at.
        case unknown
    }

    /// Stores that no sweep has looked at.
    public let unswept: [StoreStatus]
    /// Stores of which no sweep has ended for too long: nobody watches.
    public let stale: [StoreStatus]
    /// Stores whose newest sweep did not end with 0.
    public let failed: [StoreStatus]
    /// A backup, with the name of its store.
    public struct OneBackup: Sendable, Equatable {
        /// As `StoreStatus.name` has it.
        public let store: String
        /// How it stands, with its verdict and its proofs.
        public let backup: BackupStatus
    }

    /// Backups that are known to be bad by now.
    public let bad: [OneBackup]
    /// Backups whose newest reading came to no verdict.
    public let unsettled: [OneBackup]
    /// Backups whose newest trial restore failed, with none of their clusters that passed since.
    public let failedTrials: [OneBackup]
    /// Incidents that are not over.
    public let open: [Incident]
    /// Channels for which messages wait.
    public let waiting: [ChannelStatus]
    private let isEmpty: Bool

    /// Sorts what the status says; stores and channels stay in the order of the configuration.
    public init(_ status: ServiceStatus) {
        unswept = status.stores.filter { $0.lastSweep == nil }
        stale = status.stores.filter { store in store.sweepDue.map { $0 < status.at } ?? false }
        failed = status.stores.filter { store in store.lastSweep.map { $0.exitStatus != 0 } ?? false }
        let backups = status.stores.flatMap { store in
            store.backups.map { OneBackup(store: store.name, backup: $0) }
        }
        bad = backups.filter { $0.backup.verdict?.isBad == true }
        unsettled = backups.filter { $0.backup.verdict == .inconclusive }
        failedTrials = backups.filter { $0.backup.failedTrial != nil }
        open = status.incidents.filter(\.isOpen)
        waiting = status.channels.filter { $0.undelivered > 0 }
        isEmpty = status.stores.isEmpty
    }

    /// The first that holds: critical for what is wrong or unwatched, unknown for what was never swept, warning, ok.
    public var grade: Grade {
        if hasFoundWrong || !stale.isEmpty || !bad.isEmpty || !failedTrials.isEmpty
            || open.contains(where: { $0.severity == .error })
        {
            return .critical
        }
        if isEmpty || !unswept.isEmpty { return .unknown }
        let isWell = open.isEmpty && failed.isEmpty && unsettled.isEmpty && waiting.isEmpty
        return isWell ? .ok : .warning
    }

    /// 0 or 7; messages that wait say nothing about backups.
    public var exitStatus: ExitStatus {
        let isWell =
            !isEmpty && unswept.isEmpty && stale.isEmpty && failed.isEmpty && bad.isEmpty
            && failedTrials.isEmpty
            && unsettled.isEmpty && open.isEmpty
        return isWell ? .success : .policyNotMet
    }

    /// Whether a newest sweep found something wrong; else it could not be known, or there was nothing.
    private var hasFoundWrong: Bool {
        let wrong: [ExitStatus] = [.damaged, .tampered, .trialFailed, .policyNotMet]
        return failed.contains { store in wrong.contains { $0.rawValue == store.lastSweep?.exitStatus } }
    }
}

extension ServiceHealth {
    /// What somebody has to hear of.
    public enum Trouble: Sendable, Equatable {
        case incident(Incident)
        /// A backup that is known to be bad by now.
        case bad(OneBackup)
        /// A backup whose newest trial restore failed.
        case failedTrial(OneBackup)
    }

    /// The one that matters most: tampering, then damage, then failed trials; of equals an incident, which says more, and the oldest.
    public var worst: Trouble? {
        let all: [(weight: Int, trouble: Trouble)] =
            open.map { ($0.severity == .error ? Self.weight(of: $0.kind) : 0, .incident($0)) }
            + bad.map { (Self.weight(of: $0.backup.verdict?.rawValue ?? ""), .bad($0)) }
            + failedTrials.map { (Self.weight(of: Incident.trialFailed), .failedTrial($0)) }
        let most = all.map(\.weight).max()
        return all.first { $0.weight == most }?.trouble
    }

    private static func weight(of kind: String) -> Int {
        let worst = [Incident.trialFailed, Verdict.damaged.rawValue, Verdict.tampered.rawValue]
        return worst.firstIndex(of: kind).map { $0 + 2 } ?? 1
    }
}
