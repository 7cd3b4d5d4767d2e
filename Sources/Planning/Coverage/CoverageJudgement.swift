// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// What is asked of the backups of one store as a whole.
public struct CoverageRule: Sendable, Equatable {
    /// Nil when nobody said how often one is to come.
    public var expected: ExpectedBackups?
    /// Nil when nobody said which are to stay.
    public var keep: RetentionRule?
    /// In seconds: how long an upload may take.
    public var patience: Int64
    /// A part that has less than this share of what is usual shrank.
    public var leastShare: Double
    /// So many full backups of exactly the same sizes are frozen; fewer than two say nothing.
    public var frozenAfter: Int

    /// Less than two for `frozenAfter` counts as two; without `expected` nothing can be overdue.
    public init(
        expected: ExpectedBackups? = nil, keep: RetentionRule? = nil, patience: Int64 = 86_400,
        leastShare: Double = 0.5, frozenAfter: Int = 7
    ) {
        (self.expected, self.keep, self.patience) = (expected, keep, patience)
        (self.leastShare, self.frozenAfter) = (leastShare, max(2, frozenAfter))
    }

    /// What is not as it was to be in one store.
    ///
    /// `known` are all its backups, those that are gone included. `watchedSince` is when the store was first looked at: before
    /// that nothing is missed. A store that could not be listed is not judged.
    public func facts(
        about known: [KnownBackup], marks: [ProtectionMark] = [], watchedSince: Timestamp, at now: Timestamp
    ) -> [CoverageFact] {
        let groups = Dictionary(grouping: known, by: \.group).sorted { $0.key < $1.key }
        let absent = groups.isEmpty ? coming(group: "", [], watchedSince, now) : []
        return absent
            + groups.flatMap { name, backups in
                let sorted = backups.sorted { ($0.taken, $0.key) < ($1.taken, $1.key) }
                return coming(group: name, sorted, watchedSince, now) + changes(sorted)
                    + losses(sorted, marks, now) + unfinished(sorted, now)
            }
    }

    /// Whether backups come as they are to.
    private func coming(
        group: String, _ backups: [KnownBackup], _ watchedSince: Timestamp, _ now: Timestamp
    ) -> [CoverageFact] {
        guard let expected else { return [] }
        var facts: [CoverageFact] = []
        // One that came and is gone did come.
        let last = backups.last { !$0.isIncomplete }
        if let since = expected.overdueSince(last: last?.taken, watchedSince: watchedSince, now: now) {
            facts.append(.overdue(group: group, since: since, last: last?.key))
        }
        let count = backups.count(where: \.isComplete)
        if let atLeast = expected.atLeast, count < atLeast {
            facts.append(.tooFew(group: group, count: count, atLeast: atLeast))
        }
        return facts
    }

    private func unfinished(_ backups: [KnownBackup], _ now: Timestamp) -> [CoverageFact] {
        backups.filter { $0.isIncomplete && $0.goneSince == nil }.compactMap { backup in
            let written = backup.lastWritten ?? backup.since
            guard now.seconds(since: written) > patience else { return nil }
            return .unfinished(backup.key, since: written)
        }
    }
}
