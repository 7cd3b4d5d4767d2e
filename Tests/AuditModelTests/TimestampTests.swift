// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@Suite struct `A point in time` {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-02T03:00:00Z", 1_793_588_400),
        ("2026-11-02T03:00:00", 1_793_588_400),
        ("20261102T030000", 1_793_588_400), ("20261102T030000Z", 1_793_588_400),
        ("2026-11-02 03:00:00Z", 1_793_588_400),
        ("2026-11-02 04:00:00+01:00", 1_793_588_400), ("2026-11-02T04:00:00+0100", 1_793_588_400),
        ("2026-11-02T04:00:00+01", 1_793_588_400), ("2026-11-01T22:30:00-04:30", 1_793_588_400),
        ("2026-11-02", 1_793_577_600), ("20261102", 1_793_577_600), ("2026-11-02T03:00", 1_793_588_400),
        ("2000-02-29T00:00:00Z", 951_782_400), ("1969-12-31T23:59:59Z", -1), ("1900-03-01", -2_203_891_200),
        ("2016-12-31T23:59:60Z", 1_483_228_800),
    ])
    func `is read from ISO 8601`(_ text: String, seconds: Int64) {
        #expect(Timestamp(iso8601: text) == Timestamp(seconds: seconds))
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00.5Z", 500_000_000), ("1970-01-01T00:00:00.123456789Z", 123_456_789),
        ("1970-01-01T00:00:00.1234567899Z", 123_456_789), ("1970-01-01T00:00:00.000000001+00:00", 1),
    ])
    func `is read to the nanosecond`(_ text: String, nanoseconds: Int64) {
        #expect(Timestamp(iso8601: text) == Timestamp(nanoseconds: nanoseconds))
    }

    @Test(arguments: [
        "", "2026", "2026-1-02", "2026-13-01", "2026-00-10", "2026-02-29", "2100-02-29", "2026-11-31",
        "2026-11-02T",
        "2026-11-02T25:00:00Z", "2026-11-02T03:60:00Z", "2026-11-02T03:00:61Z", "2026-11-02T03:00:00Zx",
        "0001-01-01",
        "2026-11-02T03:00:00 CET", "9999-12-31T23:59:59Z", "two thousand", "２０２６-11-02",
        "2026-11-02T03:00:00+1",
    ])
    func `is not read from anything else`(_ text: String) { #expect(Timestamp(iso8601: text) == nil) }

    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Mon, 02 Nov 2026 03:00:00 GMT", 1_793_588_400),
    ])
    func `is read from an HTTP date`(_ text: String, seconds: Int64) {
        #expect(Timestamp(httpDate: text) == Timestamp(seconds: seconds))
    }

    @Test(arguments: [
        "", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 Nov 1994 x:49:37 GMT",
        "Sun, -6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 99999999999999999999 08:49:37 GMT",
    ])
    func `is not read from another HTTP date`(_ text: String) { #expect(Timestamp(httpDate: text) == nil) }

    @Test func `comes back from its text throughout the years 1678 to 2261`() {
        let first = Timestamp(.init(year: 1678, month: 1, day: 1, hour: 0, minute: 0, second: 0))
        var time = first ?? Timestamp(seconds: 0)
        var days = 0
        while time.calendar.year < 2262 {
            let shifted = time.advanced(bySeconds: Int64(days * 7919 % 86_400))
            guard Timestamp(iso8601: shifted.description) == shifted,
                Timestamp(iso8601: shifted.basic) == shifted,
                Timestamp(iso8601: time.day) == time
            else {
                Issue.record("\(shifted)")
                return
            }
            time = time.advanced(bySeconds: 5 * 86_400)
            days += 5
        }
        #expect(first != nil && (213_300...213_305).contains(days))
    }

    @Test(arguments: [
        (1_793_588_400, "2026-11-02T03:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (0, "1970-01-01T00:00:00Z"),
    ])
    func `is written in RFC 3339`(_ seconds: Int64, text: String) {
        #expect(Timestamp(seconds: seconds).description == text)
    }

    @Test func `saturates instead of trapping`() {
        #expect(Timestamp(seconds: .max).nanoseconds == .max)
        #expect(Timestamp(seconds: .min).nanoseconds == .min)
        #expect(Timestamp(nanoseconds: .max).advanced(bySeconds: 1).nanoseconds == .max)
        #expect(Timestamp(nanoseconds: .min).advanced(bySeconds: -1).nanoseconds == .min)
        #expect(
            Timestamp(nanoseconds: .max).seconds(since: Timestamp(nanoseconds: .min)) == .max / 1_000_000_000)
        #expect(
            Timestamp(nanoseconds: .min).seconds(since: Timestamp(nanoseconds: .max)) == .min / 1_000_000_000)
        #expect(
            !Timestamp(nanoseconds: .min).description.isEmpty && !Timestamp(nanoseconds: .max).basic.isEmpty)
    }

    @Test(arguments: [
        (-1, -1), (-1_000_000_000, -1), (-1_000_000_001, -2), (999_999_999, 0), (1_000_000_000, 1),
    ])
    func `is rounded down to seconds`(_ nanoseconds: Int64, seconds: Int64) {
        #expect(Timestamp(nanoseconds: nanoseconds).seconds == seconds)
    }

    @Test func `the clock of the system goes and a fixed one stands`() {
        let fixed = WallClock.fixed(Timestamp(seconds: 5))
        #expect(fixed.now == fixed.now && fixed.now == Timestamp(seconds: 5))
        #expect(WallClock.system.now > Timestamp(seconds: 1_700_000_000))
    }
}
