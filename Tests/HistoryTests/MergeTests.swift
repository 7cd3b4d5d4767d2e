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

    private func bundle(_ id: String, shard: Int = 0, unfinished: Set<Int> = []) -> MergedBundle {
        MergedBundle(plan: "p", id: id, shard: shard, shards: 3, unfinished: unfinished)
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
        #expect(try history.fold(bundle("1"), [step(0..<4)]))
        #expect(try history.fold(bundle("2", shard: 1, unfinished: [3]), [step(4..<6), step(9..<10)]))
        #expect(try !history.fold(bundle("2", shard: 1), [step(6..<9)]))
        let progress = try history.memory(of: place).progress["base.tar"]
        #expect(
            progress?.extent == .proven(chunks: [0..<6, 9..<10], chunkSize: 4096, pin: digest("a")))
        #expect(try history.mergedBundles(of: "p").map(\.unfinished) == [[], [3]])
        #expect(try history.mergedBundles(of: "q").isEmpty)
        #expect(throws: DatabaseError.self) { try history.tamper("DELETE FROM merged_bundle") }
    }

    @Test func `progress is as old as the oldest part of it, whenever that came`() throws {
        #expect(try history.fold(bundle("1"), [step(0..<4, at: 9)]))
        #expect(try history.fold(bundle("2"), [step(4..<6, at: 2)]))
        #expect(try history.fold(bundle("3"), [step(6..<7, at: 5)]))
        #expect(try history.memory(of: place).progress["base.tar"]?.since == Timestamp(seconds: 2))
    }

    @Test func `a work has its verdict with the verdict itself`() throws {
        let run = try history.begin(start())
        let report = BackupReport(
            label: "A", verdict: .verified, level: .checksummed, started: history.clock.now)
        let outcome = BackupOutcome(
            place: place, report: report, levelAsked: .checksummed, pins: [], ended: history.clock.now)
        #expect(try history.concludedWork(of: "p") == [])
        try history.record(outcome, in: run, concluding: 4, of: "p")
        #expect(try history.concludedWork(of: "p") == [4])
        #expect(try history.concludedWork(of: "q") == [])
        #expect(throws: DatabaseError.self) { try history.tamper("UPDATE concluded_work SET work = 5") }
    }
}
