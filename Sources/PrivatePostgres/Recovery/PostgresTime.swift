// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// Times as PostgreSQL reads and writes them.
public enum PostgresTime {
    /// In UTC, to the microsecond, with its zone: `2026-11-02 03:00:00.123456+00`.
    public static func text(of time: Timestamp) -> String {
        let text = time.description.dropLast().map { $0 == "T" ? " " : $0 }
        let whole = time.seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue
        let micros = String((time.nanoseconds &- whole) / 1000)
        guard micros != "0" else { return String(text) + "+00" }
        return String(text) + "." + String(repeating: "0", count: 6 - micros.utf8.count) + micros + "+00"
    }

    /// A date and a time with their zone, such as `2026-11-02T03:00:00Z`; `option` is what they stand behind.
    ///
    /// Throws `.usage` for all else.
    public static func parse(_ text: String, of option: String) throws(PrivatePostgresError) -> Timestamp {
        let example = "such as 2026-11-02T03:00:00Z or '2026-11-02 04:00:00+01'"
        let shape = /\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(?<zone> ?(Z|z|UTC|[+-]\d\d(:?\d\d)?))?/
        guard let match = text.wholeMatch(of: shape) else {
            throw .usage("'\(text)' is no time for \(option)", hint: "give date, time and zone, \(example).")
        }
        guard let zone = match.zone else {
            throw .usage(
                "the time '\(text)' has no zone",
                hint: "an hour more or less is a lot of data: say which zone is meant, \(example).")
        }
        let digits = zone.filter { $0.isNumber || $0 == "+" || $0 == "-" }
        let offset = digits.isEmpty ? "Z" : String(digits)
        let hours = Int(digits.dropFirst().prefix(2)) ?? 0
        let minutes = Int(digits.dropFirst(3)) ?? 0
        guard hours <= 15, minutes <= 59,
            let time = Timestamp(iso8601: text.dropLast(zone.count) + offset),
            (2000...2199).contains(time.calendar.year)
        else {
            throw .usage(
                "'\(text)' is no time that a backup can have", hint: "give a date that exists, \(example).")
        }
        return time
    }
}
