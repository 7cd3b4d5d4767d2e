// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import Testing

@testable import History

@Suite struct CrashTests {
    private static let points = (0..<24).map { Int32($0) }

    /// Records backup after backup, each acknowledged by a byte in `acknowledgements`, until it is killed.
    private static func recordUntilKilled(_ folder: String, point: Int32) throws -> Never {
        let history = try HistoryDatabase(at: folder + "/history.sqlite", clock: TestClock().wall)
        let descriptor = open(folder + "/acknowledgements", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        for index in 0... {
            if index == 3 {
                Thread.detachNewThread {
                    usleep(UInt32(point) * 700)
                    kill(getpid(), SIGKILL)
                }
            }
            let place = BackupPlace(url: "/srv/\(index)", label: "\(index)")
            let step = ProgressStep.complete(
                sha256: digest("a"), validators: validators, at: history.clock.now)
            try history.hold(place)
            try history.keep(step, of: "object-0", in: place)
            try history.release(place)
            let objects = (0..<50).map { reading(ObjectName("object-\($0)")) }
            try history.verify(place, objects: objects, pins: objects.map { firstPin($0.name) })
            _ = write(descriptor, "v", 1)
        }
        exit(0)
    }

    @Test(arguments: points)
    func `kill -9 loses no verdict that was acknowledged`(point: Int32) async throws {
        let scratch = try Scratch()
        let folder = scratch.folder
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [folder = folder as String, point = point as Int32] in
            try CrashTests.recordUntilKilled(folder, point: point)
        }
        let history = try scratch.open()
        #expect(history.movedAside == nil)
        let acknowledged = try Data(contentsOf: URL(fileURLWithPath: folder + "/acknowledgements")).count
        let backups = try history.backups()
        #expect(acknowledged >= 3)
        #expect(backups.count == acknowledged || backups.count == acknowledged + 1)
        #expect(try history.count("reading") == backups.count * 50)
        #expect(try history.count("pin") == backups.count * 50)
        #expect(try history.runs().filter { $0.state == .running }.isEmpty)
        #expect(try history.text("PRAGMA integrity_check") == "ok")
        let next = BackupPlace(url: "/srv/\(backups.count)", label: "\(backups.count)")
        try history.verify(next)
        #expect(try history.count("lock") == 0)
    }

    /// Logs restore after restore, each acknowledged by a byte in `acknowledgements`, until it is killed.
    private static func restoreUntilKilled(_ folder: String, point: Int32) throws -> Never {
        let history = try HistoryDatabase(at: folder + "/history.sqlite", clock: TestClock().wall)
        let descriptor = open(folder + "/acknowledgements", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let phases = RestorePhase.Name.allCases.map { RestorePhase($0, seconds: 1, bytes: 1) }
        for index in 0... {
            if index == 3 {
                Thread.detachNewThread {
                    usleep(UInt32(point) * 700)
                    kill(getpid(), SIGKILL)
                }
            }
            try history.restore(BackupPlace(url: "/srv/\(index)", label: "\(index)"), phases: phases)
            _ = write(descriptor, "r", 1)
        }
        exit(0)
    }

    @Test(arguments: points)
    func `kill -9 leaves at most the last restore without an end`(point: Int32) async throws {
        let scratch = try Scratch()
        let folder = scratch.folder
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [folder = folder as String, point = point as Int32] in
            try CrashTests.restoreUntilKilled(folder, point: point)
        }
        let history = try scratch.open()
        let acknowledged = try Data(contentsOf: URL(fileURLWithPath: folder + "/acknowledgements")).count
        let restores = try history.restores()
        let ended = restores.filter { $0.state == .ended }
        #expect(acknowledged >= 3 && (acknowledged...acknowledged + 1).contains(ended.count))
        #expect(ended.allSatisfy { $0.phases.map(\.name) == RestorePhase.Name.allCases })
        #expect(restores.dropFirst().allSatisfy { $0.state == .ended })
        #expect(restores.first.map { [.ended, .interrupted].contains($0.state) } == true)
        #expect(try history.restores(HistoryFilter(isOpen: true)).count == restores.count - ended.count)
        #expect(try history.text("PRAGMA integrity_check") == "ok")
        try history.restore()
    }

    /// Logs trial after trial, each acknowledged by a byte in `acknowledgements`, until it is killed.
    private static func tryUntilKilled(_ folder: String, point: Int32) throws -> Never {
        let history = try HistoryDatabase(at: folder + "/history.sqlite", clock: TestClock().wall)
        let descriptor = open(folder + "/acknowledgements", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        for index in 0... {
            if index == 3 {
                Thread.detachNewThread {
                    usleep(UInt32(point) * 700)
                    kill(getpid(), SIGKILL)
                }
            }
            try history.tryOut(BackupPlace(url: "/srv/\(index)", label: "\(index)"), checks: manyChecks) {
                $0.phases = RestorePhase.Name.allCases.map { RestorePhase($0, seconds: 1, bytes: 1) }
            }
            _ = write(descriptor, "t", 1)
        }
        exit(0)
    }

    private static let manyChecks = (0..<40).map {
        CheckResult("check \($0)", .user, .passed, words: "w", measured: Double($0))
    }

    @Test(arguments: points)
    func `kill -9 leaves at most the last trial without an end, and none with half of one`(
        point: Int32
    ) async throws {
        let scratch = try Scratch()
        let folder = scratch.folder
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [folder = folder as String, point = point as Int32] in
            try CrashTests.tryUntilKilled(folder, point: point)
        }
        let history = try scratch.open()
        let acknowledged = try Data(contentsOf: URL(fileURLWithPath: folder + "/acknowledgements")).count
        let trials = try history.trials()
        let ended = trials.compactMap(\.end)
        #expect(acknowledged >= 3 && (acknowledged...acknowledged + 1).contains(ended.count))
        #expect(ended.allSatisfy { $0.phases.map(\.name) == RestorePhase.Name.allCases })
        #expect(ended.allSatisfy { $0.checks == Self.manyChecks })
        #expect(try history.count("trial_check") == ended.count * Self.manyChecks.count)
        #expect(trials.dropFirst().allSatisfy { $0.state == .ended })
        #expect(trials.first.map { [.ended, .interrupted].contains($0.state) } == true)
        #expect(try history.trials(HistoryFilter(isOpen: true)).count == trials.count - ended.count)
        #expect(try history.text("PRAGMA integrity_check") == "ok")
        try history.tryOut()
    }

    @Test func `several threads on two handles lose nothing`() async throws {
        let scratch = try Scratch()
        let handles = [try scratch.open(), try scratch.open()]
        await withTaskGroup { group in
            for worker in 0..<4 {
                group.addTask {
                    do {
                        for index in 0..<25 {
                            let place = BackupPlace(url: "/srv/\(worker)/\(index)", label: "\(index)")
                            let history = handles[worker % 2]
                            try history.verify(place, objects: [reading("o")], pins: [firstPin("o")])
                            #expect(try handles[(worker + 1) % 2].memory(of: place).pins.count == 1)
                        }
                    } catch { Issue.record(error) }
                }
            }
        }
        for history in handles { #expect(try history.backups().count == 100) }
    }

    @Test func `handles that open a new history at once agree on one`() async throws {
        let scratch = try Scratch()
        await withTaskGroup { group in
            for index in 0..<8 {
                group.addTask {
                    #expect(throws: Never.self) {
                        try scratch.open().verify(BackupPlace(url: "/srv/\(index)", label: "x"))
                    }
                }
            }
        }
        #expect(try scratch.open().backups().count == 8)
        #expect(try names(in: scratch.folder).filter { $0.contains("corrupt") }.isEmpty)
    }
}
