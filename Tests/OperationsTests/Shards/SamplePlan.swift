// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import Planning

@testable import Operations

/// A plan of one backup with a large object whose states are known, and a small one.
enum SamplePlan {
    static let secret = Secret("0123456789abcdef0123456789abcdef")
    static let history = String(repeating: "a", count: 32)
    static let base: ObjectName = "base.tar"
    static let wal: ObjectName = "pg_wal.tar"
    static let size: UInt64 = 640 << 20
    static let chunk: UInt64 = 8 << 20
    static let digest = String(repeating: "d", count: 64)
    static let now = Timestamp(seconds: 1_780_000_000)
    static let validators = Validators(size: size, etag: "e")

    static func make(history: String = history, decodes: Bool = false) throws -> SharedPlan {
        var known = KnownBackup(store: "shop", group: ".", label: "A", taken: now, bytes: size + 512)
        known.contentsKnown = !decodes
        known.objects = [
            KnownObject(name: base, bytes: size, chunkSize: chunk), KnownObject(name: wal, bytes: 512),
        ]
        let policy = try ProofPolicy(all: [decodes ? .inspected : .checksummed: 86_400])
        let planner = SweepPlanner(
            budget: SweepBudget(jobs: 1), speed: .usual, at: now, interval: 86_400, seed: 1)
        let plan = planner.plan([StoreToSweep(name: "shop", policy: policy, backups: [known])])
        return SharedPlan(
            history: history, schedule: nil, plan: plan, stores: [SharedStore(name: "shop", url: "s3://b")],
            backups: [SharedBackup(url: "s3://b/A", label: "A", pins: [pin])])
    }

    static var pin: SharedPin {
        let states = Midstates(chunkSize: chunk, states: Array(repeating: 7, count: 79 * 32))
        let pin = Pin(
            sha256: digest, validators: validators, isAttested: true,
            midstates: MidstateSeal(chunkSize: chunk, digest: digest), since: now)
        return SharedPin(base, pin, states)
    }

    static func proven(_ name: ObjectName, _ extent: ProvenObject.Extent) -> ProvenObject {
        ProvenObject(
            name: name, validators: name == base ? validators : Validators(size: 512), at: now,
            extent: extent, bytesRead: 1, seconds: 0.5, retries: 0)
    }

    /// What a shard of the plan says when all of its part is proven.
    static func bundle(_ shard: Int = 0, _ shards: Int = 3, of plan: SharedPlan) -> ShardBundle {
        var bundle = ShardBundle(of: plan, shard: shard, of: shards, made: now, by: "test")
        for (work, part) in plan.parts(of: shards)[shard].sorted(by: { $0.key < $1.key }) {
            var result = SharedResult(work: work, isDone: true)
            result.objects += part.chunks.map { proven($0, .chunks($1)) }
            if part.isWhole { result.objects.append(proven(base, .chunks([0..<80]))) }
            if part.hasAll(of: wal) {
                result.objects.append(proven(wal, .whole(sha256: digest, states: nil)))
            }
            bundle.results.append(result)
        }
        return bundle
    }
}
