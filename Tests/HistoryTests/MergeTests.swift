// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB
import Testing

@testable import History

@Suite struct MergeTests {
    private let scratch: Scratch
    private let history: HistoryDatabase

    init() throws {
        scratch = try Scratch()
        history = try scratch.open()
    }

    private let made = Timestamp(seconds: 1)

    private func bundle(
        _ id: String, shard: Int = 0, unfinished: Set<Int> = [], doubtful: Set<DoubtfulObject> = []
    ) -> MergedBundle {
        MergedBundle(
            plan: "p", id: id, shard: shard, shards: 3, unfinished: unfinished, doubtful: doubtful)
    }

    private func outcome(_ verdict: Verdict, ended: Timestamp) -> BackupOutcome {
        let report = BackupReport(
            label: "A", verdict: verdict, level: verdict == .verified ? .checksummed : nil, started: ended)
        return BackupOutcome(
            place: place, report: report, levelAsked: .checksummed, pins: [], ended: ended)
    }

    private func step(_ chunks: Range<Int>, at second: Int64 = 5) -> ProvenStep {
        ProvenStep(
            .proven(
                chunks: chunks, chunkSize: 4096, pin: digest("a"), validators: validators,
                at: Timestamp(seconds: second)), of: "base.tar", in: place)
    }

    @Test func `a history keeps its identity, and no two have one`() throws {
        let identity = try history.identity()
        #expect(identity.wholeMatch(of: /[0-9a-f]{32}/) != nil)
        #expect(try scratch.open().identity() == identity)
        let other = try HistoryDatabase(at: scratch.folder + "/other.sqlite", clock: history.clock)
        #expect(try other.identity() != identity)
        #expect(throws: DatabaseError.self) {
            try history.tamper("UPDATE identity SET id = '\(digest("a"))'")
        }
        #expect(throws: DatabaseError.self) { try history.tamper("DELETE FROM identity") }
    }

    @Test func `a bundle is folded in once, as the progress of one run`() throws {
        #expect(try history.fold(bundle("1"), [step(0..<4)], after: made))
        #expect(
            try history.fold(
                bundle("2", shard: 1, unfinished: [3]), [step(4..<6), step(9..<10)], after: made))
        #expect(try !history.fold(bundle("2", shard: 1), [step(6..<9)], after: made))
        let progress = try history.memory(of: place).progress["base.tar"]
        #expect(
            progress?.extent == .proven(chunks: [0..<6, 9..<10], chunkSize: 4096, pin: digest("a")))
        #expect(try history.mergedBundles(of: "p").map(\.unfinished) == [[], [3]])
        #expect(try history.mergedBundles(of: "q").isEmpty)
        #expect(throws: DatabaseError.self) { try history.tamper("DELETE FROM merged_bundle") }
    }

    @Test func `progress is as old as the oldest part of it, whenever that came`() throws {
        #expect(try history.fold(bundle("1"), [step(0..<4, at: 9)], after: made))
        #expect(try history.fold(bundle("2"), [step(4..<6, at: 2)], after: made))
        #expect(try history.fold(bundle("3"), [step(6..<7, at: 5)], after: made))
        #expect(try history.memory(of: place).progress["base.tar"]?.since == Timestamp(seconds: 2))
    }

    @Test func `what an earlier run has left is not taken for what was read for the plan`() throws {
        try history.hold()
        try history.keep(step(4..<80, at: 3).step, of: "base.tar", in: place)
        #expect(try history.fold(bundle("1"), [step(0..<4, at: 9)], after: Timestamp(seconds: 6)))
        #expect(try history.fold(bundle("2"), [step(9..<10, at: 7)], after: Timestamp(seconds: 6)))
        let progress = try history.memory(of: place).progress["base.tar"]
        #expect(
            progress?.extent == .proven(chunks: [0..<4, 9..<10], chunkSize: 4096, pin: digest("a")))
    }

    @Test(arguments: [Verdict.verified, .damaged, .incomplete])
    func `what was read before this history judged the backup counts no more`(_ verdict: Verdict) throws {
        let run = try history.begin(start())
        try history.record(outcome(verdict, ended: Timestamp(seconds: 20)), in: run)
        #expect(try history.fold(bundle("1"), [step(0..<4)], after: Timestamp(seconds: 20)))
        #expect(try history.memory(of: place).progress.isEmpty)
        #expect(try history.fold(bundle("2"), [step(0..<4, at: 30)], after: Timestamp(seconds: 21)))
        #expect(try history.memory(of: place).progress.count == 1)
    }

    @Test func `a judgement that came to no verdict takes nothing away`() throws {
        let run = try history.begin(start())
        try history.record(outcome(.inconclusive, ended: Timestamp(seconds: 20)), in: run)
        #expect(try history.fold(bundle("1"), [step(0..<4)], after: made))
        #expect(try history.memory(of: place).progress.count == 1)
    }

    @Test(arguments: [true, false])
    func `what one machine doubts is proven by no other, whoever comes first`(doubtFirst: Bool) throws {
        let doubt = DoubtfulObject("base.tar", at: place.url)
        let (doubting, proving) = (bundle("1", doubtful: [doubt]), bundle("2", shard: 1))
        for next in doubtFirst ? [doubting, proving] : [proving, doubting] {
            #expect(try history.fold(next, next == proving ? [step(0..<4)] : [], after: made))
        }
        #expect(try history.memory(of: place).progress.isEmpty)
        #expect(try history.mergedBundles(of: "p").map(\.doubtful).contains([doubt]))
    }

    @Test func `a work has its verdict with the verdict itself, and with none that is inconclusive`() throws {
        let run = try history.begin(start())
        #expect(try history.concludedWork(of: "p", after: made) == [])
        try history.record(
            outcome(.inconclusive, ended: history.clock.now), in: run, concluding: 4, of: "p")
        #expect(try history.concludedWork(of: "p", after: made) == [])
        let next = try history.begin(start())
        try history.record(outcome(.verified, ended: history.clock.now), in: next, concluding: 4, of: "p")
        #expect(try history.concludedWork(of: "p", after: made) == [4])
        #expect(try history.concludedWork(of: "q", after: made) == [])
        #expect(throws: DatabaseError.self) { try history.tamper("UPDATE concluded_work SET work = 5") }
    }
}
