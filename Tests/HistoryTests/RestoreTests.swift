// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB
import Testing

@testable import History

@Suite struct RestoreTests {
    private let scratch: Scratch
    private let clock = TestClock()
    private let history: HistoryDatabase
    private let other = BackupPlace(url: "s3://bucket/prod2/B", label: "B")

    init() throws {
        scratch = try Scratch()
        history = try scratch.open(clock: clock)
    }

    @Test func `a restore is given back as it was, with its phases in order`() throws {
        var start = restoreStart(at: clock.now, acceptsDamage: true)
        (start.goal, start.isResumed) = ("time 2026-11-02 03:00:00+00", true)
        let restore = try history.begin(start)
        let phases = [
            RestorePhase(.download, seconds: 12.5, bytes: 1 << 40), RestorePhase(.write, seconds: 3),
            RestorePhase(.stream, seconds: 14, bytes: 1), RestorePhase(.recover, seconds: 0),
        ]
        for phase in phases { try history.add(phase, to: restore) }
        clock.advance(90)
        let end = RestoreEnd(
            exitStatus: 17, failure: "recovery failed",
            findings: [Finding.recorded(.walGap, .warning, message: "m")],
            endPosition: "0/3000150", timeline: .max, ended: clock.now)
        try history.end(restore, end)
        let line = try #require(try history.restores().first)
        #expect((line.id, line.state, line.start, line.end) == (restore, .ended, start, end))
        #expect((line.phases, line.findings, line.seconds) == (phases, 1, 90))
        #expect(line.process == .current)
    }

    @Test func `one without an end is under way while its process lives, and was killed else`() throws {
        let restore = try history.begin(restoreStart(at: clock.now))
        try history.add(RestorePhase(.stream, seconds: 1), to: restore)
        var line = try #require(try history.restores().first)
        #expect((line.state, line.seconds) == (.running, nil))
        #expect(line.end == nil && line.phases.count == 1)

        var process = ProcessIdentity.current
        process.startTime += 1
        _ = try scratch.open(as: process).begin(restoreStart(at: clock.now))
        line = try #require(try history.restores().first)
        #expect(line.state == .interrupted)

        process.host = "elsewhere"
        _ = try scratch.open(as: process).begin(restoreStart(at: clock.now))
        line = try #require(try history.restores().first)
        #expect(line.state == .unknown)
        #expect(try history.restores(HistoryFilter(isOpen: true)).count == 3)
    }

    @Test func `what has ended, or never began, takes neither phases nor an end`() throws {
        let restore = try history.restore()
        for id in [restore, RestoreID(99)] {
            #expect(throws: HistoryError.noSuchRestore(id.value)) {
                try history.add(RestorePhase(.sync, seconds: 1), to: id)
            }
            #expect(throws: HistoryError.noSuchRestore(id.value)) {
                try history.end(id, RestoreEnd(exitStatus: 0, ended: clock.now))
            }
        }
        let error = #expect(throws: DatabaseError.self) {
            try history.tamper(
                "INSERT INTO restore_phase (restore_id, name, seconds) VALUES (\(restore.value), 'sync', 1)")
        }
        #expect(error?.message == "a restore that has ended has no more phases")
    }

    @Test func `they are listed newest first and narrowed by label, place, time and number`() throws {
        let first = try history.restore()
        clock.advance(60)
        let second = try history.restore(other, exit: 17)
        let filters: [(HistoryFilter, [RestoreID])] = [
            (HistoryFilter(), [second, first]), (HistoryFilter(label: "A"), [first]),
            (HistoryFilter(label: "C"), []), (HistoryFilter(place: "s3://bucket/prod2/"), [second]),
            (HistoryFilter(since: clock.now), [second]), (HistoryFilter(isOpen: true), []),
            (HistoryFilter(limit: 1), [second]),
        ]
        for (filter, expected) in filters {
            #expect(try history.restores(filter).map(\.id) == expected, "\(filter)")
        }
    }

    @Test func `texts and findings without end are cut, and counted`() throws {
        let long = String(repeating: "\u{1}é", count: 100_000)
        let findings = (0..<5000).map { _ in
            Finding.recorded(
                .extraMember, object: "o", member: long, expected: long, found: long, message: long)
        }
        let restore = try history.begin(restoreStart(at: clock.now))
        let end = RestoreEnd(
            exitStatus: 1, failure: "a\0b" + long, findings: findings, ended: clock.now)
        try history.end(restore, end)
        let line = try #require(try history.restores().first)
        let kept = try #require(line.end)
        #expect((line.findings, kept.findings.count) == (5000, 100))
        #expect(kept.failure?.unicodeScalars.count == 4096)
        #expect(kept.failure?.hasPrefix("a\u{FFFD}b") == true && kept.failure?.hasSuffix("…") == true)
        #expect(kept.findings.first?.message.unicodeScalars.count == 1000)
    }

    @Test func `an end is synced to the disk`() throws {
        try history.restore()
        #expect(
            try history.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
    }

    @Test func `a history of the second schema keeps what it holds and takes restores`() throws {
        let path = scratch.folder + "/old.sqlite"
        let old = try DatabaseQueue(path: path)
        try old.write { db in
            for migration in Schema.migrations.prefix(2) { try db.execute(sql: migration) }
            try db.execute(sql: "INSERT INTO backup (url, label) VALUES ('s3://b/old', 'old')")
            try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID); PRAGMA user_version = 2")
        }
        try old.close()
        let opened = try HistoryDatabase(at: path, clock: clock.wall)
        #expect(opened.movedAside == nil)
        try opened.restore(BackupPlace(url: "s3://b/old", label: "old"))
        #expect(try opened.count("backup") == 1)
        #expect(try opened.restores().map(\.start.place.label) == ["old"])
        #expect(try opened.backups().isEmpty)
    }
}
