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

@testable import Service

/// A service over a real store and a real history, whose clock is set on by hand.
final class HandSetService {
    let folder: OwnedDirectory
    private let tree: FileTree
    private let memory: Memory
    private let scheduler: Scheduler
    let said = SaidWords()
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
          - { command: { run: [/usr/bin/tee, -a, \(folder.path)/told] }, on: [incident] }
        metrics-file: \(folder.path)/m.prom
        """.write(toFile: file, atomically: true, encoding: .utf8)
        let context = Self.context(time, said)
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

    private static func context(_ time: Moment, _ said: SaidWords) -> OperationContext {
        OperationContext(
            clock: time.clock, logger: said.logger, cancellation: Cancellation(), toolVersion: "test")
    }

    /// How many slots are recorded that no sweep has taken.
    func missedSlots() throws -> Int {
        let timetable = Timetable(name: "often", cron: try CronExpression(parsing: "*/30 * * * *"))
        let status = try TellStatus(
            [], [TellStatus.Schedule(timetable, stores: [])], memory, Self.context(time, said)
        ).status()
        return status.schedules.flatMap(\.givenUp.values).reduce(0, +)
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
final class Moment: Sendable {
    private let now = Mutex(Timestamp(seconds: 1_800_000_000))

    var clock: WallClock { WallClock { self.now.withLock { $0 } } }

    func advance(_ seconds: Int64) { now.withLock { $0 = $0.advanced(bySeconds: seconds) } }
}

/// What was logged.
final class SaidWords: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(words: self) } }

    private struct Handler: LogHandler {
        let words: SaidWords
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { words.lines.withLock { $0.append("\(event.message)") } }
    }
}
