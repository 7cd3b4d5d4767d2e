// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Operations
import Synchronization
import TestKit
import Testing

@Suite struct `Verifications in one process` {
    private let world: OperationsWorld
    private let label = "20251027T143000"

    init() throws { world = try OperationsWorld() }

    private func verify(
        _ address: StoreAddress, _ memory: Memory, _ cancellation: Cancellation = Cancellation(),
        _ watcher: Watcher = Watcher()
    ) throws -> VerifyReport {
        let order = VerifyOrder(level: .checksummed, jobs: 2)
        let operation = try VerifyBackups(address, order, memory, world.context(cancellation))
        return try operation.verify(operation.select("all"), observer: watcher)
    }

    private func bucket(_ name: String, key: String) throws -> KeyedBucket {
        let bucket = try KeyedBucket(name, key: key)
        bucket.upload(.tar(label))
        return bucket
    }

    private func runs(_ memory: Memory) throws -> [RunLine] {
        try ReadHistory(memory).runs(HistoryFilter())
    }

    @Test func `know of each other by the history that each is given, and by nothing else`() throws {
        let tree = try FileTree()
        try BackupSet.tar(label).write(to: tree)
        let (address, memory) = (try world.address(tree.path), try world.memory("kept"))
        let watcher = Watcher()
        let sound = try verify(address, memory, Cancellation(), watcher)
        #expect(sound.exitStatus == .success && sound.newestSound?.map(\.label) == [label])
        #expect(watcher.finished.withLock { $0 } == [label])
        try tree.rot(ObjectName("\(label)/base.tar.gz"), at: 100)
        #expect(causes(try verify(address, memory)) == [.bitRot])
        #expect(causes(try verify(address, world.memory("another"))) == [.neverGood])
        #expect(causes(try verify(address, .none)) == [.neverGood])
        #expect(try runs(memory).map(\.exitStatus) == [1, 0])
        #expect(try runs(world.memory("another")).map(\.exitStatus) == [1])
        #expect(try runs(.none) == [] && !ReadHistory(.none).exists)
    }

    private func causes(_ report: VerifyReport) -> [Cause?] {
        report.verification.backups.flatMap(\.findings).map(\.cause)
    }

    @Test(.timeLimit(.minutes(2))) func `run side by side, each with the keys of its store and a history`()
        async throws
    {
        let buckets = (try bucket("left", key: "LEFT"), try bucket("right", key: "RIGHT"))
        let memories = (try world.memory("left"), try world.memory("right"))
        // Neither store hands its archive out before both are asked for theirs.
        let asked = (Occasion(), Occasion())
        buckets.0.beforeReading("base.tar.gz") {
            asked.0.happen()
            asked.1.wait()
        }
        buckets.1.beforeReading("base.tar.gz") {
            asked.1.happen()
            asked.0.wait()
        }
        let addresses = (try world.address(buckets.0), try world.address(buckets.1))
        // The second time each finds what it wrote the first time.
        for round in 1...2 {
            async let left = onPlainThread { try verify(addresses.0, memories.0) }
            async let right = onPlainThread { try verify(addresses.1, memories.1) }
            let reports = try await [left, right]
            #expect(reports.map(\.exitStatus) == [.success, .success], "round \(round)")
        }
        #expect(asked.0.isOver && asked.1.isOver)
        #expect(buckets.0.keysSeen == ["LEFT"] && buckets.1.keysSeen == ["RIGHT"])
        #expect(try runs(memories.0).map(\.location) == [buckets.0.url, buckets.0.url])
        #expect(try runs(memories.1).map(\.location) == [buckets.1.url, buckets.1.url])
    }

    @Test func `have the settings of their own address, and cannot use another's`() throws {
        let left = try bucket("left", key: "LEFT")
        #expect(throws: (any Error).self) { try verify(world.address(left, key: "RIGHT"), .none) }
        #expect(try verify(world.address(left), .none).exitStatus == .success)
    }

    @Test(.timeLimit(.minutes(2))) func `are cancelled one by one`() async throws {
        let (stopped, other) = (try bucket("stopped", key: "A"), try bucket("other", key: "B"))
        let memories = (try world.memory("stopped"), try world.memory("other"))
        let cancellation = Cancellation()
        let (isOtherReading, isStoppedOver) = (Occasion(), Occasion())
        stopped.beforeReading("base.tar.gz") {
            isOtherReading.wait()
            cancellation.request(.terminated)
        }
        other.beforeReading("base.tar.gz") {
            isOtherReading.happen()
            isStoppedOver.wait()
        }
        let addresses = (try world.address(stopped), try world.address(other))
        async let first = onPlainThread {
            defer { isStoppedOver.happen() }
            return try verify(addresses.0, memories.0, cancellation)
        }
        async let second = onPlainThread { try verify(addresses.1, memories.1) }
        let reports = try await (first, second)
        #expect(reports.0.verification.isInterrupted && reports.0.exitStatus == .terminated)
        #expect(!reports.1.verification.isInterrupted && reports.1.exitStatus == .success)
        #expect(try runs(memories.0).map(\.exitStatus) == [143])
        #expect(try runs(memories.1).map(\.exitStatus) == [0])
        // What was cancelled was that one operation: the next one on the same store runs.
        #expect(try verify(addresses.0, memories.0).exitStatus == .success)
    }

    @Test func `do not say that nothing is sound when they could not look`() throws {
        let (bucket, cancellation) = (try bucket("left", key: "LEFT"), Cancellation())
        let watcher = Watcher(backupFinished: { cancellation.request(.terminated) })
        let report = try verify(world.address(bucket), .none, cancellation, watcher)
        #expect(report.verification.backups.map(\.verdict) == [.verified])
        #expect(report.newestSound == nil)
    }

    @Test func `end together when what they lie within is cancelled`() throws {
        let process = Cancellation()
        process.request(.terminated)
        let bucket = try bucket("left", key: "LEFT")
        for _ in 0..<2 {
            let cancellation = Cancellation(within: process)
            let error = #expect(throws: (any Error).self) {
                try verify(world.address(bucket), .none, cancellation)
            }
            #expect((error as? any UserError)?.exitStatus == .interrupted)
        }
        #expect(bucket.bucket.requests.isEmpty)
    }
}
