// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import History
import Planning
import Synchronization
import TestKit
import Testing

@testable import Operations

@Suite struct `Shards of a sweep` {
    private let world: OperationsWorld
    private let tree: FileTree
    private let memory: Memory
    private let label = "20251027T143000"

    init() throws {
        world = try OperationsWorld()
        tree = try FileTree()
        memory = try world.memory("history")
        // Chunks have bytes of their own, or they could stand for each other.
        var set = BackupSet.tar(label)
        set.objects["base.tar.gz"] = (0..<20).flatMap { Array(repeating: UInt8($0), count: 8 << 20) }
        try set.write(to: tree)
    }

    private func store(at path: String? = nil) throws -> SweepStore {
        SweepStore(
            "shop", at: .success(try world.address(path ?? tree.path)),
            policy: try ProofPolicy(all: [.checksummed: 3600]))
    }

    private func order() throws -> SweepOrder {
        SweepOrder([try store()], budget: SweepBudget(jobs: 2), interval: 86_400, seed: 7)
    }

    private func sweep() throws -> SweepReport {
        let prepared = try RunSweep(order(), memory, world.context()).prepare()
        return try #require(try prepared.run(observer: Unwatched()))
    }

    private func makePlan() throws -> SharedPlan {
        let point = try MeetingPlaces(nil, world.context()).point("\(world.directory.path)/plan")
        let made = try MakePlan(order(), memory, world.context()).make(at: point, secret: SamplePlan.secret)
        let plan = try SharedPlan(at: point, secret: SamplePlan.secret)
        #expect(made.plan.id == plan.id && made.exitStatus == .success && made.left == 0)
        return plan
    }

    @discardableResult
    private func run(
        _ shard: Int, _ plan: SharedPlan, in store: SweepStore? = nil,
        _ cancellation: Cancellation = Cancellation()
    ) throws -> ShardReport {
        try RunShard(shard, of: 3, plan, in: [store ?? self.store()], jobs: 2, world.context(cancellation))
            .run(into: results, secret: SamplePlan.secret, observer: Unwatched())
    }

    private var results: any MeetingPlace { ResultFolder("\(world.directory.path)/results") }

    private func merge(
        _ plan: SharedPlan, _ memory: Memory? = nil
    ) throws -> (folded: FoldedBundles, report: SweepReport) {
        let merging = try MergeBundles(plan, named: "plan", order(), memory ?? self.memory, world.context())
        let folded = try merging.fold([results], secret: SamplePlan.secret)
        let report = try merging.prepare(folded).run(observer: Unwatched())
        return (folded, try #require(report))
    }

    @Test func `prove a large object together, of which each reads a part`() throws {
        #expect(try sweep().exitStatus == .success)
        let plan = try makePlan()
        let reports = try (0..<3).map { try run($0, plan) }
        #expect(reports.allSatisfy { $0.exitStatus == .success })
        let read = reports.flatMap(\.works).reduce(0) { $0 + $1.bytesRead }
        #expect(read > 160 << 20 && read < 161 << 20, "\(read)")
        let (folded, report) = try merge(plan)
        #expect(folded.new == 3 && folded.exitStatus == .success)
        #expect(report.exitStatus == .success && report.stores[0].work.map(\.verdict) == [.verified])
        #expect(report.stores[0].bytesRead < 1 << 20)
        let again = try merge(plan)
        #expect(again.folded.known == 3 && again.folded.new == 0)
        #expect(again.report.stores[0].work.isEmpty && again.report.exitStatus == .success)
    }

    @Test func `wait for the others before a verdict is drawn`() throws {
        _ = try sweep()
        let plan = try makePlan()
        let parts = (0..<3).filter { !plan.parts(of: 3)[$0].isEmpty }
        for shard in parts.dropLast() { try run(shard, plan) }
        let first = try merge(plan)
        #expect(first.folded.missing == parts.suffix(1).map { "shard \($0) of 3" })
        #expect(first.folded.exitStatus == .inconclusive && first.report.exitStatus == .inconclusive)
        #expect(
            first.report.stores[0].work.map(\.words)
                == parts.suffix(1).map { "it waits for shard \($0) of 3" })
        try run(try #require(parts.last), plan)
        let second = try merge(plan)
        #expect(second.folded.new == 1 && second.folded.missing == [])
        #expect(second.report.exitStatus == .success)
        #expect(second.report.stores[0].bytesRead < 1 << 20)
    }

    @Test func `that are stopped say so, and are done again`() throws {
        _ = try sweep()
        let plan = try makePlan()
        let stopped = Cancellation()
        stopped.request(.terminated)
        #expect(try run(0, plan, stopped).exitStatus == .terminated)
        for shard in 1..<3 { try run(shard, plan) }
        #expect(try merge(plan).folded.missing == ["shard 0 of 3"])
        try run(0, plan)
        let merged = try merge(plan)
        #expect(merged.folded.new == 1 && merged.folded.known == 3 && merged.report.exitStatus == .success)
    }

    @Test(arguments: [true, false]) func `find damage, which is read again before it is said`(
        isFound: Bool
    ) throws {
        _ = try sweep()
        let plan = try makePlan()
        if isFound { try tree.rot(ObjectName("\(label)/base.tar.gz"), at: 100) }
        let reports = try (0..<3).map { try run($0, plan) }
        #expect(reports.map(\.exitStatus).filter { $0 == .damaged }.count == (isFound ? 1 : 0))
        for _ in 0..<2 {
            // Once it is said, it stays so.
            #expect(try merge(plan).report.exitStatus == (isFound ? .damaged : .success))
        }
    }

    @Test func `prove nothing of what they could not read`() throws {
        _ = try sweep()
        let plan = try makePlan()
        let elsewhere = try store(at: "\(tree.path)/nowhere")
        for shard in 0..<3 { #expect(try run(shard, plan, in: elsewhere).exitStatus == .inconclusive) }
        let (folded, report) = try merge(plan)
        #expect(folded.new == 3 && report.exitStatus == .success)
        // It was read here.
        #expect(report.stores[0].bytesRead > 160 << 20)
    }

    @Test func `refuse a store that is elsewhere, and one that is not there`() throws {
        _ = try sweep()
        let plan = try makePlan()
        let other = try FileTree()
        try BackupSet.tar(label).write(to: other)
        let there = try store(at: other.path)
        #expect(
            try run(0, plan, in: there).works
                .allSatisfy { $0.words?.contains("elsewhere in the plan") == true })
        let merging = try MergeBundles(
            plan, named: "plan", SweepOrder([there], budget: SweepBudget(jobs: 1), interval: 86_400, seed: 1),
            memory, world.context())
        let error = #expect(throws: ShardError.self) { try merging.prepare(FoldedBundles()) }
        #expect(error?.exitStatus == .usage)
        #expect(throws: ShardError.self) { try RunShard(0, of: 3, plan, in: [], jobs: 1, world.context()) }
        #expect(throws: ShardError.self) {
            try RunShard(3, of: 3, plan, in: [store()], jobs: 1, world.context())
        }
    }

    @Test func `are refused by another history, and bundles that are none do not stop the others`() throws {
        _ = try sweep()
        let plan = try makePlan()
        for shard in 0..<3 { try run(shard, plan) }
        let error = #expect(throws: ShardError.self) { try merge(plan, world.memory("other")) }
        #expect(error?.exitStatus == .tampered)
        let folder = "\(world.directory.path)/results"
        try "nothing".write(toFile: "\(folder)/a.bundle", atomically: true, encoding: .utf8)
        try "no bundle".write(toFile: "\(folder)/notes.txt", atomically: true, encoding: .utf8)
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/b.bundle", withDestinationPath: "/etc/passwd")
        let (folded, report) = try merge(plan)
        #expect(folded.new == 3 && folded.refused.count == 2, "\(folded.refused)")
        #expect(folded.exitStatus == .tampered && report.exitStatus == .success)
    }

    @Test func `of other plans of the same history are passed over`() throws {
        _ = try sweep()
        let first = try makePlan()
        for shard in 0..<3 { try run(shard, first) }
        let second = try makePlan()
        let (folded, report) = try merge(second)
        #expect(folded.others == 3 && folded.new == 0 && folded.refused.isEmpty)
        #expect(folded.missing == ["every shard"] && report.exitStatus == .inconclusive)
    }

    @Test func `that cannot be read stop no other`() throws {
        _ = try sweep()
        let plan = try makePlan()
        for shard in 0..<3 { try run(shard, plan) }
        try FileManager.default.createDirectory(
            atPath: "\(world.directory.path)/results/a.bundle", withIntermediateDirectories: false)
        let (folded, report) = try merge(plan)
        #expect(folded.new == 3 && folded.refused.count == 1 && report.exitStatus == .success)
    }
}

/// Nobody watches.
private struct Unwatched: SweepObserver {
    func began(_ work: PlannedWork, _ index: Int, of count: Int, meter: @escaping @Sendable () -> UInt64) {}
    func finished(_ work: SweptWork, of store: String) {}
}
