// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Catalogue
import Diagnostics
import History
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

extension PreparedTrial {
    /// Nil where the history knows of none.
    func nextBest() -> NextBest? {
        guard let history = memory.history,
            let lines = try? history.backups(.init(place: plan.store)),
            let trials = try? history.trials(.init(place: plan.store))
        else { return nil }
        let sound = Dictionary(
            lines.filter { $0.verdict == .verified && $0.openFindings == 0 }.map { ($0.place.url, $0) }
        ) { first, _ in first }
        let descriptions = SelfDescriptions(store: restore.store, context: context)
        let others = plan.neighbours.filter { $0.isBesides(plan.backup) }.compactMap {
            (backup) -> (backup: Backup, line: BackupLine, time: Timestamp?)? in
            guard let line = sound[backup.place(inStoreAt: plan.store).url] else { return nil }
            return (backup, line, (try? descriptions.time(of: backup))??.timestamp)
        }
        guard let best = others.max(by: { ($0.time?.seconds ?? .min) < ($1.time?.seconds ?? .min) }) else {
            return nil
        }
        let forecast = Forecast(
            ofBytes: best.backup.size, wal: nil, from: trials.filter { $0.start.runtime == start.runtime })
        return NextBest(
            label: best.backup.label, time: best.time, level: best.line.highestLevel,
            seconds: forecast?.seconds, store: plan.store)
    }
}

extension Backup {
    /// Whether it is another one in the same folder.
    fileprivate func isBesides(_ other: Backup) -> Bool {
        label != other.label && parent == other.parent
    }

    private var parent: ObjectName { ObjectName(bytes: folder.bytes.dropLast()).folder }
}
