// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation
import GRDB
import Synchronization

@testable import History

/// A folder of its own for one test, removed with the value.
final class Scratch: Sendable {
    let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/history-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var path: String { folder + "/history.sqlite" }

    func open(clock: TestClock = TestClock(), as process: ProcessIdentity = .current) throws
        -> HistoryDatabase
    {
        try HistoryDatabase(at: path, clock: clock.wall, process: process)
    }
}

/// A clock that a test sets by hand.
final class TestClock: Sendable {
    private let seconds = Mutex<Int64>(1_800_000_000)

    var now: Timestamp { seconds.withLock { Timestamp(seconds: $0) } }
    var wall: WallClock { WallClock { self.now } }

    func advance(_ step: Int64) { seconds.withLock { $0 += step } }
}

let place = BackupPlace(url: "s3://bucket/prod/A", label: "A")
let validators = Validators(
    size: 1000, etag: "e1", version: "v1", modified: Timestamp(seconds: 1), changed: Timestamp(seconds: 2),
    inode: .max)

func digest(_ character: Character) -> String { String(repeating: character, count: 64) }

func start(_ level: Level = .checksummed) -> RunStart {
    RunStart(
        command: "verify", location: "s3://bucket/prod", levelAsked: level, started: Timestamp(seconds: 5),
        toolVersion: "1.0")
}

func restoreStart(
    _ place: BackupPlace = place, at time: Timestamp, acceptsDamage: Bool = false, trial: TrialID? = nil
) -> RestoreStart {
    RestoreStart(
        place: place, target: "/var/lib/postgresql/data", goal: "end of backup", acceptsDamage: acceptsDamage,
        isResumed: false, trial: trial, started: time, toolVersion: "1.0")
}

func trialStart(_ place: BackupPlace = place, at time: Timestamp) -> TrialStart {
    TrialStart(
        place: place, runtime: .local, scratch: "/var/tmp/trial-1", goal: "end of backup",
        replaysArchive: false,
        started: time, toolVersion: "1.0")
}

func reading(
    _ name: ObjectName, _ verdict: Verdict = .verified, sha256: String? = digest("a")
) -> ObjectReport {
    ObjectReport(
        name: name, size: 1000, sha256: sha256, verdict: verdict, bytesRead: 1000, seconds: 0.5, retries: 1,
        validators: validators)
}

func firstPin(_ name: ObjectName, sha256: String = digest("a")) -> PinChange {
    PinChange(
        object: name,
        pin: Pin(sha256: sha256, validators: validators, isAttested: true, since: Timestamp(seconds: 9)),
        reason: .first)
}

func inspection(_ set: Character = "d", findings: [Finding] = []) -> InspectionRecord {
    var contents = ContentSummary()
    (contents.majorVersion, contents.systemIdentifier) = (16, .max)
    (contents.files, contents.bytes, contents.archiveBytes, contents.pages) = (3, 24_576, 9_000, 2)
    contents.relations = [
        RelationTotal(database: 0, fork: "main", files: 1, bytes: 8192),
        RelationTotal(database: .max, fork: "vm", files: 1, bytes: 8192),
    ]
    contents.parent = ParentBackup(timeline: 3, start: .max)
    return InspectionRecord(
        checks: 1, digestSet: digest(set), isComplete: true, findings: findings, contents: contents)
}

extension HistoryDatabase {
    /// A whole run that verifies one backup.
    @discardableResult
    func verify(
        _ place: BackupPlace = place, _ verdict: Verdict = .verified, asked: Level = .checksummed,
        objects: [ObjectReport] = [], findings: [Finding] = [], pins: [PinChange] = [],
        inspection: InspectionRecord? = nil
    ) throws -> RunID {
        let run = try begin(start(asked))
        try lock(place, for: run)
        let report = BackupReport(
            label: place.label, verdict: verdict, level: asked, objects: objects, findings: findings,
            started: clock.now, seconds: 1)
        let outcome = BackupOutcome(
            place: place, report: report, levelAsked: asked, pins: pins, inspection: inspection,
            ended: clock.now)
        try record(outcome, in: run)
        try end(run, exitStatus: 0, verdict: verdict)
        return run
    }

    /// Begins a run that holds a backup, if none does.
    func hold(_ place: BackupPlace = place) throws {
        guard let run = try? begin(start(.checksummed)) else { return }
        try? lock(place, for: run)
    }

    /// A whole restore of one backup.
    @discardableResult
    func restore(
        _ place: BackupPlace = place, exit status: Int32 = 0, acceptsDamage: Bool = false,
        trial: TrialID? = nil,
        phases: [RestorePhase] = [RestorePhase(.stream, seconds: 2, bytes: 1000)], findings: [Finding] = []
    ) throws -> RestoreID {
        let restore = try begin(
            restoreStart(place, at: clock.now, acceptsDamage: acceptsDamage, trial: trial))
        for phase in phases { try add(phase, to: restore) }
        try end(
            restore,
            RestoreEnd(
                exitStatus: status, failure: status == 0 ? nil : "a reason", findings: findings,
                endPosition: "0/3000150", timeline: 2, ended: clock.now))
        return restore
    }

    /// A sweep of one store, to its end, and a slot that was missed.
    @discardableResult
    func sweep(
        exit status: Int32 = 0, _ reason: SweepEnd.Reason = .done, slot: GivenUpSlot.Reason = .missed
    ) throws -> SweepID? {
        let start = SweepStart(
            stores: ["shop"], seed: 1, started: clock.now, toolVersion: "1.0")
        guard let sweep = try begin(start) else { return nil }
        try add(SweptStore(name: "shop", exitStatus: status), to: sweep)
        try end(sweep, SweepEnd(exitStatus: status, reason: reason, ended: clock.now))
        try giveUp(GivenUpSlot(schedule: "nightly", slot: clock.now, reason: slot, at: clock.now))
        return sweep
    }

    /// A message that was delivered.
    func tell() throws {
        let message = Message(id: "m", occasion: .test, written: clock.now, subject: "s", text: "t")
        try keep(message, for: "mail")
        if let waiting = try next(for: "mail") { try end(waiting.id, .delivered, at: clock.now) }
    }

    /// A whole trial restore of one backup; by default one that passed.
    @discardableResult
    func tryOut(
        _ place: BackupPlace = place, exit status: Int32 = 0, level: Level? = .exercised,
        checks: [CheckResult] = [CheckResult("opens", .builtIn, .passed, words: "all databases open")],
        _ change: (inout TrialEnd) -> Void = { _ in }
    ) throws -> TrialID {
        let trial = try begin(trialStart(place, at: clock.now))
        var end = TrialEnd(
            exitStatus: status, level: level, failure: status == 0 ? nil : "a reason",
            phases: [RestorePhase(.stream, seconds: 2, bytes: 1000)], checks: checks, ended: clock.now)
        change(&end)
        try self.end(trial, end)
        return trial
    }

    func count(_ table: String) throws -> Int {
        try pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? -1 }
    }

    func text(_ sql: String) throws -> String? {
        try pool.read { try String.fetchOne($0, sql: sql) }
    }

    /// What any other SQLite client could try to do with the file.
    func tamper(_ sql: String) throws {
        try pool.writeWithoutTransaction { try $0.execute(sql: sql) }
    }

    /// As somebody does who has taken the triggers away first.
    func rewrite(_ sql: String) throws {
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF")
            for name in try String.fetchAll(db, sql: "SELECT name FROM sqlite_schema WHERE type = 'trigger'")
            {
                try db.execute(sql: "DROP TRIGGER \(name)")
            }
            try db.execute(sql: sql)
            try db.execute(sql: "PRAGMA foreign_keys = ON")
        }
    }
}

func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}
