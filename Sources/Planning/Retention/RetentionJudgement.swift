// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// What may be deleted of the backups of some stores, and why not the others.
public struct RetentionJudgement: Sendable {
    /// Why a backup stays.
    public enum Reason: Sendable, Hashable {
        /// It is the newest proven one of a span that the rule names.
        case kept(RetentionSpan)
        /// Fewer proven ones would be left than the rule wants at least.
        case amongTheLast(Int)
        /// These build on it.
        case carries([String])
        /// It is of a chain that stays.
        case ofKeptChain(String)
        /// Somebody marked it; nil for no end.
        case marked(until: Timestamp?)
        /// It is evidence.
        case tampered
        /// It may be still on its way.
        case uploading
        /// Newer than the newest proven one, and perhaps as good.
        case notProvenYet
        /// Nobody knows it.
        case unknown
    }

    /// What may go, with why.
    public struct Prunable: Sendable, Equatable {
        /// Why it is of no more use; the raw value is what JSON says.
        public enum Reason: String, Sendable, CaseIterable {
            /// Others are kept for its day, week and month.
            case notNeeded = "not-needed"
            case damaged
            /// An upload that did not come to its end.
            case unfinished
            /// It was never proven, and newer ones have been.
            case neverProven = "never-proven"
            /// What it builds on is not there.
            case orphan
        }

        /// One that the store lists, and that nothing keeps.
        public var backup: BackupKey
        /// Of several the first: that an upload was not finished, then damage, then an orphan.
        public var reason: Reason
        /// The size of all its objects.
        public var bytes: UInt64
    }

    private let rule: RetentionRule
    private let backups: [KnownBackup]
    private let chains: [BackupChain]
    private let reasons: [BackupKey: [Reason]]

    /// `patience` is how long, in seconds, an upload may take.
    public init(
        _ rule: RetentionRule, of known: [KnownBackup], marks: [ProtectionMark] = [], at now: Timestamp,
        patience: Int64 = 86_400
    ) {
        self.rule = rule
        backups = known.filter { $0.goneSince == nil }.sorted { $0.key < $1.key }
        let groups = Dictionary(grouping: backups) { [$0.key.store, $0.group] }.values
        let protections = groups.map { group in
            Protection(rule, BackupChain.all(of: group), marks: marks, at: now, patience: patience)
        }
        chains = protections.flatMap(\.chains)
        reasons = protections.reduce(into: [:]) { all, own in all.merge(own.reasons) { $0 + $1 } }
    }

    /// Why a backup must not be deleted; empty when it may.
    ///
    /// What builds on it must go with it or before it.
    public func mayDelete(_ keys: Set<BackupKey>) -> [BackupKey: [Reason]] {
        keys.reduce(into: [:]) { refusals, key in
            guard backups.contains(where: { $0.key == key }) else { return refusals[key] = [.unknown] }
            let left = BackupChain.dependents(of: key, in: backups).filter {
                !keys.contains($0.key) || !reasons[$0.key, default: []].isEmpty
            }
            let own = (reasons[key] ?? []) + (left.isEmpty ? [] : [.carries(left.map(\.key.label))])
            if !own.isEmpty { refusals[key] = own }
        }
    }

    /// Why a backup must not be deleted; empty when it may.
    public func mayDelete(_ key: BackupKey) -> [Reason] { mayDelete([key])[key] ?? [] }

    /// All that may be deleted together, whole chains, those that build on others before them.
    ///
    /// When it is done, the same rule keeps the same backups as before.
    public var prunable: [Prunable] {
        chains.filter { $0.members.allSatisfy { reasons[$0.key, default: []].isEmpty } }
            .sorted { ($0.taken, $0.first.key) < ($1.taken, $1.first.key) }
            .flatMap { chain in
                chain.members.reversed().map {
                    Prunable(backup: $0.key, reason: why($0, of: chain), bytes: $0.bytes)
                }
            }
    }

    private func why(_ backup: KnownBackup, of chain: BackupChain) -> Prunable.Reason {
        if backup.isIncomplete { return .unfinished }
        if backup.standing == .damaged { return .damaged }
        if !chain.first.isFull { return .orphan }
        return backup.reaches(rule.level) ? .notNeeded : .neverProven
    }
}
