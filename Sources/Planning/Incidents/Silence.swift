// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// How long nothing may be heard before that is wrong by itself.
public struct SilenceRule: Sendable, Equatable {
    /// In seconds: in such a span something of each store is to be verified.
    public var patience: Int64

    /// Less than a minute counts as one.
    public init(patience: Int64) { self.patience = max(60, patience) }

    /// For stores that these timetables sweep: twice the pause of the one that comes most often, and two days at least.
    public init(for timetables: [Timetable], at now: Timestamp) {
        let pauses = timetables.compactMap { timetable -> Int64? in
            guard let first = timetable.next(after: now), let second = timetable.next(after: first.nominal)
            else { return nil }
            return second.nominal.seconds(since: first.nominal)
        }
        self.init(patience: 2 * max(86_400, pauses.min() ?? 86_400))
    }

    /// The stores of which nothing was verified for too long.
    ///
    /// `verified` says when that was last done for each, nil for never; then `watchedSince` counts. A time ahead of `now` is no
    /// silence: the clock was put back.
    public func incidents(
        verified: [String: Timestamp?], watchedSince: [String: Timestamp], at now: Timestamp
    ) -> [Incident] {
        verified.sorted { $0.key < $1.key }.compactMap { store, last in
            guard let since = last ?? watchedSince[store], case let silent = now.seconds(since: since),
                silent > patience
            else { return nil }
            return Incident(
                store: store, kind: Incident.silence, since: since,
                headline: "nothing was verified for \(Units.duration(Double(silent)))",
                meaning: "Nobody knows whether its backups can be restored.")
        }
    }
}
