// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import Planning

@Suite struct `A cron expression` {
    /// The expression, a time, and the next one after it, in UTC.
    static let next: [(cron: String, after: String, next: String)] = [
        ("0 1 * * *", "2026-11-02T00:59:59", "2026-11-02T01:00:00"),
        ("0 1 * * *", "2026-11-02T01:00:00", "2026-11-03T01:00:00"),
        ("*/15 * * * *", "2026-11-02T23:46:00", "2026-11-03T00:00:00"),
        ("5-20/5,59 3 * * *", "2026-11-02T03:20:00", "2026-11-02T03:59:00"),
        ("0 0 1 * *", "2026-12-01T00:00:00", "2027-01-01T00:00:00"),
        ("0 0 29 2 *", "2026-01-01T00:00:00", "2028-02-29T00:00:00"),
        ("0 0 29 2 *", "2097-01-01T00:00:00", "2104-02-29T00:00:00"),
        ("0 6 * * mon-fri", "2026-11-06T06:00:00", "2026-11-09T06:00:00"),
        ("0 6 * * 7", "2026-11-02T00:00:00", "2026-11-08T06:00:00"),
        ("0 6 * * 0", "2026-11-02T00:00:00", "2026-11-08T06:00:00"),
        ("30 4 * JAN,jul *", "2026-02-01T00:00:00", "2026-07-01T04:30:00"),
        ("0 0 31 * *", "2026-11-01T00:00:00", "2026-12-31T00:00:00"),
        ("@hourly", "2026-11-02T00:00:00", "2026-11-02T01:00:00"),
        ("@daily", "2026-11-02T00:00:00", "2026-11-03T00:00:00"),
        ("@weekly", "2026-11-02T00:00:00", "2026-11-08T00:00:00"),
        ("@monthly", "2026-11-02T00:00:00", "2026-12-01T00:00:00"),
        ("@Yearly", "2026-11-02T00:00:00", "2027-01-01T00:00:00"),
        ("  0\t1 *  * * ", "2026-11-02T01:00:00", "2026-11-03T01:00:00"),
        ("0 0 * * *", "1969-12-30T12:00:00", "1969-12-31T00:00:00"),
        // Both fields of days are given: either will do.
        ("0 0 13 * fri", "2026-11-02T00:00:00", "2026-11-06T00:00:00"),
        ("0 0 3 * fri", "2026-11-02T00:00:00", "2026-11-03T00:00:00"),
        // One begins with a star: both must agree.
        ("0 0 13 * *", "2026-11-02T00:00:00", "2026-11-13T00:00:00"),
        ("0 0 */2 * fri", "2026-11-02T00:00:00", "2026-11-13T00:00:00"),
        ("0 0 30 2 1", "2026-02-01T00:00:00", "2026-02-02T00:00:00"),
    ]

    @Test(arguments: next) func `comes next at its time`(_ row: (cron: String, after: String, next: String))
        throws
    {
        let cron = try CronExpression(parsing: row.cron)
        #expect(try cron.next(after: try time(row.after), in: .utc) == (time(row.next)))
    }

    /// What is no expression, where the fault begins, and what is said.
    static let faults: [(cron: String, column: Int, says: String)] = [
        ("", 1, "five fields"), ("* * * *", 8, "five fields"), ("0 0 1 * * 2026", 11, "five fields"),
        ("60 * * * *", 1, "minute 60 is outside of 0-59"), ("0 24 * * *", 3, "hour 24"),
        ("0 0 0 * *", 5, "day of month 0"), ("0 0 * 13 *", 7, "month 13"), ("0 0 * * 8", 9, "day of week 8"),
        ("0,61 * * * *", 3, "minute 61"), ("0 5-24 * * *", 5, "hour 24"),
        ("0 22-2 * * *", 3, "runs backwards"),
        ("0 0 * * fri-tue", 9, "runs backwards"), ("*/0 * * * *", 3, "no step"),
        ("*/60 * * * *", 3, "step of 60"),
        ("*/x * * * *", 3, "no step"), ("*/ * * * *", 3, "no step"), ("5/15 * * * *", 3, "needs a range"),
        ("1, * * * *", 3, "a value is missing"), ("1--2 * * * *", 3, "'-2' is no minute"),
        ("-1 * * * *", 1, "a value is missing"), ("+1 * * * *", 1, "is no minute"),
        ("0 0 L * *", 5, "'L' is no day of month"), ("0 0 ? * *", 5, "is no day"),
        ("mon * * * *", 1, "is no minute"),
        ("0 0 * monday *", 7, "is no month"), ("@reboot", 1, "unknown name"), ("@daily 5", 1, "unknown name"),
        ("@every 5m", 1, "unknown name"), ("\u{1B}[2J * * * *", 1, "'?[2J' is no minute"),
        ("0 0 30 2 *", 5, "never comes"), ("0 0 31 4,6,9,11 *", 5, "never comes"),
        ("0 0 30-31 feb */2", 5, "never comes"),
        ("٣ * * * *", 1, "is no minute"), (String(repeating: "1,", count: 200), 1, "longer than"),
    ]

    @Test(arguments: faults) func `that is none says where and why`(
        _ row: (cron: String, column: Int, says: String)
    ) {
        let error = #expect(throws: CronError.self) { try CronExpression(parsing: row.cron) }
        #expect(error?.column == row.column)
        #expect(error?.message.contains(row.says) == true, "\(error?.message ?? "")")
    }

    @Test func `that writes a range backwards is told how to write it`() {
        let error = #expect(throws: CronError.self) { try CronExpression(parsing: "0 22-2 * * *") }
        #expect(error?.hints == ["Write 22-23,0-2."])
    }

    /// Each minute of three years, by the definition: what cron's own manual says of fields.
    @Test(arguments: [
        "7,37 */7 * * *", "0 12 */3 2-11/3 *", "15 3 10-20 * sat", "0 0 29 2 tue", "59 23 31 12 *",
    ])
    func `comes at each minute that matches, and at no other`(_ text: String) throws {
        let cron = try CronExpression(parsing: text)
        let (start, end) = (try time("2027-01-01T00:00:00"), try time("2029-03-01T00:00:00"))
        let times = Set(cron.times(after: start, through: end, in: .utc, limit: 100_000))
        var expected: Set<Timestamp> = []
        for day in 0...790 {
            let midnight = start.advanced(bySeconds: Int64(day) * 86_400)
            let fields = midnight.calendar
            let weekday = (Int(midnight.seconds / 86_400) + 4) % 7
            let (named, falls) = (cron.dayOfMonth.contains(fields.day), cron.dayOfWeek.contains(weekday))
            let either = !cron.dayOfMonth.isStarred && !cron.dayOfWeek.isStarred
            guard cron.month.contains(fields.month), either ? named || falls : named && falls else {
                continue
            }
            for hour in 0..<24 where cron.hour.contains(hour) {
                for minute in 0..<60 where cron.minute.contains(minute) {
                    let time = midnight.advanced(bySeconds: Int64(hour * 3600 + minute * 60))
                    if time > start, time <= end { expected.insert(time) }
                }
            }
        }
        #expect(times == expected)
        #expect(!times.isEmpty)
    }

    @Test func `gives no more times than are asked for`() throws {
        let cron = try CronExpression(parsing: "* * * * *")
        let start = try time("2026-11-02T00:00:00")
        let times = cron.times(
            after: start, through: start.advanced(bySeconds: 86_400 * 365), in: .utc, limit: 3)
        #expect(times.map { $0.seconds(since: start) } == [60, 120, 180])
    }
}

/// A time in UTC, such as `2026-11-02T00:00:00`.
func time(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }
