// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Glibc
import Testing

@testable import History

@Suite struct LockTests {
    private let scratch: Scratch
    private let clock = TestClock()

    init() throws { scratch = try Scratch() }

    /// Has another process lock the backup, and returns how it ended for us.
    private func lockAfter(_ other: ProcessIdentity, waiting seconds: Int64 = 0) throws -> HistoryDatabase {
        let theirs = try scratch.open(clock: clock, as: other)
        try theirs.lock(place, for: try theirs.begin(start()))
        clock.advance(seconds)
        let ours = try scratch.open(clock: clock)
        try ours.lock(place, for: try ours.begin(start()))
        return ours
    }

    private func changed(_ change: (inout ProcessIdentity) -> Void) -> ProcessIdentity {
        var other = ProcessIdentity.current
        change(&other)
        return other
    }

    @Test func `the own process is told from others`() throws {
        let current = ProcessIdentity.current
        #expect(current.isAlive(seenBy: current) == true)
        #expect(try ProcessIdentity.startTime(of: current.pid) == current.startTime)
        #expect(current.startTime > 0)
        #expect(!current.bootID.isEmpty && !current.host.isEmpty)
    }

    @Test func `a backup that a living process holds is busy`() throws {
        let startTime = try #require(try ProcessIdentity.startTime(of: 1))
        let other = changed { ($0.pid, $0.startTime) = (1, startTime) }
        let since = clock.now
        let error = #expect(throws: HistoryError.self) { try lockAfter(other, waiting: 90 * 3600) }
        #expect(error?.exitStatus == .busy)
        #expect(error?.message.contains("process 1 on '\(other.host)' since \(since)") == true)
    }

    @Test func `a process that nobody can look at is taken for alive`() async {
        await #expect(processExitsWith: .success) {
            let current = ProcessIdentity.current
            var other = current
            (other.pid, other.startTime) = (1, current.startTime + 1)
            try #require(other.isAlive(seenBy: current) == false)
            // Every number of a descriptor is taken.
            while dup(0) >= 0 {}
            exit(other.isAlive(seenBy: current) == true ? 0 : 1)
        }
    }

    @Test func `the same run does not take a backup twice`() throws {
        let history = try scratch.open()
        let run = try history.begin(start())
        try history.lock(place, for: run)
        #expect(throws: HistoryError.self) { try history.lock(place, for: run) }
        try history.release(place)
        try history.lock(place, for: run)
    }

    @Test func `a lock whose process is gone is taken over with an event`() throws {
        let cases: [ProcessIdentity] = [
            changed { $0.pid = .max }, changed { $0.startTime -= 1 },
            changed { $0.bootID = "an earlier boot" },
        ]
        for (index, other) in cases.enumerated() {
            let ours = try lockAfter(other)
            let events = try ours.events()
            #expect(events.count == index + 1)
            #expect(events.first?.kind == "lock-taken-over")
            #expect(events.first?.place == place)
            try ours.release(place)
        }
    }

    @Test func `another host's lock holds for 24 hours`() throws {
        let other = changed { $0.host = "elsewhere" }
        #expect(throws: HistoryError.self) { try lockAfter(other, waiting: 24 * 3600) }
        clock.advance(1)
        let ours = try scratch.open(clock: clock)
        try ours.lock(place, for: try ours.begin(start()))
        #expect(try ours.events().count == 1)
    }

    @Test func `record gives up the lock, and only its own`() throws {
        let history = try scratch.open(clock: clock, as: changed { $0.pid = .max })
        let presumedDead = try history.begin(start())
        try history.lock(place, for: presumedDead)
        let ours = try scratch.open(clock: clock)
        let run = try ours.begin(start())
        try ours.lock(place, for: run)
        let report = BackupReport(label: "A", verdict: .verified, level: .listed, started: clock.now)
        let outcome = BackupOutcome(
            place: place, report: report, levelAsked: .listed, pins: [], ended: clock.now)
        try history.record(outcome, in: presumedDead)
        #expect(try ours.count("lock") == 1)
        try ours.record(outcome, in: run)
        #expect(try ours.count("lock") == 0)
    }

    @Test func `a run without end is running while its process lives and interrupted after`() throws {
        let ours = try scratch.open(clock: clock)
        _ = try ours.begin(start())
        let dead = try scratch.open(clock: clock, as: changed { $0.pid = .max })
        _ = try dead.begin(start())
        try ours.end(try ours.begin(start()), exitStatus: 0, verdict: nil)
        #expect(try ours.runs().map(\.state) == [.ended, .interrupted, .running])
    }
}
