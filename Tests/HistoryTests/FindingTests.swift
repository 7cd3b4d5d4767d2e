// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Evidence
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

@Suite struct DecisionTests {
    private let scratch: Scratch
    private let clock = TestClock()
    private let history: HistoryDatabase
    private let finding = Finding.recorded(.checksumMismatch, object: "base.tar", message: "m")

    init() throws {
        scratch = try Scratch()
        history = try scratch.open(clock: clock)
        try see()
    }

    /// A verification that finds it, or does not any more.
    private func see(_ isThere: Bool = true) throws {
        clock.advance(60)
        try history.verify(
            place, isThere ? .damaged : .verified,
            objects: [reading("base.tar", isThere ? .damaged : .verified, sha256: digest("b"))],
            findings: isThere ? [finding] : [])
        clock.advance(60)
    }

    private var line: FindingLine { get throws { try #require(try history.findings().first) } }

    @Test func `what a person resolves stays open, and opens again when it is seen again`() throws {
        let number = try line.number
        let told = try history.decide(on: number, .resolved, reason: "deleted on Friday", who: "alice")
        #expect(told.state == .open && told.decision?.who == "alice")
        #expect(try history.standings(at: "s3://bucket").values.map(\.verdict) == [.damaged])
        try see()
        #expect(try line.decision == nil && line.decisions.count == 1)
        try see(false)
        #expect(try line.state == .resolved)
        #expect(throws: HistoryError.findingIsOver(number)) {
            try history.decide(on: number, .resolved, reason: "r", who: "alice")
        }
        #expect(try history.decide(on: number, .noted, reason: "disk 3", who: "bob").decisions.count == 2)
    }

    @Test func `a waiver counts until its time, and not for what opened anew`() throws {
        let number = try line.number
        _ = try history.decide(
            on: number, .waived, until: clock.now.advanced(bySeconds: 86_400), reason: "CAB", who: "alice")
        try see()
        #expect(try line.decision?.kind == .waived)
        clock.advance(86_400)
        #expect(try line.decision == nil)
        _ = try history.decide(
            on: number, .waived, until: clock.now.advanced(bySeconds: 86_400), reason: "CAB", who: "alice")
        try see(false)
        try see()
        #expect(try line.state == .open && line.decision == nil)
    }

    @Test func `counts by what came after it, whatever the clock says`() throws {
        let number = try line.number
        clock.advance(-100_000)
        _ = try history.decide(on: number, .resolved, reason: "r", who: "alice")
        #expect(try line.decision?.kind == .resolved)
        try see()
        #expect(try line.decision == nil)
        try see(false)
        #expect(
            try history.damage(from: Timestamp(seconds: 0), to: Timestamp(seconds: 2_000_000_000)).allSatisfy
            { $0.over != nil })
    }

    @Test func `needs a reason and a finding, and is a leaf`() throws {
        #expect(throws: HistoryError.emptyReason) {
            try history.decide(on: line.number, .noted, reason: " ", who: "alice")
        }
        #expect(throws: HistoryError.unknownFinding(99)) {
            try history.decide(on: 99, .noted, reason: "r", who: "alice")
        }
        _ = try history.decide(on: line.number, .noted, reason: "r", who: "alice")
        let audit = try history.audit()
        #expect(audit.faults.isEmpty)
        try history.rewrite("UPDATE finding_decision SET who = 'nobody'")
        #expect(try history.audit().faults.count == 1)
        let events = try history.decisions(from: Timestamp(seconds: 0), to: Timestamp(seconds: 2_000_000_000))
        #expect(
            events.map(\.kind) == ["finding-noted"]
                && events[0].text.hasPrefix("CHECKSUM_MISMATCH of 'base.tar': r"))
    }
}
