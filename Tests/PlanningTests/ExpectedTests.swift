// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import Planning

@Suite struct `An expected backup` {
    /// When the last one came, now, and since when the next is overdue: daily by 03:00 in Paris, two hours of grace.
    static let daily: [(last: String?, now: String, since: String?)] = [
        ("2026-11-02T01:00:00", "2026-11-03T03:59:59", nil),
        ("2026-11-02T01:00:00", "2026-11-03T04:00:01", "2026-11-03T02:00:00"),
        ("2026-11-02T01:00:00", "2026-11-20T00:00:00", "2026-11-03T02:00:00"),
        // It came late, within the grace: it is the one of that night, not of the next.
        ("2026-11-02T03:30:00", "2026-11-03T04:00:01", "2026-11-03T02:00:00"),
        // It came after the grace: it is the next night's, early.
        ("2026-11-02T04:30:00", "2026-11-03T04:00:01", nil),
        ("2026-11-02T04:30:00", "2026-11-04T04:00:01", "2026-11-04T02:00:00"),
        // The clocks were put back on the 25th of October.
        ("2026-10-24T00:30:00", "2026-10-25T03:59:59", nil),
        ("2026-10-24T00:30:00", "2026-10-25T04:00:01", "2026-10-25T02:00:00"),
        (nil, "2026-11-03T04:00:00", nil), (nil, "2026-11-03T04:00:01", "2026-11-03T02:00:00"),
    ]

    @Test(arguments: daily) func `is overdue since its deadline`(
        _ row: (last: String?, now: String, since: String?)
    ) throws {
        let expected = try ExpectedBackups(
            every: 86_400, by: 3 * 3600, zone: try CivilZone(named: "Europe/Paris"), grace: 7200)
        let since = expected.overdueSince(
            last: try row.last.map(time), watchedSince: try time("2026-11-02T12:00:00"),
            now: try time(row.now))
        #expect(try since == (row.since.map(time)))
    }

    @Test func `may be asked for each week and several times a day`() throws {
        let weekly = try ExpectedBackups(every: 7 * 86_400, by: 3600)
        #expect(try weekly.deadline(after: try time("2026-11-01T23:00:00")) == (time("2026-11-09T01:00:00")))
        let often = try ExpectedBackups(every: 6 * 3600, by: 3600, grace: 600)
        #expect(try often.deadline(after: try time("2026-11-02T00:50:00")) == (time("2026-11-02T07:00:00")))
        #expect(try often.deadline(after: try time("2026-11-02T01:05:00")) == (time("2026-11-02T07:00:00")))
        #expect(try often.deadline(after: try time("2026-11-02T19:30:00")) == (time("2026-11-03T07:00:00")))
        let plain = try ExpectedBackups(every: 3600)
        #expect(try plain.deadline(after: try time("2026-11-02T00:50:00")) == (time("2026-11-02T01:50:00")))
    }

    @Test func `that fits no day is refused`() {
        #expect(throws: ExpectationError.notOfADay(5 * 3600)) { try ExpectedBackups(every: 5 * 3600, by: 0) }
        #expect(throws: ExpectationError.every(0)) { try ExpectedBackups(every: 0) }
        #expect(throws: ExpectationError.noTimeOfDay(86_400)) {
            try ExpectedBackups(every: 86_400, by: 86_400)
        }
    }

    @Test(arguments: ["Europe/Paris", "Asia/Beirut", "America/Sao_Paulo", "Africa/Cairo", "Pacific/Chatham"])
    func `that comes each night is never overdue, all the year`(_ zone: String) throws {
        let zone = try CivilZone(named: zone)
        let expected = try ExpectedBackups(every: 86_400, by: 1800, zone: zone, grace: 3600)
        let cron = try CronExpression(parsing: "20 0 * * *")
        let nights = cron.times(
            after: try time("2026-01-01T00:00:00"), through: try time("2027-01-01T00:00:00"), in: zone,
            limit: 400)
        for (night, next) in zip(nights, nights.dropFirst()) {
            #expect(expected.overdueSince(last: night, watchedSince: night, now: next) == nil, "\(night)")
            let deadline = expected.deadline(after: night)
            #expect(
                deadline > next.advanced(bySeconds: -3600) && deadline.seconds(since: next) <= 1200 + 3600,
                "\(night)")
        }
    }
}
