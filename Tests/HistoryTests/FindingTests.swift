// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import History

@Suite struct FindingTests {
    private let scratch: Scratch
    private let clock = TestClock()
    private let history: HistoryDatabase
    private let rot = Finding.recorded(
        .checksumMismatch, object: "base.tar", offset: 4096, length: 4096, expected: "e", found: "f",
        cause: .bitRot,
        message: "bytes differ")

    init() throws {
        scratch = try Scratch()
        history = try scratch.open(clock: clock)
    }

    @discardableResult
    private func verify(
        _ findings: [Finding] = [], _ verdict: Verdict? = nil, asked: Level = .checksummed,
        objects: [ObjectReport] = []
    ) throws -> Timestamp {
        clock.advance(60)
        try history.verify(
            place, verdict ?? (findings.isEmpty ? .verified : .damaged), asked: asked, objects: objects,
            findings: findings)
        return clock.now
    }

    @Test func `a finding is opened, seen again, resolved and opened again`() throws {
        let first = try verify([rot])
        var again = rot
        again.fact = .recorded(rot.code, .init("bytes still differ", expected: "e", found: "f"))
        let last = try verify([again])
        var line = try #require(try history.findings().first)
        #expect((line.state, line.firstSeen, line.lastSeen, line.timesSeen) == (.open, first, last, 2))
        #expect(line.message == "bytes still differ" && line.resolvedAt == nil)
        #expect((line.object, line.offset, line.length, line.cause) == ("base.tar", 4096, 4096, "bit-rot"))

        let resolved = try verify()
        try verify()
        line = try #require(try history.findings().first)
        #expect(
            (line.state, line.resolvedAt, line.lastSeen, line.timesSeen) == (.resolved, resolved, last, 2))
        #expect(line.message == "bytes still differ")

        try verify([rot])
        line = try #require(try history.findings().first)
        #expect((line.state, line.firstSeen, line.timesSeen, line.resolvedAt) == (.open, first, 3, nil))
        #expect(try history.count("finding") == 1)
        #expect(try history.count("finding_sighting") == 4)
    }

    @Test func `a run that could not have seen a finding does not resolve it`() throws {
        try verify([rot])
        try verify(.init(), .inconclusive)
        try verify(asked: .listed)
        try verify([], .damaged, objects: [reading("base.tar", .inconclusive, sha256: nil)])
        #expect(try history.findings(HistoryFilter(isOpen: true)).count == 1)
        try verify(asked: .inspected)
        #expect(try history.findings(HistoryFilter(isOpen: true)).isEmpty)
    }

    @Test func `findings at other places are other findings`() throws {
        var variants = [rot, rot, rot, rot]
        variants[1].place.offset = 8192
        variants[2].place.object = nil
        variants[3].place.member = "PG_VERSION"
        try verify(variants)
        #expect(try history.findings().count == 4)
        try verify([variants[1]])
        let open = try history.findings(HistoryFilter(isOpen: true))
        #expect(open.map(\.offset) == [8192])
        let other = BackupPlace(url: "s3://bucket/prod/B", label: "B")
        try history.verify(other)
        #expect(try history.findings(HistoryFilter(isOpen: true)).count == 1)
    }

    @Test func `equal findings of one report are told apart by number`() throws {
        let lines = (1...3).map {
            Finding.recorded(.sumFileInvalid, object: "backup.sha256", message: "line \($0)")
        }
        try verify(lines)
        try verify(Array(lines.prefix(2)))
        #expect(try history.findings(HistoryFilter(isOpen: true)).map(\.message) == ["line 1", "line 2"])
    }
}
