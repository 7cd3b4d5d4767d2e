// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import Testing

@testable import Operations

@Suite struct `A bundle of a shard` {
    private func check(_ bundle: ShardBundle, _ plan: SharedPlan) throws {
        var check = BundleCheck(of: plan)
        try check.check(bundle, named: "b")
    }

    private static let other = String(repeating: "b", count: 32)

    @Test(arguments: [1, 2, 3, 7]) func `passes when it says no more than its part`(_ count: Int) throws {
        let plan = try SamplePlan.make()
        for shard in 0..<count {
            let bundle = SamplePlan.bundle(shard, count, of: plan)
            #expect(!bundle.results.isEmpty)
            try check(bundle, plan)
        }
    }

    /// What somebody who has the secret, or an error of ours, could make of the bundle of shard 0 of 3.
    private static let changes: [(String, @Sendable (inout ShardBundle) -> Void)] = [
        ("another plan", { $0.plan = other }),
        ("another history", { $0.history = other }),
        ("a name that is none", { $0.id = "../../etc/passwd" }),
        ("no shards", { $0.shards = 0 }),
        ("too many shards", { $0.shards = 1_000_000_000 }),
        ("a shard that there is none of", { $0.shard = 3 }),
        ("a negative one", { $0.shard = -1 }),
        ("another shard's work", { $0.shard = 1 }),
        ("no work", { $0.results = [] }),
        ("a work twice", { $0.results += $0.results }),
        ("a work that there is none of", { $0.results[0].work = 7 }),
        ("a negative one", { $0.results[0].work = -1 }),
        ("an object twice", { $0.results[0].objects += $0.results[0].objects }),
        ("an object of another shard", { $0.results[0].objects[0].name = "elsewhere" }),
        (
            "all of an object of which it had a part",
            {
                $0.results[0].objects = [
                    SamplePlan.proven(SamplePlan.base, .whole(sha256: SamplePlan.digest, states: nil))
                ]
            }
        ),
        ("all chunks", { $0.results[0].objects = [SamplePlan.proven(SamplePlan.base, .chunks([0..<80]))] }),
        (
            "chunks beyond the end",
            {
                $0.results[0].objects = [SamplePlan.proven(SamplePlan.base, .chunks([0..<1, 79..<81]))]
            }
        ),
        ("no chunks", { $0.results[0].objects = [SamplePlan.proven(SamplePlan.base, .chunks([]))] }),
        (
            "an empty range",
            { $0.results[0].objects = [SamplePlan.proven(SamplePlan.base, .chunks([0..<0]))] }
        ),
        (
            "chunks of what has no states",
            {
                $0.results[0].objects = [SamplePlan.proven(SamplePlan.wal, .chunks([0..<1]))]
            }
        ),
        ("a doubt about what was not its part", { $0.results[0].doubtful = ["elsewhere"] }),
        (
            "a doubt about what it has proven",
            { $0.results[0].doubtful = [$0.results[0].objects[0].name] }
        ),
        ("more than a year", { $0.results[0].objects[0].seconds = 1e300 }),
        ("endless retries", { $0.results[0].objects[0].retries = .max }),
        ("less than no time", { $0.results[0].objects[0].seconds = -1 }),
        ("fewer than no retries", { $0.results[0].objects[0].retries = -1 }),
        (
            "a pin",
            {
                let change = PinChange(object: "base.tar", pin: SamplePlan.pin.pin, reason: .first)
                $0.results[0].pins = [NewPin(change)]
            }
        ),
        (
            "an inspection",
            {
                $0.results[0].inspection = InspectionRecord(
                    checks: 1, digestSet: "", isComplete: true, findings: [], contents: ContentSummary())
            }
        ),
    ]

    @Test(arguments: changes.indices) func `is refused when it says more`(_ index: Int) throws {
        let plan = try SamplePlan.make()
        var bundle = SamplePlan.bundle(of: plan)
        Self.changes[index].1(&bundle)
        let error = #expect(throws: ShardError.self, "\(Self.changes[index].0)") {
            try check(bundle, plan)
        }
        #expect(error?.exitStatus == .tampered)
    }

    @Test
    func `of a whole backup is refused with pins of what it has not proven, and contents that it doubts`()
        throws
    {
        let plan = try SamplePlan.make(decodes: true)
        func bundle(_ change: (inout SharedResult) -> Void) -> ShardBundle {
            var bundle = SamplePlan.bundle(0, 1, of: plan)
            change(&bundle.results[0])
            return bundle
        }
        let pin = NewPin(PinChange(object: SamplePlan.wal, pin: SamplePlan.pin.pin, reason: .first))
        let inspection = InspectionRecord(
            checks: 1, digestSet: "", isComplete: true, findings: [], contents: ContentSummary())
        try check(
            bundle {
                $0.pins = [pin]
                $0.inspection = inspection
            }, plan)
        #expect(throws: ShardError.self) {
            try check(
                bundle {
                    $0.pins = [pin]
                    $0.objects.removeAll { $0.name == SamplePlan.wal }
                }, plan)
        }
        #expect(throws: ShardError.self) {
            try check(
                bundle {
                    $0.inspection = inspection
                    $0.objects.removeAll { $0.name == SamplePlan.wal }
                    $0.doubtful = [SamplePlan.wal]
                }, plan)
        }
    }

    private static let wrongWholes: [ProvenObject.Extent] = [
        .whole(sha256: "d", states: nil), .whole(sha256: String(repeating: "D", count: 64), states: nil),
        .whole(
            sha256: SamplePlan.digest,
            states: TakenStates(Midstates(chunkSize: 64, states: Array(repeating: 1, count: 32 * 7 + 1)))),
        .whole(
            sha256: SamplePlan.digest,
            states: TakenStates(Midstates(chunkSize: 64, states: Array(repeating: 1, count: 32 * 9)))),
        .whole(
            sha256: SamplePlan.digest,
            states: TakenStates(Midstates(chunkSize: 63, states: Array(repeating: 1, count: 32 * 8)))),
    ]

    @Test(arguments: wrongWholes.indices) func `is refused for digests and states that cannot be`(
        _ index: Int
    ) throws {
        let plan = try SamplePlan.make()
        let shard = try #require((0..<3).first { plan.parts(of: 3)[$0][0]?.objects == [SamplePlan.wal] })
        var bundle = SamplePlan.bundle(shard, of: plan)
        bundle.results[0].objects.removeAll { $0.name == SamplePlan.wal }
        bundle.results[0].objects.append(SamplePlan.proven(SamplePlan.wal, Self.wrongWholes[index]))
        #expect(throws: ShardError.self) { try check(bundle, plan) }
    }

    @Test func `comes back as it was`() throws {
        let bundle = SamplePlan.bundle(of: try SamplePlan.make())
        let bytes = try bundle.document(secret: SamplePlan.secret)
        #expect(try ShardBundle(document: bytes, named: "b", secret: SamplePlan.secret) == bundle)
        #expect(try bundle.document(secret: SamplePlan.secret) == bytes)
    }

    @Test func `is refused when any byte of it was changed, cut off or added`() throws {
        let bytes = try SamplePlan.bundle(of: try SamplePlan.make()).document(secret: SamplePlan.secret)
        var forged = bytes.indices.map { index in
            var forged = bytes
            forged[index] ^= 1
            return forged
        }
        forged += bytes.indices.map { Array(bytes[..<$0]) }
        forged += [bytes + bytes, bytes + [0x0A], [0x0A] + bytes, []]
        for (number, document) in forged.enumerated() {
            let error = #expect(throws: ShardError.self, "\(number)") {
                try ShardBundle(document: document, named: "b", secret: SamplePlan.secret)
            }
            #expect(error?.exitStatus == .tampered)
        }
    }

    @Test func `is not written when it is too long to be read again`() throws {
        let bundle = SamplePlan.bundle(of: try SamplePlan.make())
        let long = try bundle.document(secret: SamplePlan.secret).count
        let just = try SignedDocument(ShardBundle.schema, SamplePlan.secret, limit: long)
        #expect(try just.bytes(of: bundle).count == long)
        let short = try SignedDocument(ShardBundle.schema, SamplePlan.secret, limit: long - 1)
        #expect(throws: ShardError.self) { try short.bytes(of: bundle) }
    }

    @Test func `is refused when another secret signed it, and when it says to be a plan`() throws {
        let plan = try SamplePlan.make()
        let bundle = try SamplePlan.bundle(of: plan).document(secret: SamplePlan.secret)
        #expect(throws: ShardError.self) {
            try ShardBundle(document: bundle, named: "b", secret: Secret("another secret, as long"))
        }
        #expect(throws: ShardError.self) {
            try SharedPlan(document: bundle, named: "b", secret: SamplePlan.secret)
        }
        let head = "\(SharedPlan.schema) "
        let renamed = Array(head.utf8) + bundle.dropFirst(ShardBundle.schema.utf8.count + 1)
        #expect(throws: ShardError.self) {
            try SharedPlan(document: renamed, named: "b", secret: SamplePlan.secret)
        }
        #expect(throws: ShardError.shortSecret) { try plan.document(secret: Secret("short")) }
    }
}
