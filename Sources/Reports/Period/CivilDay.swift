// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Planning

/// A day of the proleptic Gregorian calendar, in no zone.
struct CivilDay: Sendable, Comparable, CustomStringConvertible {
    let year, month, day: Int

    init(_ year: Int, _ month: Int, _ day: Int) { (self.year, self.month, self.day) = (year, month, day) }

    /// The day that it is somewhere at a moment.
    init(_ time: Timestamp, in zone: CivilZone) {
        self.init(ofUTC: time.advanced(bySeconds: zone.offset(at: time)))
    }

    private init(ofUTC time: Timestamp) {
        let fields = time.calendar
        self.init(fields.year, fields.month, fields.day)
    }

    /// Reads `2026-10-05`; nil for what is no day.
    init?(_ text: String) {
        guard let match = text.wholeMatch(of: /(\d{4})-(\d\d)-(\d\d)/), let year = Int(match.1),
            let month = Int(match.2), let day = Int(match.3), (1700...2200).contains(year)
        else { return nil }
        self.init(year, month, day)
        guard Timestamp(fields) != nil else { return nil }
    }

    private var fields: Timestamp.CalendarFields {
        Timestamp.CalendarFields(year: year, month: month, day: day, hour: 0, minute: 0, second: 0)
    }

    private var midnight: Timestamp { Timestamp(fields) ?? Timestamp(seconds: 0) }

    /// The first moment of it in a zone; where the clocks skip midnight, the first one after.
    func start(in zone: CivilZone) -> Timestamp { zone.instant(ofCivil: midnight) }

    func advanced(by days: Int) -> CivilDay {
        CivilDay(ofUTC: midnight.advanced(bySeconds: Int64(days) * 86_400))
    }

    var next: CivilDay { advanced(by: 1) }
    var previous: CivilDay { advanced(by: -1) }

    /// The Monday of its week; 1970-01-01 was a Thursday.
    var monday: CivilDay {
        let days = Int((midnight.seconds / 86_400 + 3) % 7 + 7) % 7
        return advanced(by: -days)
    }

    /// The first day of the month that is so many months later.
    func month(_ later: Int) -> CivilDay {
        let months = 12 * year + month - 1 + later
        return CivilDay(months / 12, months % 12 + 1, 1)
    }

    /// The first day of the quarter that is so many quarters later.
    func quarter(_ later: Int) -> CivilDay {
        let quarters = 4 * year + (month - 1) / 3 + later
        return CivilDay(quarters / 4, 3 * (quarters % 4) + 1, 1)
    }

    static func < (left: CivilDay, right: CivilDay) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    var description: String { midnight.day }
}
