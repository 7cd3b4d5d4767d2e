// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import Operations
import Planning
import Settings
import Synchronization
import TestKit
import Testing

@Suite struct `A sweep` {
    private let world: OperationsWorld
    private let tree: FileTree
    private let memory: Memory
    private let labels = ["20251027T143000", "20251028T143000"]

    init() throws {
        world = try OperationsWorld()
        tree = try FileTree()
        memory = try world.memory("history")
        for label in labels { try BackupSet.tar(label).write(to: tree) }
    }

    private func store(_ name: String = "shop", at path: String? = nil) throws -> SweepStore {
        SweepStore(
            name, at: .success(try world.address(path ?? tree.path)),
            policy: try ProofPolicy(all: [.checksummed: 7 * 86_400]))
    }

    private func order(_ stores: [SweepStore]) -> SweepOrder {
        SweepOrder(stores, budget: SweepBudget(jobs: 2), interval: 86_400, seed: 7)
    }

    private func sweep(
        _ order: SweepOrder, _ cancellation: Cancellation = Cancellation(), _ watcher: Watching = Watching()
    ) throws -> SweepReport {
        let operation = try RunSweep(order, memory, world.context(cancellation))
        return try #require(try operation.prepare().run(observer: watcher))
    }

    @Test func `proves what the policy asks, and the next one has nothing left to do`() throws {
        let watcher = Watching()
        let report = try sweep(order([store()]), Cancellation(), watcher)
        #expect(report.exitStatus == .success && report.end.reason == .done)
        let swept = try #require(report.stores.first)
        #expect(swept.work.map(\.label) == labels && swept.work.allSatisfy { $0.verdict == .verified })
        #expect(swept.standing?.backupsWithin == 2 && swept.bytesRead > 2 * 40_960)
        #expect(watcher.labels.withLock { $0 } == labels)
        let again = try sweep(order([store()]))
        #expect(again.plan.work.isEmpty && again.exitStatus == .success)
        let kept = try ReadHistory(memory).sweeps(HistoryFilter())
        #expect(kept.map(\.id) == [again.id, report.id] && kept[1].stores[0].work == swept.work)
        #expect(kept[1].stores[0].backups.map(\.level) == [.checksummed, .checksummed])
    }

    @Test func `is the same value that a dry run shows`() throws {
        let prepared = try RunSweep(order([store()]), memory, world.context()).prepare()
        let plan = prepared.plan
        #expect(plan.work.map(\.backup.label) == labels && plan.bytes > 0)
        #expect(try prepared.run(observer: Watching())?.plan == plan)
    }

    @Test func `reads the copies, and finds one that is sound in itself and another backup`() throws {
        let second = try FileTree()
        try BackupSet.tar(labels[0]).write(to: second)
        var other = BackupSet.tar(labels[1])
        other.objects["base.tar.gz"]?[99] ^= 1
        try other.write(to: second)
        let text = """
            stores:
              shop: { location: \(tree.path), prove: { all: { inspected: 1h } }, copies: [\(second.path)], posture: off }
            schedule:
              - { name: nightly, cron: "0 1 * * *", stores: [shop] }
            """
        let configuration = try ConfigurationReading(Array(text.utf8), file: "c.yaml").checked()
        let report = try sweep(
            SweepOrder(
                configuration, configuration.entry(named: nil), seed: 1, jobs: 1,
                at: world.context().clock.now))
        #expect(report.stores.map(\.name) == ["shop", "shop-copy"])
        #expect(report.stores[1].work.map(\.verdict) == [.verified, .verified])
        let found = report.stores[0].findings.filter { $0.kind.hasPrefix("copy-") }
        #expect(found.map(\.subject) == [labels[1]] && found.map(\.kind) == ["copy-differs"], "\(found)")
        #expect(report.exitStatus == .policyNotMet || report.exitStatus == .damaged)
    }

    @Test func `reads what is known to be damaged first, and ends as its worst backup`() throws {
        _ = try sweep(order([store()]))
        try tree.rot(ObjectName("\(labels[1])/base.tar.gz"), at: 100)
        let verify = try VerifyBackups(
            world.address(tree.path), VerifyOrder(level: .checksummed, jobs: 1), memory, world.context())
        _ = try verify.verify(verify.select(labels[1]), observer: Watcher())
        let report = try sweep(order([store()]))
        #expect(report.exitStatus == .damaged)
        let work = try #require(report.stores.first?.work.first)
        #expect(work.label == labels[1] && work.reason == "damaged" && work.verdict == .damaged)
        #expect(work.words?.isEmpty == false)
    }

    @Test func `counts a store that cannot be listed as inconclusive, and sweeps the others`() throws {
        let gone = try store("gone", at: tree.path + "/nowhere")
        let keyless = SweepStore(
            "keyless", at: .failure(ToldError(CredentialMissing())),
            policy: try ProofPolicy(all: [.checksummed: 86_400]))
        let report = try sweep(order([gone, keyless, store()]))
        #expect(report.exitStatus == .inconclusive)
        #expect(report.stores.map(\.exitStatus) == [5, 5, 0])
        #expect(report.stores[1].failure == "no key" && report.stores[2].work.count == 2)
        try tree.rot(ObjectName("\(labels[1])/base.tar.gz"), at: 100)
        var fresh = try store()
        fresh.policy = try ProofPolicy(all: [.checksummed: 60])
        let damaged = try sweep(
            SweepOrder([keyless, fresh], budget: SweepBudget(jobs: 1), interval: 86_400, seed: 1))
        #expect(damaged.exitStatus == .damaged)
    }

    @Test(arguments: [SweepEnd.Reason.budget, .window])
    func `ends inside of a backup, and the next one goes on there`(reason: SweepEnd.Reason) throws {
        let big = try FileTree()
        try BackupSet.tar(labels[0], base: 40 << 20).write(to: big)
        var store = try store(at: big.path)
        store.policy = try ProofPolicy(all: [.checksummed: 3000 * 86_400])
        var order = order([store])
        order.budget.rate = 12e6
        if reason == .budget { order.budget.bytes = 16 << 20 }
        if reason == .window { order.windowEnds = world.context().clock.now.advanced(bySeconds: 2) }
        let first = try sweep(order)
        #expect(first.end.reason == reason)
        #expect(first.exitStatus == .success, "\(first.stores)")
        #expect(first.stores[0].work.map(\.isCutOff) == [true], "\(first.plan)")
        // What an earlier night has read is not counted again.
        (order.budget.rate, order.windowEnds) = (nil, nil)
        var nights = [first]
        while nights.count < 5, nights.last?.stores[0].work.first?.verdict == nil {
            nights.append(try sweep(order))
        }
        #expect(nights.last?.stores[0].work.map(\.verdict) == [.verified])
        let read = nights.reduce(0) { $0 + $1.stores[0].bytesRead }
        #expect(read < 60 << 20, "\(nights.map { $0.stores[0].bytesRead })")
    }

    @Test(arguments: ["base.tar.gz", "backup_manifest"])
    func `takes a backup that has lost an object for damaged, and not for an upload`(object: String) throws {
        let store = try store()
        #expect(try sweep(order([store])).exitStatus == .success)
        try tree.remove(ObjectName("\(labels[1])/\(object)"))
        let report = try sweep(order([store]))
        #expect(report.stores[0].work.map(\.label) == [labels[1]], "\(report.plan)")
        #expect(report.exitStatus == .damaged && report.stores[0].backups[1].verdict == .damaged)
        #expect(report.stores[0].groups[0].newestSound?.label == labels[0])
    }

    @Test func `says that a store is empty in which there were backups`() throws {
        _ = try sweep(order([store()]))
        for label in labels { try FileManager.default.removeItem(atPath: "\(tree.path)/\(label)") }
        let report = try sweep(order([store()]))
        #expect(report.exitStatus == .policyNotMet)
        #expect(report.stores[0].findings.map(\.kind) == ["store-empty"])
        #expect(
            report.stores[0].findings[0].message
                == "no backup is there any more, and 2 backups were: the newest was \(labels[1])")
    }

    @Test func `is inconclusive until what could not be read was read again`() throws {
        let bucket = try KeyedBucket("shop", key: "mine")
        for label in labels { bucket.upload(BackupSet.tar(label)) }
        let address = try world.address(bucket)
        func nightly(every age: Double) throws -> SweepReport {
            try sweep(
                order([
                    SweepStore("shop", at: .success(address), policy: ProofPolicy(all: [.checksummed: age]))
                ]))
        }
        #expect(try nightly(every: 7 * 86_400).exitStatus == .success)
        bucket.bucket.onReply { request, reply in
            let isDenied = request.method == "GET" && request.path.hasSuffix("\(labels[1])/base.tar.gz")
            return isDenied ? ScriptedReply(status: 403) : reply
        }
        #expect(try nightly(every: 60).exitStatus == .inconclusive)
        let gate = try AskGate(address, RetentionRule(atLeast: 1), memory, world.context()).ask()
        #expect(gate.refusals([labels[0]])[labels[0]]?.isEmpty == false)
        // Nothing is due, and all the same it is read again before all is well.
        let still = try nightly(every: 7 * 86_400)
        #expect(still.exitStatus == .inconclusive && still.plan.work.map(\.backup.label) == [labels[1]])
        bucket.bucket.onReply { _, reply in reply }
        let again = try nightly(every: 7 * 86_400)
        #expect(again.exitStatus == .success && again.stores[0].work.map(\.label) == [labels[1]])
        let now = try AskGate(address, RetentionRule(atLeast: 1), memory, world.context()).ask()
        #expect(now.refusals([labels[0]]) == [:])
    }

    @Test func `is followed by what others find out: the status tells the newest of each backup`() throws {
        func status() throws -> StoreStatus {
            try TellStatus([.init("shop")], [], memory, world.context()).status().stores[0]
        }
        func verify() throws -> Diagnostics.ExitStatus {
            let order = VerifyOrder(level: .checksummed, jobs: 1)
            let verify = try VerifyBackups(world.address(tree.path), order, memory, world.context())
            return try verify.verify(verify.select("all"), observer: Watcher()).exitStatus
        }
        #expect(try sweep(order([store()])).exitStatus == .success)
        let newest = try #require(try status().groups[0].newestSound?.label)
        try tree.rot(ObjectName("\(newest)/base.tar.gz"), at: 100)
        #expect(try verify() == .damaged)
        let bad = try status()
        #expect(bad.backups.map(\.verdict) == labels.map { $0 == newest ? .damaged : .verified })
        #expect(bad.lastSweep?.exitStatus == 0)
        #expect(bad.groups[0].newestSound?.label == labels.first { $0 != newest })
        try tree.rot(ObjectName("\(newest)/base.tar.gz"), at: 100)
        #expect(try verify() == .success)
        #expect(try status().groups[0].newestSound?.label == newest)
    }

    @Test func `believes no proof that a clock has written which was ahead`() throws {
        var ahead = world.context()
        ahead.clock = WallClock { WallClock.system.now.advanced(bySeconds: 30 * 86_400) }
        let first = try RunSweep(order([store()]), memory, ahead).prepare().run(observer: Watching())
        #expect(first?.exitStatus == .success)
        let now = try sweep(order([store()]))
        #expect(now.exitStatus == .success && now.stores[0].work.map(\.verdict) == [.verified, .verified])
        #expect(now.stores[0].standing?.backupsWithin == 2 && now.stores[0].standing?.neverProven == 0)
        #expect(try sweep(order([store()])).stores[0].work.isEmpty)
    }

    @Test func `says each night what it cannot show, and reads that no oftener than the policy asks`() throws
    {
        let bare = try FileTree()
        var unsummed = BackupSet.tar(labels[0])
        unsummed.objects["backup_manifest"] = Manifest.minimal
        try unsummed.write(to: bare, withSums: false)
        try BackupSet.tar(labels[1]).write(to: bare)
        let first = try sweep(order([store(at: bare.path)]))
        #expect(first.exitStatus == .policyNotMet && first.stores[0].work.count == 2, "\(first)")
        for _ in 0..<2 {
            let next = try sweep(order([store(at: bare.path)]))
            #expect(next.exitStatus == .policyNotMet && next.stores[0].work.isEmpty)
            #expect(next.stores[0].findings.map(\.kind) == ["level-not-reached"])
            #expect(next.stores[0].findings[0].message.contains(" of \(labels[0]): "))
            #expect(next.stores[0].standing?.backupsWithin == 1)
        }
        // With sums there is something to hold it against.
        try unsummed.write(to: bare)
        let last = try sweep(order([store(at: bare.path)]))
        #expect(last.exitStatus == .success && last.stores[0].work.map(\.verdict) == [.verified])
    }

    @Test func `passes over one backup of which nobody can tell what it builds on, and no other`() throws {
        let bucket = try KeyedBucket("shop", key: "mine")
        for label in labels { bucket.upload(BackupSet.tar(label)) }
        bucket.bucket.onReply { request, reply in
            let isDenied = request.method == "GET" && request.path.hasSuffix("\(labels[1])/backup_manifest")
            return isDenied ? ScriptedReply(status: 403) : reply
        }
        let store = SweepStore(
            "shop", at: .success(try world.address(bucket)),
            policy: try ProofPolicy(newest: [.restored: 7 * 86_400]))
        let plan = try RunSweep(order([store]), memory, world.context()).prepare(isDryRun: true).plan
        #expect(plan.work.map(\.backup.label) == [labels[0]], "\(plan)")
    }

    @Test(arguments: [SweepEnd.Reason.budget, .window])
    func `begins no first inspection that it cannot end, and reads no more than its budget`(
        reason: SweepEnd.Reason
    ) throws {
        let big = try FileTree()
        try BackupSet.tar(labels[0], base: 40 << 20).write(to: big)
        try BackupSet.tar(labels[1]).write(to: big)
        var store = try store(at: big.path)
        store.policy = try ProofPolicy(all: [.inspected: 30 * 86_400])
        var order = order([store])
        (order.budget.rate, order.budget.jobs) = (9e6, 1)
        if reason == .budget { order.budget.bytes = 16 << 20 }
        var nights: [SweepReport] = []
        for _ in 1...5 {
            if reason == .window { order.windowEnds = world.context().clock.now.advanced(bySeconds: 3) }
            nights.append(try sweep(order))
        }
        #expect(nights[0].plan.shortfalls.contains { $0.kind == .oneGo }, "\(nights[0].plan)")
        let read = nights.map { $0.stores[0].bytesRead }
        #expect(read.allSatisfy { $0 <= 34 << 20 }, "\(read)")
        // It is hashed once, and then the others have their turn.
        #expect(read.reduce(0, +) < 60 << 20, "\(read)")
        #expect(nights[4].stores[0].backups[0].level == .checksummed, "\(nights.map(\.plan.work))")
        #expect(nights.flatMap(\.stores[0].work).contains { $0.label == labels[1] && $0.decoded })
    }

    @Test func `that somebody stops keeps what it has shown`() throws {
        let cancellation = Cancellation()
        let watcher = Watching { cancellation.request(.terminated) }
        let report = try sweep(order([store()]), cancellation, watcher)
        #expect(report.exitStatus == .terminated && report.end.reason == .interrupted)
        #expect(report.stores[0].work.map(\.verdict) == [.verified])
        #expect(try sweep(order([store()])).stores[0].work.map(\.label) == [labels[1]])
    }

    @Test func `is refused while another one has the history`() throws {
        let held = try RunSweep(order([store()]), memory, world.context()).prepare()
        let error = #expect(throws: OperationError.self) {
            _ = try RunSweep(order([store()]), memory, world.context()).prepare()
        }
        #expect(error?.exitStatus == .busy)
        #expect(try held.run(observer: Watching())?.exitStatus == .success)
        #expect(try sweep(order([store()])).exitStatus == .success)
    }

    @Test func `runs a slot once`() throws {
        var order = order([try store()])
        (order.schedule, order.slot) = ("nightly", world.context().clock.now)
        #expect(try sweep(order).end.reason == .done)
        let again = try RunSweep(order, memory, world.context()).prepare()
        #expect(try again.run(observer: Watching()) == nil)
    }

    @Test func `tells since when something is wrong with a store`() throws {
        try tree.write("stray.txt", text: "nobody's")
        let first = try sweep(order([store()]))
        #expect(first.exitStatus == .success)
        #expect(first.stores[0].findings.map(\.kind) == ["foreign-objects"])
        #expect(first.stores[0].findings[0].since == nil)
        let second = try sweep(order([store()]))
        #expect(second.stores[0].findings[0].since == first.end.ended)
    }

    @Test func `needs a history`() throws {
        #expect(throws: OperationError.sweepNeedsHistory) {
            _ = try RunSweep(order([store()]), .none, world.context())
        }
    }
}

private struct CredentialMissing: UserError {
    var message: String { "no key" }
    var hints: [String] { [] }
    var exitStatus: Diagnostics.ExitStatus { .credentialMissing }
}

/// Watches a sweep, and does something when a backup is done.
private final class Watching: SweepObserver {
    let labels = Mutex<[String]>([])
    private let afterWork: @Sendable () -> Void

    init(_ afterWork: @escaping @Sendable () -> Void = {}) { self.afterWork = afterWork }

    func began(_ work: PlannedWork, _ index: Int, of count: Int, meter: @escaping @Sendable () -> UInt64) {
        labels.withLock { $0.append(work.backup.label) }
    }
    func finished(_ work: SweptWork, of store: String) { afterWork() }
}
