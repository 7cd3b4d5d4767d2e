// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import History

@Suite struct StandingTests {
    private let scratch: Scratch
    private let clock = TestClock()
    private let history: HistoryDatabase

    init() throws {
        scratch = try Scratch()
        history = try scratch.open(clock: clock)
    }

    /// A minute later, a verification.
    @discardableResult
    private func verify(
        _ verdict: Verdict, asked: Level = .checksummed, objects: [ObjectReport] = [], pins: [PinChange] = []
    ) throws -> Timestamp {
        clock.advance(60)
        try history.verify(place, verdict, asked: asked, objects: objects, pins: pins)
        return clock.now
    }

    @discardableResult
    private func restore(exit status: Int32, acceptsDamage: Bool = false) throws -> Timestamp {
        clock.advance(60)
        try history.restore(exit: status, acceptsDamage: acceptsDamage)
        return clock.now
    }

    private func standing() throws -> BackupStanding? {
        try history.standings(at: "s3://bucket/prod")[place.url]
    }

    @Test func `of a backup that was never looked at there is none`() throws {
        #expect(try standing() == nil)
        _ = try history.begin(restoreStart(at: clock.now))
        #expect(try standing() == nil)
    }

    @Test func `only what lies at or below the place is told`() throws {
        try verify(.verified)
        try history.verify(BackupPlace(url: "s3://bucket/prod2/B", label: "B"), .damaged)
        #expect(try history.standings(at: "s3://bucket/prod/").keys.sorted() == [place.url])
        #expect(try history.standings(at: place.url).keys.sorted() == [place.url])
        #expect(try history.standings(at: "s3://bucket").count == 2)
    }

    @Test func `it holds since the first of the verdicts that agree`() throws {
        try verify(.damaged)
        try verify(.verified)
        let damaged = try verify(.damaged)
        try verify(.inconclusive)
        try verify(.damaged)
        #expect(try standing() == BackupStanding(.damaged, since: damaged))
        let sound = try verify(.verified)
        try verify(.verified, asked: .inspected)
        #expect(try standing() == BackupStanding(.verified, since: sound))
    }

    @Test func `a listing finds objects missing, but no damaged byte sound`() throws {
        let damaged = try verify(.damaged)
        try verify(.verified, asked: .listed)
        #expect(try standing() == BackupStanding(.damaged, since: damaged))
        try verify(.verified)
        let missing = try verify(.damaged, asked: .listed)
        #expect(try standing() == BackupStanding(.damaged, since: missing))
        try verify(.verified, asked: .listed)
        #expect(try standing()?.verdict == .verified)
    }

    @Test(arguments: [[], [.inconclusive], [.listed], [.listed, .inconclusive]] as [[LaterRun]])
    func `tampering stays until it is accepted`(later: [LaterRun]) throws {
        try verify(.verified, objects: [reading("base.tar")], pins: [firstPin("base.tar")])
        let seen = try verify(
            .tampered, objects: [reading("base.tar", .tampered, sha256: digest("b"))])
        for run in later {
            switch run {
            case .inconclusive: try verify(.inconclusive)
            // What was tampered is said to be so at every level.
            case .listed: try verify(.tampered, asked: .listed)
            }
        }
        #expect(try standing() == BackupStanding(.tampered, since: seen))
        _ = try history.accept(label: "A", reason: "r", who: "w")
        #expect(try standing() == nil)
        let sound = try verify(.verified)
        #expect(try standing() == BackupStanding(.verified, since: sound))
    }

    enum LaterRun { case inconclusive, listed }

    @Test func `a restore that found damage counts until the backup is found sound`() throws {
        try verify(.verified)
        let found = try restore(exit: 1)
        try restore(exit: 17)
        try restore(exit: 1)
        #expect(try standing() == BackupStanding(.damaged, since: found))
        try verify(.verified)
        #expect(try standing()?.verdict == .verified)
        try restore(exit: 1)
        try restore(exit: 0)
        #expect(try standing()?.verdict == .verified)
    }

    @Test func `what came first is known where the clock was set back`() throws {
        try verify(.verified)
        clock.advance(-3600)
        let found = try restore(exit: 1)
        #expect(try standing() == BackupStanding(.damaged, since: found))
        clock.advance(-3600)
        try verify(.verified)
        #expect(try standing()?.verdict == .verified)
    }

    @Test func `a restore whose damage was accepted proves nothing`() throws {
        let found = try restore(exit: 1)
        try restore(exit: 0, acceptsDamage: true)
        #expect(try standing() == BackupStanding(.damaged, since: found))
    }

    @Test func `a restore that places what a trial recovered proves nothing of the bytes`() throws {
        let found = try restore(exit: 1)
        let trial = try history.tryOut(exit: 18, level: nil)
        try history.restore(exit: 0, trial: trial)
        #expect(try standing() == BackupStanding(.damaged, since: found))
        #expect(try history.restores().first?.start.trial == trial)
        try restore(exit: 0)
        #expect(try standing()?.verdict != .damaged)
    }
}
