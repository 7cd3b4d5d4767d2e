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

extension ReportFacts {
    /// More rows would make a picture that nobody can read.
    static let mostInCalendar = 40

    /// The labels of the backups of a store that a calendar shows, the oldest first: those taken last, and those that are gone by then.
    public func calendar(of store: ReportedStore) -> [String] {
        let looks = sweeps.flatMap(\.stores).filter {
            $0.name == store.name && $0.failure == nil && $0.url == store.location
        }
        guard let last = looks.last else { return [] }
        let there = last.backups.sorted {
            let (left, right) = ($0.taken?.nanoseconds ?? .min, $1.taken?.nanoseconds ?? .min)
            return left == right ? $0.label < $1.label : left < right
        }.suffix(Self.mostInCalendar).map(\.label)
        guard there.count < Self.mostInCalendar else { return there }
        let gone = StoreRecord.gone(looks, remaining: last).sorted()
        return gone.suffix(Self.mostInCalendar - there.count) + there
    }
}
