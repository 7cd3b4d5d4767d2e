// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// What one line of the policy asks of one backup, or of a group's trials.
public struct Obligation: Sendable, Equatable {
    /// What asks for it.
    public var line: PolicyLine
    /// Whose cluster the backup is of, or the trials are.
    public var group: String
    /// The backup that is to be proven; nil when a group has none that can be.
    public var backup: BackupKey?
    /// When that was last shown; nil for never.
    public var proven: Timestamp?
    /// Until when it is to be shown again.
    ///
    /// What has never been shown has as long from the day on which it came.
    public var due: Timestamp
    /// It is fulfilled at the moment: not due yet, and the backup is not damaged.
    public var isMet: Bool
}

extension ProofPolicy {
    /// What the policy asks of the backups of one store, in the order of its lines.
    ///
    /// `seed` chooses the backups for samples: the same seed chooses the same ones.
    public func obligations(of backups: [KnownBackup], at now: Timestamp, seed: UInt64) -> [Obligation] {
        let groups = Dictionary(grouping: backups, by: \.group).sorted { $0.key < $1.key }
            .map { BackupsOfGroup(name: $0.key, $0.value) }
        return lines.flatMap { line in groups.flatMap { $0.obligations(line, at: now, seed: seed) } }
    }
}

/// The backups of one cluster in one store.
struct BackupsOfGroup {
    let name: String
    /// Those that are gone included, the oldest first.
    private let all: [KnownBackup]
    /// Those that can be proven, the oldest first.
    let complete: [KnownBackup]

    init(name: String, _ backups: [KnownBackup]) {
        self.name = name
        all = backups.sorted { ($0.taken, $0.key) < ($1.taken, $1.key) }
        complete = all.filter(\.isComplete)
    }

    /// Those that a trial has a chance with.
    private var restorable: [KnownBackup] { complete.filter { chain(of: $0) != nil } }

    /// A backup and all that it builds on; nil when one of them is missing or known to be bad.
    func chain(of backup: KnownBackup) -> [KnownBackup]? {
        let parents: [String] = if case .incremental(let labels) = backup.descent { labels } else { [] }
        let chain = [backup] + parents.compactMap { label in complete.first { $0.key.label == label } }
        let isWhole = chain.count == parents.count + 1 && chain.last?.isFull == true
        return isWhole && !chain.contains { $0.standing.isBad } ? chain : nil
    }

    func obligations(_ line: PolicyLine, at now: Timestamp, seed: UInt64) -> [Obligation] {
        switch (line.scope, line.level.needsTrial) {
        case (.all, _): complete.map { obligation(line, of: $0, now) }
        case (.newest, false): complete.last.map { [obligation(line, of: $0, now)] } ?? []
        case (.newest, true):
            trials(line, of: restorable.last, now) { trial, backup in wasNewest(backup, at: trial.at) }
        case (.sample, _):
            trials(line, of: chosen(line, now, seed), now) { trial, backup in
                trial.isSample && (line.within.map { trial.at.seconds(since: backup.taken) <= $0 } ?? true)
            }
        }
    }

    private func obligation(_ line: PolicyLine, of backup: KnownBackup, _ now: Timestamp) -> Obligation {
        let proven = backup.proven(line.level)
        let due = (proven ?? backup.since).advanced(bySeconds: line.age)
        return Obligation(
            line: line, group: name, backup: backup.key, proven: proven, due: due,
            isMet: now <= due && !backup.standing.isBad)
    }

    /// One obligation for the group: its trials count as far as `counts` says.
    private func trials(
        _ line: PolicyLine, of backup: KnownBackup?, _ now: Timestamp,
        counts: (KnownTrial, KnownBackup) -> Bool
    ) -> [Obligation] {
        guard let first = complete.map(\.since).min() else { return [] }
        let proven = all.flatMap { backup in
            backup.trials.filter { $0.shows(line.level) && counts($0, backup) }.map(\.at)
        }.max()
        let due = (proven ?? first).advanced(bySeconds: line.age)
        return [
            Obligation(
                line: line, group: name, backup: backup?.key, proven: proven, due: due, isMet: now <= due)
        ]
    }

    /// Whether no younger backup was complete yet when a trial began; those that are known to be bad never were.
    private func wasNewest(_ backup: KnownBackup, at time: Timestamp) -> Bool {
        !all.contains {
            $0.taken > backup.taken && $0.since <= time && !$0.isIncomplete && !$0.standing.isBad
        }
    }

    private func chosen(_ line: PolicyLine, _ now: Timestamp, _ seed: UInt64) -> KnownBackup? {
        let young = restorable.filter { backup in
            line.within.map { now.seconds(since: backup.taken) <= $0 } ?? true
        }
        guard !young.isEmpty else { return nil }
        var chance = SeededChance(seed: seed, young[0].key.store, name)
        return young[chance.index(below: young.count)]
    }
}
