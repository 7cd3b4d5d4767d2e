// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Planning

/// The time that a report is about: from one moment on and up to another one, which is not part of it.
public struct ReportPeriod: Sendable, Equatable {
    /// As people call it: `2026-Q3`, `2026-10`, `2026-10-01 to 2026-10-15`.
    public let name: String
    /// Its first moment.
    public let from: Timestamp
    /// The first moment after it.
    public let to: Timestamp
    /// The zone whose days and months it is made of.
    public let zone: CivilZone

    /// Reads `2026`, `2026-Q3`, `2026-10`, `2026-10-05`, or `last-day`, `last-week`, `last-month`, `last-quarter`, `last-year`.
    ///
    /// What is called last is the newest one that is over at `now`; weeks begin on Mondays (ISO 8601). Throws for anything else, and
    /// for a period that has not begun.
    public init(_ text: String, in zone: CivilZone, at now: Timestamp) throws(ReportPeriodError) {
        let today = CivilDay(now, in: zone)
        guard let days = Self.days(text, today: today) else { throw .notOne(text) }
        try self.init(Self.name(text, days), days, zone, at: now)
    }

    /// From the first of two days to the end of the second, each as `2026-10-05`.
    public init(
        from first: String, to last: String, in zone: CivilZone, at now: Timestamp
    ) throws(ReportPeriodError) {
        guard let start = CivilDay(first) else { throw .notOne(first) }
        guard let end = CivilDay(last) else { throw .notOne(last) }
        guard start <= end else { throw .backwards(first, last) }
        try self.init("\(first) to \(last)", start..<end.next, zone, at: now)
    }

    private init(
        _ name: String, _ days: Range<CivilDay>, _ zone: CivilZone, at now: Timestamp
    ) throws(ReportPeriodError) {
        (self.name, self.zone) = (name, zone)
        (from, to) = (days.lowerBound.start(in: zone), days.upperBound.start(in: zone))
        guard from < now else { throw .stillToCome(name) }
    }

    /// Whether a moment lies in it.
    public func contains(_ time: Timestamp) -> Bool { from <= time && time < to }

    /// Whether it is over at a moment; what is not over may still change.
    public func isOver(at now: Timestamp) -> Bool { to <= now }

    // MARK: Reading

    private static func days(_ text: String, today: CivilDay) -> Range<CivilDay>? {
        switch text {
        case "last-day": return today.previous..<today
        case "last-week":
            let monday = today.monday
            return monday.advanced(by: -7)..<monday
        case "last-month": return today.month(-1)..<today.month(0)
        case "last-quarter": return today.quarter(-1)..<today.quarter(0)
        case "last-year":
            return CivilDay(today.year - 1, 1, 1)..<CivilDay(today.year, 1, 1)
        default: return named(text)
        }
    }

    private static func named(_ text: String) -> Range<CivilDay>? {
        if let day = CivilDay(text) { return day..<day.next }
        if let match = text.wholeMatch(of: /(\d{4})/), let year = year(match.1) {
            return CivilDay(year, 1, 1)..<CivilDay(year + 1, 1, 1)
        }
        if let match = text.wholeMatch(of: /(\d{4})-[Qq]([1-4])/), let year = year(match.1),
            let quarter = Int(match.2)
        {
            let first = CivilDay(year, 3 * quarter - 2, 1)
            return first..<first.quarter(1)
        }
        guard let match = text.wholeMatch(of: /(\d{4})-(\d\d)/), let year = year(match.1),
            let month = Int(match.2), (1...12).contains(month)
        else { return nil }
        let first = CivilDay(year, month, 1)
        return first..<first.month(1)
    }

    /// Those that a `Timestamp` reaches.
    private static func year(_ digits: Substring) -> Int? {
        Int(digits).flatMap { (1700...2200).contains($0) ? $0 : nil }
    }

    /// What is last has another meaning tomorrow: it is called by its days.
    private static func name(_ text: String, _ days: Range<CivilDay>) -> String {
        guard text.hasPrefix("last-") else { return text.uppercased() }
        let first = days.lowerBound
        return switch text {
        case "last-day": first.description
        case "last-month": String(first.description.prefix(7))
        case "last-quarter": "\(first.year)-Q\((first.month + 2) / 3)"
        case "last-year": "\(first.year)"
        default: "\(first) to \(days.upperBound.previous)"
        }
    }
}
