// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import History
import Planning
import TestKit
import Testing

@testable import Operations

/// A store that says of bytes that have changed what it said of them before, as one does whose disks rot.
@Suite struct `What machines have proven of a store that rots` {
    private let world: OperationsWorld
    private let bucket: KeyedBucket
    private let memory: Memory
    private let base = ObjectName("A/base.tar.gz")

    init() throws {
        world = try OperationsWorld()
        bucket = try KeyedBucket("shop", key: "K")
        bucket.upload(BackupSet.tar("A"))
        memory = try world.memory("history")
        let first = try RunSweep(order(), memory, world.context()).prepare().run(observer: Unseen())
        try #require(first?.exitStatus == .success)
    }

    private func order() throws -> SweepOrder {
        let store = SweepStore(
            "shop", at: .success(try world.address(bucket)),
            policy: try ProofPolicy(all: [.checksummed: 3600]))
        return SweepOrder([store], budget: SweepBudget(jobs: 1), interval: 86_400, seed: 7)
    }

    private func rot() { bucket.bucket[base]?.bytes[100] ^= 1 }

    private func plan() throws -> SharedPlan {
        let point = try MeetingPlaces(nil, world.context()).point("\(world.directory.path)/plan")
        _ = try MakePlan(order(), memory, world.context()).make(at: point, secret: SamplePlan.secret)
        return try SharedPlan(at: point, secret: SamplePlan.secret)
    }

    private var results: any MeetingPlace { ResultFolder("\(world.directory.path)/results") }

    @discardableResult
    private func run(_ plan: SharedPlan) throws -> Diagnostics.ExitStatus {
        try RunShard(0, of: 1, plan, in: order().stores, jobs: 1, world.context())
            .run(into: results, secret: SamplePlan.secret, observer: Unseen()).exitStatus
    }

    private func merge(_ plan: SharedPlan) throws -> SweepReport {
        let merging = try MergeBundles(plan, named: "plan", order(), memory, world.context())
        let folded = try merging.fold([results], secret: SamplePlan.secret)
        return try #require(try merging.prepare(folded).run(observer: Unseen()))
    }

    @Test func `is believed as long as nothing speaks against it`() throws {
        let plan = try plan()
        #expect(try run(plan) == .success)
        let report = try merge(plan)
        #expect(report.exitStatus == .success && report.stores[0].bytesRead < 1000)
    }

    @Test func `is not believed where this history has found damage since`() throws {
        let plan = try plan()
        #expect(try run(plan) == .success)
        rot()
        let sweep = try RunSweep(order(), memory, world.context()).prepare().run(observer: Unseen())
        #expect(sweep?.exitStatus == .damaged)
        for _ in 0..<2 { #expect(try merge(plan).exitStatus == .damaged) }
    }

    @Test func `is not believed where a later reading of one of them found damage`() throws {
        let plan = try plan()
        #expect(try run(plan) == .success)
        rot()
        #expect(try run(plan) == .damaged)
        for _ in 0..<2 { #expect(try merge(plan).exitStatus == .damaged) }
    }

    @Test func `is not believed where an earlier reading found damage that is not seen every time`() throws {
        let plan = try plan()
        rot()
        #expect(try run(plan) == .damaged)
        rot()
        #expect(try run(plan) == .success)
        let report = try merge(plan)
        // It was read here, and was sound.
        #expect(report.exitStatus == .success && report.stores[0].bytesRead > 1000)
    }

    @Test func `has no verdict as long as it cannot be read here, and gets one later`() throws {
        let plan = try plan()
        rot()
        #expect(try run(plan) == .damaged)
        bucket.bucket.onReply { request, reply in
            request.path.hasSuffix("base.tar.gz") ? .status(403, "") : reply
        }
        for _ in 0..<2 { #expect(try merge(plan).exitStatus == .inconclusive) }
        bucket.bucket.onReply { $1 }
        for _ in 0..<2 { #expect(try merge(plan).exitStatus == .damaged) }
    }

    @Test
    func `stays tampered until somebody accepts it, when it was replaced after a shard had read it first`()
        throws
    {
        bucket.upload(BackupSet.tar("B", base: 20_000))
        let plan = try plan()
        #expect(try run(plan) == .success)
        bucket.upload(BackupSet.tar("B", base: 20_001))
        #expect(try merge(plan).exitStatus == .tampered)
        let sweep = try RunSweep(order(), memory, world.context()).prepare().run(observer: Unseen())
        #expect(sweep?.exitStatus == .tampered)
    }

    @Test(arguments: [400, -400]) func `is as old as the plan where the clock of a machine was wrong`(
        minutes: Int64
    ) throws {
        bucket.upload(BackupSet.tar("B"))
        let plan = try plan()
        var context = world.context()
        context.clock = WallClock { WallClock.system.now.advanced(bySeconds: minutes * 60) }
        let shard = try RunShard(0, of: 1, plan, in: order().stores, jobs: 1, context)
            .run(into: results, secret: SamplePlan.secret, observer: Unseen())
        #expect(shard.exitStatus == .success)
        let report = try merge(plan)
        #expect(report.exitStatus == .success && report.stores[0].standing?.neverProven == 0)
        let pins = try #require(memory.history).memory(of: plan.backups[0].place).pins.values
        #expect(pins.allSatisfy { $0.since <= world.context().clock.now })
        let next = try RunSweep(order(), memory, world.context()).prepare(isDryRun: true)
        #expect(next.plan.work.allSatisfy { $0.reason != .neverProven })
    }

    @Test func `waits for nothing when the backup is gone`() throws {
        let plan = try plan()
        #expect(try run(plan) == .success)
        bucket.upload(BackupSet.tar("B"))
        for object in [
            "base.tar.gz", "pg_wal.tar.gz", "backup_manifest", "backup.sha256", "backup.sha256.info",
        ] {
            bucket.bucket.delete(ObjectName("A/\(object)"))
        }
        let report = try merge(plan)
        #expect(report.stores[0].work.map(\.exitStatus) == [0])
        #expect(report.stores[0].work.map(\.words) == ["it is not there any more"])
    }

    @Test func `says nothing of a store that cannot be listed`() throws {
        let plan = try plan()
        #expect(try run(plan) == .success)
        bucket.bucket.onReply { _, _ in .status(403, "") }
        let report = try merge(plan)
        #expect(report.exitStatus == .inconclusive)
        #expect(report.stores[0].work.map(\.words) == ["its store could not be looked at"])
        bucket.bucket.onReply { $1 }
        #expect(try merge(plan).exitStatus == .success)
    }
}

/// Nobody watches.
private struct Unseen: SweepObserver {
    func began(_ work: PlannedWork, _ index: Int, of count: Int, meter: @escaping @Sendable () -> UInt64) {}
    func finished(_ work: SweptWork, of store: String) {}
}
