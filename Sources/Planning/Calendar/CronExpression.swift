// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// Civil times that come again and again, by five fields: minute, hour, day of month, month, day of week.
///
/// Vixie's rule holds for days: when neither of both fields begins with `*`, a day that either names will do, else both
/// must. With a zone, a time that the clocks skip comes once, at the moment after the gap, however many of its times were
/// in there, and one that the clocks show twice comes once, the first time.
public struct CronExpression: Sendable, Hashable {
    /// As it was written.
    public let text: String
    let minute: CronField
    let hour: CronField
    let dayOfMonth: CronField
    let month: CronField
    let dayOfWeek: CronField

    /// The first time after another; nil only beyond the year 2261.
    public func next(after time: Timestamp, in zone: CivilZone) -> Timestamp? {
        var civil = zone.civil(at: time)
        civil = civil.advanced(bySeconds: -civil.seconds.remainder(of: 60))
        while let match = firstCivil(from: civil) {
            let instant = zone.instant(ofCivil: match)
            if instant > time { return instant }
            civil = match.advanced(bySeconds: 60)
        }
        return nil
    }

    /// All times after one and up to another, the earliest first and no more than `limit` of them.
    public func times(after start: Timestamp, through end: Timestamp, in zone: CivilZone, limit: Int)
        -> [Timestamp]
    {
        var times: [Timestamp] = []
        var time = start
        while times.count < limit, let next = next(after: time, in: zone), next <= end {
            times.append(next)
            time = next
        }
        return times
    }
}

extension CronExpression {
    /// The first civil time that is one of its own and not before another, a whole minute.
    private func firstCivil(from civil: Timestamp) -> Timestamp? {
        let fields = civil.calendar
        let midnight = civil.advanced(bySeconds: -Int64(fields.hour * 3600 + fields.minute * 60))
        if isDay(fields, at: midnight), let time = firstTime(fromHour: fields.hour, minute: fields.minute) {
            return midnight.advanced(bySeconds: time)
        }
        guard let day = firstDay(after: midnight), let time = firstTime(fromHour: 0, minute: 0) else {
            return nil
        }
        return day.advanced(bySeconds: time)
    }

    /// In seconds of the day; nil when none of the day is left.
    private func firstTime(fromHour start: Int, minute: Int) -> Int64? {
        if hour.contains(start), let found = self.minute.first(from: minute) {
            return Int64(start * 3600 + found * 60)
        }
        guard let later = hour.first(from: start + 1), let first = self.minute.first(from: 0) else {
            return nil
        }
        return Int64(later * 3600 + first * 60)
    }

    /// The midnight of the first of its days after another; months that it leaves out are passed over whole.
    private func firstDay(after midnight: Timestamp) -> Timestamp? {
        var day = midnight.advanced(bySeconds: 86_400)
        while case let fields = day.calendar, fields.year < 2262 {
            if isDay(fields, at: day) { return day }
            guard month.contains(fields.month) else {
                day = day.advanced(bySeconds: Int64(32 - fields.day) * 86_400)
                day = day.advanced(bySeconds: -Int64(day.calendar.day - 1) * 86_400)
                continue
            }
            day = day.advanced(bySeconds: 86_400)
        }
        return nil
    }

    private func isDay(_ fields: Timestamp.CalendarFields, at midnight: Timestamp) -> Bool {
        guard month.contains(fields.month) else { return false }
        let named = dayOfMonth.contains(fields.day)
        let weekday = dayOfWeek.contains(Self.weekday(of: midnight))
        return needsBoth ? named && weekday : named || weekday
    }

    private var needsBoth: Bool { dayOfMonth.isStarred || dayOfWeek.isStarred }

    /// From 0 for Sunday; the first of January 1970 was a Thursday.
    private static func weekday(of midnight: Timestamp) -> Int {
        Int((midnight.seconds.quotient(by: 86_400) + 4).remainder(of: 7))
    }

    /// Whether there is a day at all that it names: the thirtieth of February is none.
    var comes: Bool {
        let longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        let exists = (1...12).contains { month in
            self.month.contains(month) && (1...longest[month - 1]).contains(where: dayOfMonth.contains)
        }
        return exists || !needsBoth
    }
}

extension Int64 {
    /// Rounded down, so that it also counts for times before 1970.
    fileprivate func quotient(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    fileprivate func remainder(of divisor: Int64) -> Int64 { self - quotient(by: divisor) * divisor }
}
