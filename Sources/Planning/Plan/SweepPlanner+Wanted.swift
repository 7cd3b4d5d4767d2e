// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension SweepPlanner {
    /// All that could be done in a store, each with why and until when.
    func wantedWork(_ view: StoreView) -> [PlannedWork] {
        view.asked(byTrial: false).compactMap { verification(of: $0.backup, $0.obligations) }
            + view.asked(byTrial: true).compactMap { trial(of: $0.backup, $0.obligations, in: view) }
    }

    private func verification(of backup: KnownBackup, _ all: [Obligation]) -> PlannedWork? {
        // What could not be shown of these bytes is not to be shown by reading them again each night.
        let asked = all.filter { obligation in
            backup.inVain[obligation.line.level].map {
                $0.advanced(bySeconds: obligation.line.age) <= horizon
            } ?? true
        }
        guard !asked.isEmpty else { return nil }
        let level = level(for: backup, asked)
        let decodes = level == .inspected && !backup.contentsKnown
        guard !decodes || canBeginInspection(of: backup) else { return hashing(of: backup, asked) }
        return verification(of: backup, level, asked, decodes: decodes)
    }

    /// Instead of a first look at contents of which no sweep would keep anything.
    private func hashing(of backup: KnownBackup, _ asked: [Obligation]) -> PlannedWork? {
        let lesser = asked.filter { $0.line.level <= .checksummed }
        guard lesser.isEmpty else {
            return verification(of: backup, level(for: backup, lesser), lesser, decodes: false)
        }
        guard backup.proven(.checksummed) == nil else { return nil }
        return verification(of: backup, .checksummed, asked, decodes: false)
    }

    /// Whether one sweep has room for all of it: such a look is kept only as a whole.
    func canBeginInspection(of backup: KnownBackup) -> Bool {
        let timed = budget.window.map { $0 * budget.limited(speed.inspecting) } ?? .infinity
        let room = min(budget.bytes.map { Double($0) } ?? .infinity, timed)
        return Double(backup.bytes) <= room
    }

    private func verification(
        of backup: KnownBackup, _ level: Level, _ asked: [Obligation], decodes: Bool
    ) -> PlannedWork {
        let bytes = level == .listed ? 0 : decodes ? backup.bytes : backup.bytesLeft
        let speed = budget.limited(decodes ? speed.inspecting : speed.hashing)
        return work(
            .verify, of: backup, level, asked, decodes: decodes, bytes: bytes, seconds: Double(bytes) / speed)
    }

    /// An inspection is renewed by reading the bytes, so where one is known nothing less is planned.
    ///
    /// Else contents are taken apart only when that is due, or was never done.
    ///
    /// What a closer look has found, such as damaged pages, only another one can find gone.
    private func level(for backup: KnownBackup, _ asked: [Obligation]) -> Level {
        guard !backup.needsCloserLook else { return .inspected }
        let pressing = asked.filter { $0.proven == nil || $0.due <= horizon }
        let all = backup.contentsKnown || backup.standing.isBad || backup.standing == .unsettled
        let levels = (all || pressing.isEmpty ? asked : pressing).map(\.line.level)
        guard pressing.isEmpty, !all else { return levels.max() ?? .listed }
        return asked.min { $0.due < $1.due }?.line.level ?? .listed
    }

    private func trial(of backup: KnownBackup, _ asked: [Obligation], in view: StoreView) -> PlannedWork? {
        guard view.chain(of: backup) != nil else { return nil }
        let pressing = asked.filter { $0.proven == nil || $0.due <= horizon }
        let first = asked.min { ($0.due, $0.line.level) < ($1.due, $1.line.level) }
        guard let level = pressing.map(\.line.level).max() ?? first?.line.level else { return nil }
        let bytes = view.bytes(ofChain: backup)
        let seconds = backup.trialSeconds ?? Double(bytes) / budget.limited(speed.restoring)
        return work(.trial, of: backup, level, asked, decodes: true, bytes: bytes, seconds: seconds)
    }

    private func work(
        _ kind: PlannedWork.Kind, of backup: KnownBackup, _ level: Level, _ asked: [Obligation],
        decodes: Bool,
        bytes: UInt64, seconds: Double
    ) -> PlannedWork {
        let done = asked.filter { level.covers($0.line.level) }
        let due = done.map(\.due).min() ?? now
        return PlannedWork(
            kind: kind, backup: backup.key, group: backup.group, level: level,
            reason: reason(for: backup, done, due: due), lines: done.map(\.line),
            proven: done.filter { $0.line.level == level }.compactMap(\.proven).min(), due: due,
            decodes: decodes,
            bytes: bytes, seconds: UInt64(max(0, min(seconds, 1e15)).rounded(.up)), isPartial: false,
            isSample: done.contains { $0.line.scope == .sample },
            objects: kind == .verify && !decodes ? backup.objects.sorted { $0.name < $1.name } : [])
    }

    private func reason(for backup: KnownBackup, _ asked: [Obligation], due: Timestamp) -> PlannedWork.Reason
    {
        if backup.standing == .tampered { return .tampered }
        if backup.standing == .damaged { return .damaged }
        if backup.isChanged, asked.contains(where: { $0.proven == nil }) { return .changed }
        if asked.isEmpty || asked.contains(where: { $0.proven == nil }) { return .neverProven }
        if backup.standing == .unsettled { return .unsettled }
        return due < now ? .overdue : due <= horizon ? .due : .ahead
    }
}
