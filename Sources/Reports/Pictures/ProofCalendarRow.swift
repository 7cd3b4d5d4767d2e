// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// What the looks at one backup in a period have come to.
struct ProofCalendarRow: Sendable, Equatable {
    /// Its folder below the store.
    var label: String
    /// It was there at some time of the period, and is not there at its end.
    var isGone: Bool
    /// Damage is known of it.
    var isBad: Bool
    /// The oldest first.
    var looks: [DatedLevel]

    /// A day with the highest level that was shown on it; nil where damage was found.
    struct Day: Equatable {
        var number: Int
        var level: Level?
    }

    /// The days on which somebody looked, counted from a moment.
    func days(since from: Timestamp) -> [Day] {
        let days = Dictionary(grouping: looks) { Int($0.at.seconds(since: from) / 86_400) }
        return days.sorted { $0.key < $1.key }.map { number, looks in
            let levels = looks.map(\.level)
            return Day(number: number, level: levels.contains(nil) ? nil : levels.compactMap(\.self).max())
        }
    }
}
