// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import History

/// What trial restores say of a backup beside what verifications say.
@Suite struct TrialLevelTests {
    private let scratch: Scratch
    private let clock = TestClock()
    private let history: HistoryDatabase

    init() throws {
        scratch = try Scratch()
        history = try scratch.open(clock: clock)
    }

    private func line() throws -> BackupLine? { try history.backups().first }
    private func standing() throws -> BackupStanding? { try history.standings(at: place.url)[place.url] }

    @Test func `a trial adds its level, and leaves the proof as it is`() throws {
        try history.verify(asked: .inspected)
        let proven = clock.now
        clock.advance(60)
        try history.tryOut()
        let line = try #require(try line())
        #expect((line.level, line.lastProof, line.lastVerified) == (.inspected, proven, proven))
        #expect(line.trial == BackupLine.Trial(level: .exercised, ended: clock.now))
        #expect(line.highestLevel == .exercised)
        #expect(try history.count("proof") == 1)
    }

    @Test func `a trial alone makes no proof`() throws {
        try history.tryOut()
        #expect(try line() == nil)
        #expect(try standing() == nil)
    }

    @Test func `a sound verification leaves the trial's level, whatever its own`() throws {
        try history.verify()
        try history.tryOut(level: .restored)
        try history.verify(asked: .listed)
        #expect(try line()?.level == .listed)
        #expect(try line()?.highestLevel == .restored)
    }

    @Test(arguments: [Verdict.damaged, .tampered, .incomplete])
    func `what speaks against the backup since ends the trial's level for good`(verdict: Verdict) throws {
        try history.verify()
        try history.tryOut()
        try history.verify(place, verdict)
        #expect(try line()?.trial == nil)
        try history.verify()
        #expect(try line()?.trial == nil)
        try history.tryOut(level: .restored)
        #expect(try line()?.trial?.level == .restored)
    }

    @Test func `the newest trial with a verdict counts, and none that broke off`() throws {
        try history.verify()
        try history.tryOut()
        for status: Int32 in [5, 10, 16, 130, 143] { try history.tryOut(exit: status, level: nil) }
        _ = try history.begin(trialStart(at: clock.now))
        #expect(try line()?.trial?.level == .exercised)
        try history.tryOut(exit: 18, level: .restored)
        #expect(try line()?.trial?.level == .restored)
        try history.tryOut(exit: 18, level: nil)
        #expect(try line()?.trial == nil)
        try history.tryOut()
        try history.tryOut(exit: 1, level: .restored)
        #expect(try line()?.trial == nil)
    }

    @Test func `damage that a trial found counts until a trial or a verification finds none`() throws {
        try history.verify()
        clock.advance(60)
        let found = clock.now
        try history.tryOut(exit: 1, level: nil)
        clock.advance(60)
        for status: Int32 in [1, 5, 18] { try history.tryOut(exit: status, level: nil) }
        #expect(try standing() == BackupStanding(.damaged, since: found))
        try history.tryOut()
        #expect(try standing()?.verdict == .verified)
        try history.tryOut(exit: 1, level: nil)
        #expect(try standing()?.verdict == .damaged)
        try history.verify()
        #expect(try standing()?.verdict == .verified)
    }
}
