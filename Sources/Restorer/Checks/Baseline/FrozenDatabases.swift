// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Finds databases in which nothing has changed from one day's backup to the next.
///
/// Rows that are changed in place leave sizes and counts as they were; over several days, with all indexes and TOAST tables, a
/// database that is written to shows it.
enum FrozenDatabases {
    /// The backups of how many days have to be alike, the newest included.
    static let days = 3

    /// Those of the first baseline that are the same in all others, by name; none where there are too few.
    static func find(in baselines: [Baseline]) -> [ObjectName] {
        guard baselines.count >= days, let newest = baselines.first else { return [] }
        return newest.databases.filter { identifier, _ in
            let state = state(of: identifier, in: newest)
            return state.contains(where: \.holdsRowsOfUsers)
                && baselines.dropFirst().allSatisfy { Self.state(of: identifier, in: $0) == state }
        }.values.sorted()
    }

    private static func state(of database: UInt32, in baseline: Baseline) -> Set<KnownRelation> {
        Set(baseline.relations.filter { $0.identity.database == database && $0.identity.isOfUsers })
    }
}
