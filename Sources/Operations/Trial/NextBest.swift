// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Catalogue
import Diagnostics
import History
import ObjectStore
import Restorer

/// What to go back to when a backup cannot be restored: the newest other one of its cluster that is proven.
public struct NextBest: Sendable, Equatable {
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
        let (url, others) = (restore.store.url, neighbours.filter { $0.isBesides(backup) })
        guard let history = restore.memory.history,
            let best = try? SoundOther.among(others, in: restore, history).max(by: <)
        else {
            return nil
        }
        let trials = (try? history.trials(.init(place: url))) ?? []
        let forecast = Forecast(
            ofBytes: best.backup.size, wal: nil, from: trials.filter { $0.start.runtime == runtime })
        self.init(
            label: best.backup.label, time: best.time, level: best.level, seconds: forecast?.seconds,
            store: url)
    }
}

private struct SoundOther: Comparable {
    var backup: Backup
    var level: Level?
    var time: Timestamp?

    /// Those that are verified, and that no trial has shown to be of no use.
    static func among(
        _ backups: [Backup], in restore: RestoreBackup, _ history: HistoryDatabase
    ) throws -> [SoundOther] {
        let url = restore.store.url
        let lines = try history.backups(.init(place: url)).filter { $0.verdict == .verified }
        let levels = Dictionary(lines.map { ($0.place.url, $0.highestLevel) }) { first, _ in first }
        let descriptions = SelfDescriptions(store: restore.store, context: restore.context)
        return try backups.compactMap { backup in
            let place = backup.place(inStoreAt: url)
            guard let level = levels[place.url], try !history.hasFailedTrial(of: place) else { return nil }
            return SoundOther(
                backup: backup, level: level, time: try descriptions.time(of: backup)?.timestamp)
        }
    }

    static func == (left: SoundOther, right: SoundOther) -> Bool { left.backup.label == right.backup.label }

    /// The newer one is the greater.
    static func < (left: SoundOther, right: SoundOther) -> Bool {
        (left.time?.nanoseconds ?? .min) < (right.time?.nanoseconds ?? .min)
    }
}

extension HistoryDatabase {
    fileprivate func hasFailedTrial(of place: BackupPlace) throws -> Bool {
        try lastTrial(of: place)?.end?.exitStatus == ExitStatus.trialFailed.rawValue
    }
}

extension Backup {
    /// Whether it is another one in the same folder.
    fileprivate func isBesides(_ other: Backup) -> Bool {
        label != other.label && parent == other.parent
    }

    private var parent: ObjectName { ObjectName(bytes: folder.bytes.dropLast()).folder }
}
