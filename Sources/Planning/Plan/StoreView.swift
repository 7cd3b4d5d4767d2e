// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// One store as a planner looks at it: its backups by group, and what the policy asks of each.
struct StoreView {
    let name: String
    let groups: [BackupsOfGroup]
    let obligations: [Obligation]
    private let byKey: [BackupKey: KnownBackup]
    private let byBackup: [BackupKey: [Obligation]]

    init(_ store: StoreToSweep, at now: Timestamp, seed: UInt64) {
        name = store.name
        groups = Dictionary(grouping: store.backups, by: \.group).sorted { $0.key < $1.key }
            .map { BackupsOfGroup(name: $0.key, $0.value) }
        obligations = store.policy.obligations(of: store.backups, at: now, seed: seed)
        byBackup = Dictionary(grouping: obligations.filter { $0.backup != nil }) { obligation in
            obligation.backup ?? BackupKey(store: "", label: "")
        }
        byKey = Dictionary(store.backups.map { ($0.key, $0) }) { first, _ in first }
    }

    var backups: [KnownBackup] { groups.flatMap(\.complete) }

    func backup(_ key: BackupKey) -> KnownBackup? { byKey[key] }

    /// A backup and all that it builds on; nil when that is not all there.
    func chain(of backup: KnownBackup) -> [KnownBackup]? {
        groups.first { $0.name == backup.group }?.chain(of: backup)
    }

    /// What is asked of each backup, by readings or by trials, in the order of backups.
    func asked(byTrial: Bool) -> [(backup: KnownBackup, obligations: [Obligation])] {
        byBackup.compactMap { key, obligations in
            let own = obligations.filter { $0.line.level.needsTrial == byTrial }
            return own.isEmpty ? nil : backup(key).map { ($0, own) }
        }.sorted { $0.backup.key < $1.backup.key }
    }

    /// What is asked of one backup, in the order of the policy's lines.
    func asked(of backup: KnownBackup) -> [Obligation] { byBackup[backup.key] ?? [] }

    /// The bytes to be read in a span of time, in the long run: of each backup as often as its shortest age asks.
    func pace(over interval: Int64) -> Double {
        let read = asked(byTrial: false).reduce(0.0) { sum, asked in
            sum + Double(asked.backup.bytes)
                * often(asked.obligations.filter { $0.line.level > .listed }, interval)
        }
        let tried = asked(byTrial: true).reduce(0.0) { sum, asked in
            sum + Double(bytes(ofChain: asked.backup)) * often(asked.obligations, interval)
        }
        return read + tried
    }

    /// How many trials a span of time takes, in the long run.
    func trials(over interval: Int64) -> Double {
        asked(byTrial: true).reduce(0.0) { $0 + often($1.obligations, interval) }
    }

    func bytes(ofChain backup: KnownBackup) -> UInt64 {
        (chain(of: backup) ?? [backup]).reduce(0) { $0.addingClamped($1.bytes) }
    }

    private func often(_ obligations: [Obligation], _ interval: Int64) -> Double {
        obligations.map { Double(interval) / Double($0.line.age) }.max() ?? 0
    }
}
