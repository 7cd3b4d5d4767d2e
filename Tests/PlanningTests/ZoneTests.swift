// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import Testing

@testable import Planning

@Suite struct `A schedule in a zone` {
    /// A cron expression, a zone, when to begin, and the times that follow, in UTC.
    static let changes: [(cron: String, zone: String, from: String, times: [String])] = [
        // 02:00 to 03:00 is skipped on the 29th of March.
        (
            "30 2 * * *", "Europe/Paris", "2026-03-28T00:00:00",
            ["2026-03-28T01:30:00", "2026-03-29T01:00:00", "2026-03-30T00:30:00"]
        ),
        // All that fell into the gap comes once, together with what comes right after it.
        (
            "*/20 1-3 * * *", "Europe/Paris", "2026-03-29T00:00:00",
            ["2026-03-29T00:20:00", "2026-03-29T00:40:00", "2026-03-29T01:00:00", "2026-03-29T01:20:00"]
        ),
        // 02:00 to 03:00 comes twice on the 25th of October.
        (
            "30 2 * * *", "Europe/Paris", "2026-10-24T12:00:00",
            ["2026-10-25T00:30:00", "2026-10-26T01:30:00"]
        ),
        (
            "0 * * * *", "Europe/Paris", "2026-10-24T23:00:00",
            ["2026-10-25T00:00:00", "2026-10-25T02:00:00", "2026-10-25T03:00:00"]
        ),
        // Half an hour is skipped.
        (
            "15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00",
            ["2026-10-03T15:30:00", "2026-10-04T15:15:00"]
        ),
        // Midnight itself is skipped.
        ("0 0 * * *", "Asia/Beirut", "2026-03-28T00:00:00", ["2026-03-28T22:00:00", "2026-03-29T21:00:00"]),
        // The 30th of December 2011 never was.
        (
            "0 12 * * *", "Pacific/Apia", "2011-12-29T00:00:00",
            ["2011-12-29T22:00:00", "2011-12-30T10:00:00", "2011-12-30T22:00:00"]
        ),
    ]

    @Test(arguments: changes) func `has a skipped time once and a repeated one once`(
        _ row: (cron: String, zone: String, from: String, times: [String])
    ) throws {
        let (cron, zone) = (try CronExpression(parsing: row.cron), try CivilZone(named: row.zone))
        let expected = try row.times.map(time)
        let end = try #require(expected.last)
        #expect(cron.times(after: try time(row.from), through: end, in: zone, limit: 10) == expected)
    }

    /// By the definition: a civil time is the first instant at which a clock there shows it or a later one.
    static func firstInstant(of civil: Timestamp, in zone: CivilZone) -> Timestamp {
        let (early, late) = (civil.advanced(bySeconds: -15 * 3600), civil.advanced(bySeconds: 15 * 3600))
        let offsets = [zone.offset(at: early), zone.offset(at: late)]
        var instant = civil.advanced(bySeconds: -max(offsets[0], offsets[1]))
        while zone.civil(at: instant) < civil { instant = instant.advanced(bySeconds: 60) }
        return instant
    }

    @Test(arguments: ["30 2 * * *"])
    func `comes each day of a year in every zone`(
        _ text: String
    ) throws {
        let cron = try CronExpression(parsing: text)
        let (start, end) = (try time("2026-01-03T00:00:00"), try time("2027-01-03T00:00:00"))
        for name in TimeZone.knownTimeZoneIdentifiers {
            let zone = try CivilZone(named: name)
            let civil = cron.times(
                after: start.advanced(bySeconds: -86_400), through: end.advanced(bySeconds: 86_400), in: .utc,
                limit: 1000)
            let expected = civil.map { Self.firstInstant(of: $0, in: zone) }.filter {
                $0 > start && $0 <= end
            }
            #expect(cron.times(after: start, through: end, in: zone, limit: 1000) == expected, "\(name)")
        }
    }

    @Test func `comes at each hour around every change of every zone`() throws {
        let cron = try CronExpression(parsing: "0,30 * * * *")
        var changes = 0
        for name in TimeZone.knownTimeZoneIdentifiers {
            let zone = try CivilZone(named: name)
            for day in 0..<365 {
                let start = try time("2026-01-03T00:00:00").advanced(bySeconds: Int64(day) * 86_400)
                let end = start.advanced(bySeconds: 86_400)
                guard zone.offset(at: start) != zone.offset(at: end) else { continue }
                changes += 1
                let civil = cron.times(
                    after: start.advanced(bySeconds: -86_400), through: end.advanced(bySeconds: 86_400),
                    in: .utc,
                    limit: 1000)
                var expected: [Timestamp] = []
                for instant in civil.map({ Self.firstInstant(of: $0, in: zone) })
                where instant > start && instant <= end && instant != expected.last {
                    expected.append(instant)
                }
                #expect(cron.times(after: start, through: end, in: zone, limit: 1000) == expected, "\(name)")
            }
        }
        #expect(changes > 200)
    }

    @Test func `needs a zone that exists`() throws {
        let error = #expect(throws: CivilZoneError.self) { try CivilZone(named: "Europe/Pariss") }
        #expect(error?.message == "unknown time zone 'Europe/Pariss'")
        let near = #expect(throws: CivilZoneError.self) { try CivilZone(named: "europe/paris") }
        #expect(near?.hints == ["Similar names: Europe/Paris."])
        #expect(try CivilZone(named: "UTC") == .utc)
    }
}
