// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@Suite struct TrialTrendTests {
    @Test func `the newest answer is held against the one before it`() {
        let trials = [
            trial(5, answer: nil), trial(4, of: "/srv/backups/B", answer: 30), trial(3, answer: nil),
            trial(2, answer: 40), trial(1, answer: 99),
        ]
        #expect(
            TrialTrend.of(trials) == [
                TrialTrend(location: "/srv/backups", runtime: .local, last: 30, before: 40)
            ])
        #expect(TrialTrend.of(trials).first?.percent == -25)
    }

    @Test func `what is not of one kind is not compared`() {
        let trials = [
            trial(6, of: "s3://b/x/A", answer: 1), trial(5, of: "s3://b/y/A", answer: 2),
            trial(4, of: "s3://b/x/A", runtime: .docker, answer: 3),
            trial(3, of: "s3://b/x/A", cluster: 7, answer: 4),
            trial(2, of: "s3://b/x/A", cluster: 8, answer: 5),
        ]
        #expect(TrialTrend.of(trials).isEmpty)
        #expect(TrialTrend.of([]).isEmpty)
        let more = trials + [trial(1, of: "s3://b/y/B", answer: 4), trial(0, of: "s3://b/x/B", answer: 4)]
        #expect(TrialTrend.of(more).map(\.location) == ["s3://b/x", "s3://b/y"])
    }

    @Test(arguments: [
        (10.0, 10.0, 0), (12, 10, 20), (5, 10, -50), (10, 9.99, 0), (0, 10, -100),
        (1e300, 1e-300, 1_000_000_000),
    ])
    func `change is told in hundredths`(last: Double, before: Double, percent: Int) {
        let trend = TrialTrend(location: "/", runtime: .local, last: last, before: before)
        #expect(trend.percent == percent)
    }

    @Test func `nothing is a part of no time`() {
        #expect(TrialTrend(location: "/", runtime: .local, last: 1, before: 0).percent == nil)
    }
}
