// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import GRDB
import Testing

@testable import History

@Suite struct PruningTests {
    private let scratch: Scratch
    private let clock = TestClock()
    private let history: HistoryDatabase
    private let day: Int64 = 86_400

    init() throws {
        scratch = try Scratch()
        history = try scratch.open(clock: clock)
    }

    /// Nights on each of which one object of a backup is read.
    private func nights(_ verdicts: [Verdict], sha256: String? = digest("a")) throws {
        for verdict in verdicts {
            try history.verify(
                place, verdict, objects: [reading("base.tar", verdict, sha256: sha256)],
                findings: verdict == .verified
                    ? [] : [Finding.recorded(.checksumMismatch, object: "base.tar", message: "m")])
            clock.advance(day)
        }
    }

    private func prune() throws -> Pruned {
        let foretold = try history.prunable(PruneRule())
        let pruned = try history.prune(PruneRule())
        #expect(pruned == foretold)
        return pruned
    }

    @Test func `sound readings go when they are old and a later one stays, and their sums stay by day`()
        throws
    {
        try nights([.verified, .verified, .damaged, .verified])
        #expect(try prune().isNothing)
        clock.advance(100 * day)
        let lines = try history.objects()
        #expect(try prune().readings == 2)
        #expect(try history.count("reading") == 2)
        #expect(try history.count("reading_day") == 2)
        #expect(try history.objects() == lines)
        #expect(try prune().isNothing)
    }

    @Test func `the last reading that compared bytes stays when later ones only looked at the listing`()
        throws
    {
        try nights([.verified])
        try nights([.verified, .verified], sha256: nil)
        clock.advance(100 * day)
        let lines = try history.objects()
        #expect(try prune().readings == 1)
        #expect(try history.objects() == lines)
    }

    @Test(arguments: [
        "DELETE FROM reading", "DELETE FROM reading WHERE verdict = 'damaged'",
        "DELETE FROM reading WHERE proof_id = (SELECT max(proof_id) FROM reading)",
        "DELETE FROM proof", "DELETE FROM finding_sighting", "DELETE FROM reading_day",
        "DELETE FROM trial_baseline", "DELETE FROM sweep_store",
    ])
    func `no program can take more than the rule lets go`(statement: String) throws {
        try nights([.verified, .damaged, .verified])
        try history.sweep()
        let trial = try history.begin(trialStart(at: clock.now))
        var end = TrialEnd(exitStatus: 0, level: .restored, ended: clock.now)
        end.systemIdentifier = 7
        try history.end(
            trial, end,
            baseline: Baseline(
                databases: [:], relations: [], found: 0, end: ClusterPosition(timeline: 1, position: 1),
                moment: clock.now))
        clock.advance(100 * day)
        _ = try prune()
        #expect(throws: DatabaseError.self) { try history.tamper(statement) }
    }

    @Test func `states of objects go when nobody has looked at their backup for long`() throws {
        let states = Midstates(chunkSize: 1 << 23, states: [UInt8](repeating: 1, count: 64))
        var pin = firstPin("base.tar")
        pin.midstates = states
        try history.verify(place, objects: [reading("base.tar")], pins: [pin])
        clock.advance(50 * day)
        #expect(try prune().midstates == 0)
        clock.advance(50 * day)
        #expect(try prune().midstates == 1)
        #expect(try history.midstates(of: "base.tar", in: place) == nil)
        #expect(try history.memory(of: place).pins["base.tar"]?.sha256 == digest("a"))
    }

    @Test func `of what sweeps came to, the newest stay for each store`() throws {
        for _ in 0..<5 { try history.sweep() }
        var rule = PruneRule()
        rule.kept = 3
        #expect(try history.prunable(rule).sweptStores == 2)
        #expect(try history.prune(rule).sweptStores == 2)
        #expect(try history.sweeps().map(\.stores.count) == [1, 1, 1, 0, 0])
    }

    @Test func `a copy holds everything, and is not written over what is there`() throws {
        try nights([.verified, .damaged])
        let path = scratch.folder + "/copy.sqlite"
        try history.copy(to: path)
        let copy = try HistoryDatabase(at: path, clock: clock.wall)
        #expect(try copy.findings() == history.findings())
        #expect(try copy.objects() == history.objects())
        #expect(throws: HistoryError.self) { try history.copy(to: path) }
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        // Never through a link, wherever that leads.
        let (link, elsewhere) = (scratch.folder + "/link", scratch.folder + "/elsewhere")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: elsewhere)
        #expect(throws: HistoryError.self) { try history.copy(to: link) }
        #expect(!FileManager.default.fileExists(atPath: elsewhere))
    }

    @Test func `the newest mark of a backup counts, also when it takes an earlier one back`() throws {
        try history.verify(place)
        let (week, now) = (clock.now.advanced(bySeconds: 7 * day), clock.now)
        _ = try history.keep(label: "A", until: week, reason: "audit 2026", who: "alice")
        #expect(try history.marks(at: "s3://bucket/prod")[place.url]?.until == week)
        let taken = try history.keep(label: "A", until: now, reason: "audit is over", who: "bob")
        #expect(try history.marks(at: "s3://bucket/prod") == [place.url: taken])
        #expect(try history.marks(at: "s3://bucket/pro").isEmpty)
        #expect(throws: HistoryError.emptyReason) {
            _ = try history.keep(label: "A", until: week, reason: " ", who: "alice")
        }
        #expect(throws: HistoryError.unknownLabel("B")) {
            _ = try history.keep(label: "B", until: week, reason: "why", who: "alice")
        }
    }
}
