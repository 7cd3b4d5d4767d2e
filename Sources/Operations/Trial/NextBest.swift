// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Catalogue
import Diagnostics
import History
import ObjectStore
import Restorer

/// What to go back to when a backup cannot be restored: the newest other one of its cluster that is proven.
public struct NextBest: Sendable, Equatable {
    /// Of the backup to go back to, as `--backup` takes it.
    public let label: String
    /// When it was taken; nil where nothing says.
    public let time: Timestamp?
    /// The highest level that was shown of it.
    public let level: Level?
    /// How long its restore would take; nil where no trial tells.
    public let seconds: Double?
    /// The store's URL.
    public let store: String
}

extension NextBest {
    /// Nil where the history knows of none; `neighbours` are the backups of the same store.
    init?(
        besides backup: Backup, among neighbours: [Backup], in restore: RestoreBackup,
        _ runtime: TrialStart.Runtime
    ) {
        let url = restore.store.url
        guard let history = restore.memory.history,
            let others = try? restore.others(besides: backup, among: neighbours),
            let best = (try? restore.known(others, by: history)).flatMap(RememberedBackup.best)
        else { return nil }
        let trials = (try? history.answeredTrials(at: url, by: runtime, limit: Forecast.enough)) ?? []
        self.init(
            label: best.label, time: best.time, level: best.level,
            seconds: Forecast(ofBytes: best.bytes, wal: nil, from: trials)?.seconds, store: url)
    }
}

/// What the history knows of a backup that could be gone back to.
struct RememberedBackup: Equatable {
    var label: String
    var bytes: UInt64 = 0
    /// What holds of it now, whoever found it: a verification, a restore or a trial.
    var verdict: Verdict?
    var level: Level?
    /// How its newest trial ended that came to a verdict; nil where there was none.
    var trial: Int32?
    /// When it was taken; nil where nothing says.
    var time: Timestamp?

    /// It is verified, and no trial has shown since that it is of no use.
    var isSound: Bool { verdict == .verified && trial != ExitStatus.trialFailed.rawValue }

    /// The newest that is sound; one of which nobody knows when it was taken comes last.
    static func best(of backups: [RememberedBackup]) -> RememberedBackup? {
        backups.filter(\.isSound).max {
            ($0.time?.nanoseconds ?? .min, $0.label) < ($1.time?.nanoseconds ?? .min, $1.label)
        }
    }
}

extension RestoreBackup {
    /// The others of the same cluster; nobody would go back to another one.
    fileprivate func others(besides backup: Backup, among neighbours: [Backup]) throws -> [Backup] {
        let descriptions = SelfDescriptions(store: store, context: context)
        let groups = try GroupedBackups(store: store, memory: memory, context: context)
            .groups(of: Catalogue(backups: neighbours)) { try descriptions.time(of: $0) }
        let own = groups.first { $0.backups.contains { $0.label == backup.label } }
        return own?.backups.filter { $0.label != backup.label } ?? []
    }

    fileprivate func known(_ backups: [Backup], by history: HistoryDatabase) throws -> [RememberedBackup] {
        let levels = Dictionary(
            try history.backups(.init(place: store.url)).map { ($0.place.url, $0.highestLevel) }
        ) { first, _ in first }
        let standings = try history.standings(at: store.url)
        let descriptions = SelfDescriptions(store: store, context: context)
        return try backups.map { backup in
            let place = backup.place(inStoreAt: store.url)
            return RememberedBackup(
                label: backup.label, bytes: backup.size, verdict: standings[place.url]?.verdict,
                level: levels[place.url].flatMap(\.self),
                trial: try history.lastTrialWithVerdict(of: place)?.end?.exitStatus,
                time: try descriptions.time(of: backup)?.timestamp)
        }
    }
}
