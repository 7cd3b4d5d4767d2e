// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import History

@Suite struct QueryTests {
    private let scratch: Scratch
    private let clock = TestClock()
    private let history: HistoryDatabase
    private let other = BackupPlace(url: "s3://bucket/prod2/B", label: "B")

    init() throws {
        scratch = try Scratch()
        history = try scratch.open(clock: clock)
    }

    @Test func `since when an object is bad and when it was last good`() throws {
        let bad = reading("base.tar", .damaged, sha256: digest("b"))
        try history.verify(objects: [reading("base.tar")])
        clock.advance(60)
        let good = clock.now
        try history.verify(objects: [reading("base.tar")])
        clock.advance(60)
        let badSince = clock.now
        try history.verify(place, .damaged, objects: [bad])
        clock.advance(60)
        try history.verify(place, .damaged, objects: [bad])
        try history.verify(place, .inconclusive, objects: [reading("base.tar", .inconclusive, sha256: nil)])
        var line = try #require(try history.objects(HistoryFilter(isOpen: true)).first)
        #expect((line.lastGood, line.badSince, line.lastRead) == (good, badSince, clock.now))
        #expect(line.verdict == .inconclusive)
        try history.verify(objects: [reading("base.tar")])
        line = try #require(try history.objects().first)
        #expect((line.lastGood, line.badSince, line.verdict) == (clock.now, nil, .verified))
        #expect(try history.objects(HistoryFilter(isOpen: true)).isEmpty)
    }

    @Test func `a backup's line tells its newest and its last sound proof`() throws {
        let good = clock.now
        try history.verify(objects: [reading("a"), reading("b")])
        clock.advance(60)
        try history.verify(
            place, .damaged, findings: [Finding.recorded(.missingObject, object: "b", message: "m")])
        let line = try #require(try history.lastProof(of: place))
        #expect(
            (line.verdict, line.lastProof, line.lastVerified, line.openFindings) == (
                .damaged, clock.now, good, 1
            ))
        #expect(try history.lastProof(of: other) == nil)
    }

    @Test func `filters narrow by label, place, time, state and number`() throws {
        let finding = Finding.recorded(.missingObject, object: "o", message: "m")
        try history.verify(
            place, .damaged, objects: [reading("o", .damaged, sha256: nil)], findings: [finding])
        clock.advance(60)
        try history.verify(other, objects: [reading("o")])
        let filters: [(HistoryFilter, [BackupPlace])] = [
            (HistoryFilter(), [place, other]), (HistoryFilter(label: "B"), [other]),
            (HistoryFilter(label: "C"), []), (HistoryFilter(place: "s3://bucket/prod"), [place]),
            (HistoryFilter(place: "s3://bucket/prod/A/"), [place]),
            (HistoryFilter(place: "s3://bucket"), [place, other]),
            (HistoryFilter(label: "A", place: "s3://bucket/prod2"), []),
            (HistoryFilter(since: clock.now), [other]),
            (HistoryFilter(isOpen: true), [place]), (HistoryFilter(limit: 1), [place]),
        ]
        for (filter, expected) in filters {
            #expect(try history.backups(filter).map(\.place) == expected, "\(filter)")
            #expect(try history.objects(filter).map(\.place) == expected, "\(filter)")
        }
        #expect(try history.findings(HistoryFilter(label: "A")).count == 1)
        #expect(try history.findings(HistoryFilter(label: "B")).isEmpty)
        #expect(try history.findings(HistoryFilter(since: clock.now)).isEmpty)
        #expect(try history.events(HistoryFilter(label: "A")).isEmpty)
    }

    @Test func `runs are listed newest first with what they read`() throws {
        let first = try history.verify(objects: [reading("a"), reading("b")])
        let second = try history.verify(other, .damaged)
        let lines = try history.runs()
        #expect(lines.map(\.id) == [second, first])
        #expect(lines.map(\.backups) == [1, 1])
        #expect(lines.map(\.bytesRead) == [0, 2000])
        #expect(lines.map(\.verdict) == [.damaged, .verified])
        #expect(try history.runs(HistoryFilter(label: "A")).map(\.id) == [first])
        #expect(try history.runs(HistoryFilter(place: "s3://bucket/prod2")).map(\.id) == [second])
        #expect(try history.runs(HistoryFilter(limit: 1)).map(\.id) == [second])
        #expect(try history.runs(HistoryFilter(since: Timestamp(seconds: 6))).isEmpty)
    }
}
