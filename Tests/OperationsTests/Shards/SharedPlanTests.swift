// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import History
import Planning
import Testing

@testable import Operations

@Suite struct `A plan that machines share` {
    @Test func `comes back as it was, and is dealt out whole`() throws {
        let plan = try SamplePlan.make()
        let bytes = try plan.document(secret: SamplePlan.secret)
        let read = try SharedPlan(document: bytes, named: "p", secret: SamplePlan.secret)
        #expect(read == plan && read.storeNames == ["shop"])
        let parts = read.parts(of: 3).compactMap { $0[0] }
        #expect(parts.count == 3)
        let chunks = parts.flatMap { $0.chunks[SamplePlan.base] ?? [] }
        #expect(Set(chunks.flatMap(\.self)) == Set(0..<80) && chunks.reduce(0) { $0 + $1.count } == 80)
        #expect(parts.filter { $0.objects == [SamplePlan.wal] }.count == 1)
    }

    @Test func `leaves in one piece what is taken apart`() throws {
        let parts = try SamplePlan.make(decodes: true).parts(of: 3).compactMap { $0[0] }
        #expect(parts.count == 1 && parts[0].isWhole && parts[0].only == nil)
    }

    /// What a program with an error could sign.
    private static let insane: [(String, String)] = [
        (#""backups":[{"#, #""backups":[],"was":[{"#),
        (#""url":"s3://b"}]"#, #""url":"s3://b"},{"name":1}]"#),
        (#""kind":"verify""#, #""kind":"trial""#), (#""store":"shop""#, #""store":"none""#),
        (#""chunkSize":8388608"#, #""chunkSize":1"#), (#""size":671088640"#, #""size":1"#),
        (#""schema":"pg_backctl.shared-plan/1""#, #""schema":"pg_backctl.shared-plan/2""#),
        (#""history":"aaaa"#, #""history":"AAAA"#), (#""interval":86400"#, #""interval":0"#),
    ]

    @Test(arguments: insane) func `is refused when its parts do not fit, whoever signed it`(
        _ good: String, _ bad: String
    ) throws {
        let plan = try SamplePlan.make()
        let bytes = try plan.document(secret: SamplePlan.secret)
        let body = String(decoding: bytes, as: UTF8.self).drop { $0 != "\n" }.dropFirst()
        try #require(body.contains(good))
        let signed = try SignedDocument(SharedPlan.schema, SamplePlan.secret)
            .signed(Array(body.replacing(good, with: bad).utf8))
        let error = #expect(throws: ShardError.self) {
            try SharedPlan(document: signed, named: "p", secret: SamplePlan.secret)
        }
        #expect(error?.exitStatus == .tampered)
    }

    private func merged(_ shard: Int, of shards: Int = 3, unfinished: Set<Int> = []) -> MergedBundle {
        MergedBundle(plan: "p", id: "\(shard)", shard: shard, shards: shards, unfinished: unfinished)
    }

    @Test func `says whose bundles are missing, and what can have its verdict`() throws {
        let plan = try SamplePlan.make()
        func standing(_ merged: [MergedBundle], concluded: Set<Int> = []) -> (ready: [Int], missing: [String])
        {
            let standing = PlanStanding(plan, merged: merged, concluded: concluded)
            return (standing.ready, standing.missing)
        }
        #expect(standing([]) == ([], ["every shard"]))
        #expect(standing([merged(0), merged(2)]) == ([], ["shard 1 of 3"]))
        #expect(standing((0..<3).map { merged($0) }) == ([0], []))
        #expect(standing((0..<3).map { merged($0) }, concluded: [0]) == ([], []))
        // One that was stopped has not done its part, until it is done again.
        let stopped = [merged(0), merged(1, unfinished: [0]), merged(2)]
        #expect(standing(stopped) == ([], ["shard 1 of 3"]))
        #expect(standing(stopped + [merged(1)]) == ([0], []))
        let waits = PlanStanding(plan, merged: [merged(2)], concluded: []).waiting
        #expect(waits.map(\.work) == [0] && waits.map(\.why) == ["it waits for shard 0, 1 of 3"])
        // Parts of one dealing do not complete another.
        #expect(standing([merged(0), merged(0, of: 2)]).ready == [])
        #expect(standing([merged(0), merged(0, of: 1)]).ready == [0])
    }
}
