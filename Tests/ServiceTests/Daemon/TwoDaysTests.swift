// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import Logging
import Operations
import Planning
import Settings
import Synchronization
import TestKit
import Testing

@testable import Service

@Suite struct `Two days of a service` {
    /// In a process of its own, for the other tests of this one open files and threads, too.
    @Test(.timeLimit(.minutes(5)))
    func `run each slot once, and leave memory, descriptors and threads as they were`() async {
        await #expect(processExitsWith: .success) {
            try await onPlainThread {
                let days = try CompressedDays()
                try days.run(slots: 16)
                let before = Footprint.now
                try days.run(slots: 80)
                let after = Footprint.now
                #expect(days.sweeps == 96)
                #expect(after.descriptors <= before.descriptors, "\(before) \(after)")
                #expect(after.threads <= before.threads, "\(before) \(after)")
                #expect(after.bytes < before.bytes + 8 << 20, "\(before) \(after)")
            }
        }
    }
}

/// A service over a real store and a real history, whose clock is set on by hand.
private final class CompressedDays {
    private let folder: OwnedDirectory
    private let tree: FileTree
    private let memory: Memory
    private let scheduler: Scheduler
    private let time = Moment()

    init() throws {
        (folder, tree) = (try OwnedDirectory(), try FileTree())
        try BackupSet.tar().write(to: tree)
        let file = "\(folder.path)/c.yaml"
        try """
        history: \(folder.path)/h.sqlite
        stores:
          shop: { location: \(tree.path), posture: off, prove: { all: { checksummed: 1h } } }
        schedule:
          - { name: often, cron: "*/30 * * * *", stores: all }
        notify:
          - { command: { run: [/bin/false] }, on: [weekly] }
        metrics-file: \(folder.path)/m.prom
        """.write(toFile: file, atomically: true, encoding: .utf8)
        let context = OperationContext(
            clock: time.clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            cancellation: Cancellation(), toolVersion: "test")
        memory = try Memory.opening("\(folder.path)/h.sqlite", context)
        let plan = try DaemonPlan(
            try Configuration.read(file).checked(), memory, context, seed: 1, jobs: 1,
            watchedSince: time.clock.now)
        scheduler = try Scheduler(
            plan, clock: time.clock, logger: context.logger, cancellation: context.cancellation)
    }

    var sweeps: Int {
        let swept = (try? ReadHistory(memory).sweeps(HistoryFilter(limit: 1000))) ?? []
        return swept.count { $0.end?.exitStatus == 0 && $0.stores.first?.work.count == 1 }
    }

    /// Minute by minute; a sweep comes to its end before the next minute begins.
    func run(slots: Int) throws {
        for _ in 0..<(slots * 30) {
            time.advance(60)
            repeat {
                try scheduler.turn()
                usleep(1000)
            } while scheduler.isSweeping
        }
    }
}

/// A clock that is set by hand.
private final class Moment: Sendable {
    private let now = Mutex(Timestamp(seconds: 1_800_000_000))

    var clock: WallClock { WallClock { self.now.withLock { $0 } } }

    func advance(_ seconds: Int64) { now.withLock { $0 = $0.advanced(bySeconds: seconds) } }
}

/// What this process holds.
private struct Footprint {
    var descriptors: Int
    var threads: Int
    /// Resident.
    var bytes: Int

    static var now: Footprint {
        let files = FileManager.default
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
            .split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return Footprint(
            descriptors: (try? files.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0,
            threads: (try? files.contentsOfDirectory(atPath: "/proc/self/task").count) ?? 0,
            bytes: (pages ?? 0) * 4096)
    }
}
