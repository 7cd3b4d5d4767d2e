// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// Which proven backups are to stay: what `gate` protects.
///
/// Of each of the last days, weeks and months that have one, the newest proven full backup stays; and never fewer than
/// `atLeast` of them, whatever their age. A full backup and all that builds on it is a chain, which counts as one and is not cut.
public struct RetentionRule: Sendable, Equatable {
    /// Of the last so many days that have one; 0 for none.
    public let days: Int
    /// Of the last so many weeks that have one; 0 for none.
    public let weeks: Int
    /// Of the last so many months that have one; 0 for none.
    public let months: Int
    /// At least one: the last proven backup is never given up.
    public let atLeast: Int
    /// A backup is proven when this has been shown, and nothing bad since.
    public let level: Level
    /// In whose calendar days, weeks (from Monday) and months are.
    public let zone: CivilZone

    /// Negative numbers count as none.
    public init(
        days: Int = 0, weeks: Int = 0, months: Int = 0, atLeast: Int = 1, level: Level = .checksummed,
        zone: CivilZone = .utc
    ) {
        (self.days, self.weeks, self.months) = (max(0, days), max(0, weeks), max(0, months))
        (self.atLeast, self.level, self.zone) = (max(1, atLeast), level, zone)
    }
}

/// Somebody's wish that a backup stay.
public struct ProtectionMark: Sendable, Equatable {
    /// What it builds on stays with it.
    public var backup: BackupKey
    /// Nil for as long as the mark is there.
    public var until: Timestamp?

    /// For as long as the mark is there, unless an end is given.
    public init(_ backup: BackupKey, until: Timestamp? = nil) { (self.backup, self.until) = (backup, until) }

    func holds(at now: Timestamp) -> Bool { until.map { now < $0 } ?? true }
}

/// A span of the calendar of which one backup stays.
public struct RetentionSpan: Sendable, Hashable {
    /// How long it is; a week begins on Monday.
    public enum Unit: String, Sendable, CaseIterable { case day, week, month }

    /// How long it is, by the calendar of the rule's zone.
    public var unit: Unit
    /// Its first day, such as `2026-11-02`.
    public var begins: String
}

extension RetentionRule {
    /// The span that a time is in, with a number that grows by one from span to span.
    func span(_ unit: RetentionSpan.Unit, of time: Timestamp) -> (number: Int64, span: RetentionSpan) {
        let civil = zone.civil(at: time)
        let day = Int64((Double(civil.seconds) / 86_400).rounded(.down))
        let fields = civil.calendar
        switch unit {
        case .day: return (day, RetentionSpan(unit: unit, begins: civil.day))
        case .week:
            // The first of January 1970 was a Thursday.
            let week = Int64((Double(day + 3) / 7).rounded(.down))
            return (week, RetentionSpan(unit: unit, begins: Timestamp(seconds: (week * 7 - 3) * 86_400).day))
        case .month:
            let first = civil.advanced(bySeconds: -Int64(fields.day - 1) * 86_400)
            return (Int64(fields.year * 12 + fields.month), RetentionSpan(unit: unit, begins: first.day))
        }
    }

    func count(of unit: RetentionSpan.Unit) -> Int {
        switch unit {
        case .day: days
        case .week: weeks
        case .month: months
        }
    }
}
