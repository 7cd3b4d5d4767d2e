// SPDX-License-Identifier: Apache-2.0

extension Timestamp: CustomStringConvertible {
    /// The calendar fields of this instant in UTC (proleptic Gregorian).
    public var calendar: CalendarFields {
        let (days, second) = Self.floorDivide(seconds, by: 86_400)
        let (year, month, day) = Self.civil(fromDays: days)
        return CalendarFields(
            year: year, month: month, day: day, hour: Int(second / 3600), minute: Int(second / 60 % 60),
            second: Int(second % 60))
    }

    /// A time as calendar and clock say it.
    public struct CalendarFields: Sendable, Equatable {
        /// Month and day from 1, hour to second from 0.
        public var year, month, day, hour, minute, second: Int

        /// Takes the numbers as they are: whether they name a date, `Timestamp.init(_:)` finds out.
        public init(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
            (self.year, self.month, self.day) = (year, month, day)
            (self.hour, self.minute, self.second) = (hour, minute, second)
        }
    }

    /// RFC 3339 in UTC, to the second, such as `2026-11-02T03:00:00Z`.
    public var description: String {
        let fields = calendar
        return "\(pad(fields.year, 4))-\(pad(fields.month, 2))-\(pad(fields.day, 2))"
            + "T\(pad(fields.hour, 2)):\(pad(fields.minute, 2)):\(pad(fields.second, 2))Z"
    }

    /// ISO 8601's basic form, as request signatures need it: `20261102T030000Z`.
    public var basic: String {
        String(description.filter { $0 != "-" && $0 != ":" })
    }

    /// The day alone, such as `2026-11-02`.
    public var day: String { String(description.prefix(10)) }

    /// The instant of UTC calendar fields, or nil when they name no real date.
    public init?(_ fields: CalendarFields) {
        guard (1...12).contains(fields.month), (1...31).contains(fields.day), (0...23).contains(fields.hour),
            (0...59).contains(fields.minute), (0...60).contains(fields.second),
            (1678...2261).contains(fields.year)
        else { return nil }
        let days = Self.days(year: fields.year, month: fields.month, day: fields.day)
        guard Self.civil(fromDays: days) == (fields.year, fields.month, fields.day) else { return nil }
        self.init(
            seconds: days * 86_400 + Int64(fields.hour) * 3600 + Int64(fields.minute) * 60
                + Int64(fields.second))
    }

    /// Reads RFC 3339 or ISO 8601, extended or basic.
    ///
    /// Such as `2026-11-02T03:00:00.123Z`, `20261102T030000`, `2026-11-02 03:00:00+01:00`, `2026-11-02`.
    /// Without a zone it is UTC.
    public init?(iso8601 text: String) {
        var reader = DigitReader(text)
        guard let year = reader.number(4) else { return nil }
        reader.skip("-")
        guard let month = reader.number(2) else { return nil }
        reader.skip("-")
        guard let day = reader.number(2) else { return nil }
        var fields = CalendarFields(year: year, month: month, day: day, hour: 0, minute: 0, second: 0)
        var fraction: Int64 = 0
        var zone: Int64 = 0
        if reader.skip("T") || reader.skip(" ") || reader.skip("_") || reader.skip("-") {
            guard let hour = reader.number(2) else { return nil }
            reader.skip(":")
            guard let minute = reader.number(2) else { return nil }
            (fields.hour, fields.minute) = (hour, minute)
            reader.skip(":")
            if let second = reader.number(2) { fields.second = second }
            if reader.skip(".") { fraction = reader.fraction() }
            guard let offset = reader.zone() else { return nil }
            zone = offset
        }
        guard reader.atEnd, let base = Timestamp(fields) else { return nil }
        self.init(seconds: base.seconds - zone, nanoseconds: fraction)
    }

    /// Reads the date of an HTTP header in its preferred form: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110).
    public init?(httpDate text: String) {
        let parts = text.split(separator: " ").map(String.init)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), let year = Int(parts[3]),
            let month = months.firstIndex(of: parts[2])
        else { return nil }
        let time = parts[4].split(separator: ":").map { Int($0) ?? -1 }
        guard time.count == 3 else { return nil }
        self.init(
            CalendarFields(
                year: year, month: month + 1, day: day, hour: time[0], minute: time[1], second: time[2]))
    }

    private static func floorDivide(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64)
    {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    // Days from and to the civil calendar: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    private static func days(year: Int, month: Int, day: Int) -> Int64 {
        let shifted = Int64(month <= 2 ? year - 1 : year)
        let (era, yearOfEra) = floorDivide(shifted, by: 400)
        let dayOfYear = Int64((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1)
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(fromDays days: Int64) -> (Int, Int, Int) {
        let (era, dayOfEra) = floorDivide(days + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0), Int(month), Int(day))
    }
}

extension Timestamp: Codable {
    /// Reads what `init(iso8601:)` does; throws a `DecodingError` for any other text.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let time = Timestamp(iso8601: text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not an RFC 3339 time"))
        }
        self = time
    }

    /// Writes `description`: what is finer than a second is lost.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

private func pad(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// Takes fixed-width numbers off the front of a text.
private struct DigitReader {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    var atEnd: Bool { rest.isEmpty }

    mutating func number(_ width: Int) -> Int? {
        let digits = rest.prefix(width)
        guard digits.count == width, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        rest = rest.dropFirst(width)
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    @discardableResult
    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == character.value else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// The digits of a fraction in nanoseconds; what is finer is cut off.
    mutating func fraction() -> Int64 {
        let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
        rest = rest.dropFirst(digits.count)
        var value: Int64 = 0
        for position in 0..<9 {
            let digit =
                position < digits.count
                ? digits[digits.index(digits.startIndex, offsetBy: position)] - 0x30 : 0
            value = value * 10 + Int64(digit)
        }
        return value
    }

    /// The offset of a zone in seconds: none, `Z`, `+01`, `+0100` or `+01:00`.
    mutating func zone() -> Int64? {
        if atEnd || skip("Z") || skip("z") { return 0 }
        let sign: Int64
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hours = number(2) else { return nil }
        skip(":")
        let minutes = atEnd ? 0 : number(2)
        // RFC 3339, section 5.6.
        guard let minutes, hours < 24, minutes < 60 else { return nil }
        return sign * Int64(hours * 3600 + minutes * 60)
    }
}
