// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Planning
import Testing

@testable import Reports

@Suite struct `The period of a report` {
    /// A Sunday.
    private static let now = Timestamp(iso8601: "2026-11-29T10:00:00Z") ?? Timestamp(seconds: 0)

    static let named: [(String, String, String, String)] = [
        ("2026", "2026", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("2026-Q3", "2026-Q3", "2026-07-01T00:00:00Z", "2026-10-01T00:00:00Z"),
        ("2025-q4", "2025-Q4", "2025-10-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("2026-02", "2026-02", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"),
        ("2025-12", "2025-12", "2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("2026-11-29", "2026-11-29", "2026-11-29T00:00:00Z", "2026-11-30T00:00:00Z"),
        ("last-day", "2026-11-28", "2026-11-28T00:00:00Z", "2026-11-29T00:00:00Z"),
        ("last-week", "2026-11-16 to 2026-11-22", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"),
        ("last-month", "2026-10", "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z"),
        ("last-quarter", "2026-Q3", "2026-07-01T00:00:00Z", "2026-10-01T00:00:00Z"),
        ("last-year", "2025", "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
    ]

    @Test(arguments: named) func `is what people call it`(
        text: String, name: String, from: String, to: String
    ) throws {
        let period = try ReportPeriod(text, in: .utc, at: Self.now)
        #expect(period.name == name)
        #expect(period.from.description == from && period.to.description == to)
        #expect(period.contains(period.from) && !period.contains(period.to))
    }

    @Test func `has the days of its zone, and the changes of its clocks`() throws {
        let paris = try CivilZone(named: "Europe/Paris")
        let march = try ReportPeriod("2026-03", in: paris, at: Self.now)
        #expect(march.from.description == "2026-02-28T23:00:00Z")
        #expect(march.to.description == "2026-03-31T22:00:00Z")
        // There midnight was skipped when the clocks went forward.
        let beirut = try CivilZone(named: "Asia/Beirut")
        let day = try ReportPeriod("2025-03-30", in: beirut, at: Self.now)
        #expect(
            day.from.description == "2025-03-29T22:00:00Z" && day.to.description == "2025-03-30T21:00:00Z")
    }

    @Test func `is from the first day to the end of the last`() throws {
        let period = try ReportPeriod(from: "2026-10-05", to: "2026-10-05", in: .utc, at: Self.now)
        #expect(period.from.description == "2026-10-05T00:00:00Z")
        #expect(period.to.description == "2026-10-06T00:00:00Z")
        #expect(period.isOver(at: Self.now))
        #expect(try !ReportPeriod("2026-11", in: .utc, at: Self.now).isOver(at: Self.now))
    }

    @Test(
        arguments: [
            "", "2026-13", "2026-Q5", "26-10", "2026-02-30", "last-decade", "2026-10-1", "../2026", "99999",
            "1600", "2026 ", "+2026",
        ]) func `is refused where it is none`(text: String)
    {
        #expect(throws: ReportPeriodError.notOne(text)) { try ReportPeriod(text, in: .utc, at: Self.now) }
    }

    @Test func `is refused when it is still to come, or goes backwards`() {
        #expect(throws: ReportPeriodError.stillToCome("2027")) {
            try ReportPeriod("2027", in: .utc, at: Self.now)
        }
        #expect(throws: ReportPeriodError.backwards("2026-10-02", "2026-10-01")) {
            try ReportPeriod(from: "2026-10-02", to: "2026-10-01", in: .utc, at: Self.now)
        }
    }
}
