// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension SweepPlanner {
    /// How each store stands before the work is done.
    func cycles(of views: [StoreView], work: [PlannedWork]) -> [StoreCycle] {
        let outside = views.reduce(UInt64(0)) { $0.addingClamped($1.bytes - $1.bytesWithin) }
        return views.map { view in
            StoreCycle(
                store: view.name, standing: standing(of: view, outsideOfAll: outside),
                rounds: rounds(of: view, work: work.filter { $0.backup.store == view.name }))
        }
    }

    private func standing(of view: StoreView, outsideOfAll: UInt64) -> PolicyStanding {
        let within = view.backups.filter(view.isWithin)
        return PolicyStanding(
            backups: view.backups.count, backupsWithin: within.count,
            neverProven: view.backups.count(where: view.wasNeverProven), bytes: view.bytes,
            bytesWithin: view.bytesWithin,
            closes: within.count == view.backups.count
                ? nil : closing(outsideOfAll, perSweep: capacity.map { Double($0) } ?? .infinity))
    }

    private func rounds(of view: StoreView, work: [PlannedWork]) -> [StoreCycle.Round] {
        let planned = work.reduce(0.0) { $0 + Double($1.bytes) }
        let perSweep = min(max(planned, view.pace(over: interval)), capacity.map { Double($0) } ?? .infinity)
        return view.linesForAll.map { line in
            // Rounds of one age begin at the same times for everybody.
            let began = Timestamp(seconds: now.seconds - now.seconds % line.age)
            let done = view.backups.filter { ($0.proven(line.level) ?? .distantPast) >= began }
            let bytesDone = done.reduce(UInt64(0)) { $0.addingClamped($1.bytes) }
            let isDone = done.count == view.backups.count
            return StoreCycle.Round(
                line: line, began: began, backups: view.backups.count, backupsDone: done.count,
                bytes: view.bytes, bytesDone: bytesDone,
                closes: isDone ? nil : closing(view.bytes - bytesDone, perSweep: perSweep))
        }
    }

    /// When so many bytes are read, this sweep being the first; nil for never.
    private func closing(_ bytes: UInt64, perSweep: Double) -> Timestamp? {
        guard perSweep > 0 else { return nil }
        let sweeps = max(1, (Double(bytes) / perSweep).rounded(.up))
        return sweeps > 36_600 ? nil : now.advanced(bySeconds: interval * Int64(sweeps - 1) + windowSeconds)
    }

    private var windowSeconds: Int64 { horizon.seconds(since: now) - interval }
}

extension StoreView {
    fileprivate var bytes: UInt64 { backups.reduce(0) { $0.addingClamped($1.bytes) } }
    fileprivate var bytesWithin: UInt64 {
        backups.filter(isWithin).reduce(0) { $0.addingClamped($1.bytes) }
    }

    /// Of each line once, those for all backups by reading.
    fileprivate var linesForAll: [PolicyLine] {
        var lines: [PolicyLine] = []
        for line in obligations.map(\.line) where line.scope == .all && !lines.contains(line) {
            lines.append(line)
        }
        return lines
    }

    /// Whether all that is asked of the backup itself is met.
    fileprivate func isWithin(_ backup: KnownBackup) -> Bool { lastingly(backup).allSatisfy(\.isMet) }

    fileprivate func wasNeverProven(_ backup: KnownBackup) -> Bool {
        let asked = lastingly(backup)
        let isNew = !backup.isChanged && !backup.standing.isBad
        return isNew && !asked.isEmpty && asked.allSatisfy { $0.proven == nil }
    }

    /// Without samples, which are asked of a backup for one plan.
    private func lastingly(_ backup: KnownBackup) -> [Obligation] {
        asked(of: backup).filter { $0.line.scope != .sample }
    }
}

extension Timestamp {
    fileprivate static let distantPast = Timestamp(nanoseconds: .min)
}
