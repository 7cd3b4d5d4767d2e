// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import Testing

@testable import Operations

@Suite struct `What a stopped shard has proven` {
    private typealias Step = (step: ProgressStep, object: ObjectName)
    private let known = SharedBackup(url: "s3://b/A", label: "A", pins: [SamplePlan.pin])

    private func objects(_ part: ShardPart, _ steps: [Step]) -> [ProvenObject.Extent] {
        let result = SharedResult(0, part, known, ShardLedger.Kept(steps: steps))
        #expect(!result.isDone && result.pins.isEmpty && result.inspection == nil)
        return result.objects.map(\.extent)
    }

    private func proven(_ chunks: Range<Int>, pin: String = SamplePlan.digest) -> Step {
        (
            .proven(
                chunks: chunks, chunkSize: SamplePlan.chunk, pin: pin, validators: SamplePlan.validators,
                at: SamplePlan.now), SamplePlan.base
        )
    }

    private func complete(_ name: ObjectName, _ digest: String = SamplePlan.digest) -> Step {
        (.complete(sha256: digest, validators: SamplePlan.validators, at: SamplePlan.now), name)
    }

    private func read(_ count: Int, from: Int) -> Step {
        (
            .read(
                states: Array(repeating: 1, count: 32 * count), from: from, chunkSize: 64,
                validators: SamplePlan.validators, at: SamplePlan.now), SamplePlan.wal
        )
    }

    @Test func `are the chunks of its part, and no others`() {
        var part = ShardPart()
        part.chunks = [SamplePlan.base: [10..<20, 40..<50]]
        #expect(objects(part, [proven(5..<15), proven(45..<60)]) == [.chunks([10..<15, 45..<50])])
        #expect(objects(part, [proven(0..<10), proven(12..<14, pin: "other")]) == [])
        #expect(
            objects(part, [proven(10..<12), complete(SamplePlan.base)]) == [.chunks([10..<20, 40..<50])])
        #expect(objects(part, [complete(SamplePlan.base, "other"), complete(SamplePlan.wal)]) == [])
    }

    @Test func `are whole objects of its part, with the states of a first reading`() {
        var part = ShardPart()
        part.objects = [SamplePlan.base, SamplePlan.wal]
        let states = TakenStates(Midstates(chunkSize: 64, states: Array(repeating: 1, count: 96)))
        #expect(
            objects(part, [read(2, from: 0), read(1, from: 2), complete(SamplePlan.wal)])
                == [.whole(sha256: SamplePlan.digest, states: states)])
        #expect(objects(part, [read(2, from: 0)]) == [])
        // What the history has states of is told by chunks, so that they stay.
        #expect(objects(part, [complete(SamplePlan.base)]) == [.chunks([0..<80])])
    }
}
