// SPDX-License-Identifier: Apache-2.0
public import AuditModel

extension CoverageRule {
    /// What is missed of clusters of which no backup is waited for any more.
    public func losses(
        of known: [KnownBackup], marks: [ProtectionMark] = [], at now: Timestamp
    ) -> [CoverageFact] {
        Dictionary(grouping: known, by: \.group).sorted { $0.key < $1.key }.flatMap { _, backups in
            losses(backups.sorted { ($0.taken, $0.key) < ($1.taken, $1.key) }, marks, now)
        }
    }

    /// Backups that are gone and ought not to be.
    ///
    /// Programs that prune choose another backup of a day, week or month than we would, and may. What they must not do is take
    /// the last one of a span that is to have one.
    func losses(_ backups: [KnownBackup], _ marks: [ProtectionMark], _ now: Timestamp) -> [CoverageFact] {
        backups.compactMap { backup in
            guard let since = backup.goneSince else { return nil }
            if marks.contains(where: { $0.backup == backup.key && $0.holds(at: since) }) {
                return .goneMarked(backup.key, since: since)
            }
            guard let span = lostSpan(of: backup, among: backups, now) else { return nil }
            return .goneEarly(backup.key, since: since, span)
        }
    }

    /// A span that has lost its last proven full backup with this one, and is recent enough to have one.
    private func lostSpan(of backup: KnownBackup, among backups: [KnownBackup], _ now: Timestamp)
        -> RetentionSpan?
    {
        guard let keep, isProven(backup, keep) else { return nil }
        for unit in RetentionSpan.Unit.allCases where keep.count(of: unit) > 0 {
            let (number, span) = keep.span(unit, of: backup.taken)
            let isRecent = keep.span(unit, of: now).number - number < Int64(keep.count(of: unit))
            let others = backups.filter {
                $0.isFull && $0.key != backup.key && keep.span(unit, of: $0.taken).number == number
            }
            // Of several that are gone the newest is told.
            let isCovered = others.contains {
                $0.isComplete || ($0.taken > backup.taken && isProven($0, keep))
            }
            if isRecent, !isCovered { return span }
        }
        return nil
    }

    private func isProven(_ backup: KnownBackup, _ keep: RetentionRule) -> Bool {
        backup.isFull && !backup.isIncomplete && !backup.standing.isBad && backup.reaches(keep.level)
    }
}
