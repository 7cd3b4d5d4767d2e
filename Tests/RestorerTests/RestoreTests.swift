// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import BackupFormats
import Catalogue
import Diagnostics
import Foundation
import Glibc
import Inspection
import ObjectStore
import PrivatePostgres
import Synchronization
import TestKit
import Testing

@testable import Restorer

/// A reading that proves what it is told to prove, and hands over what it is told to.
private struct ScriptedReading: ProvenReading {
    var verdict = Verdict.verified
    var findings: [Finding] = []
    var objects: [ObjectReport] = []
    /// What is thrown when so many files were handed over.
    var failure: (any Error & Sendable)?
    var filesBeforeFailure = 1

    func read(
        _ backup: Backup, of store: any ObjectStore, among neighbours: [Backup],
        into output: any MemberOutput
    ) throws -> BackupReport {
        for (index, object) in backup.objects.enumerated() where object.name != backup.manifest?.name {
            if let failure, index >= filesBeforeFailure { throw failure }
            output.keep(try object.content(in: store), of: backup.relativeName(of: object))
        }
        return BackupReport(
            label: backup.label, verdict: verdict, level: .inspected, objects: objects, findings: findings,
            started: Timestamp(seconds: 0))
    }
}

/// Keeps what a restore wants remembered.
private final class KeptLog: RestoreLog {
    let ends = Mutex<[RestoreEnd]>([])
    let phases = Mutex<[RestorePhase.Name]>([])

    func begin(_ start: RestoreStart) -> RestoreID { RestoreID(1) }
    func add(_ phase: RestorePhase, to restore: RestoreID) { phases.withLock { $0.append(phase.name) } }
    func end(_ restore: RestoreID, _ end: RestoreEnd) { ends.withLock { $0.append(end) } }
}

private struct Unwatched: RestoreObserver {
    func began(_ phase: RestorePhase.Name, bytes: UInt64?) {}
    func recovered(_ progress: RecoveryProgress) {}
    func copied(_ bytes: UInt64) {}
    func scriptBegan(_ name: String) {}
    func noted(_ text: String) {}
}

@Suite struct `A restore by a reading` {
    private let place: OwnedDirectory
    private let store = MemoryStore()
    private let log = KeptLog()
    private let backup = PlainBackup("one", version: 15)

    init() throws {
        place = try OwnedDirectory()
        backup.upload(to: store)
    }

    private func restore(
        _ reading: ScriptedReading, _ change: (inout RestoreRequest) -> Void = { _ in }
    ) throws -> RestoreReport {
        var request = RestoreRequest(
            target: "\(place.path)/db", goal: RecoveryGoal(.endOfBackup),
            outcome: .standby(primary: nil, slot: nil),
            owner: ServerOwner(user: geteuid(), group: getegid(), name: nil))
        change(&request)
        let backups = try store.backups
        let cancellation = Cancellation()
        let planner = RestorePlanner(
            store: store, wal: nil, searchPath: [], cancellation: cancellation
        ) { _ in BackupMemory() }
        let plan = try planner.plan(request, of: .init(backup: backups[0], time: nil, neighbours: backups))
        return try Restore(
            plan, from: store, wal: nil, reading: reading,
            .init(
                log: log, observer: Unwatched(), clock: .system, cancellation: cancellation, searchPath: [],
                toolVersion: "test")
        ).run()
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
    }

    private func content(_ name: ObjectName) -> [UInt8]? {
        FileManager.default.contents(atPath: "\(place.path)/db/\(name)").map(Array.init)
    }

    /// The status that a restore ends with, which must be what is remembered.
    private func status(
        _ reading: ScriptedReading, _ change: (inout RestoreRequest) -> Void = { _ in }
    ) throws -> Diagnostics.ExitStatus? {
        let error = #expect(throws: RestoreError.self) { _ = try restore(reading, change) }
        let end = try #require(log.ends.withLock { $0.last })
        #expect(end.exitStatus == error?.exitStatus.rawValue)
        #expect(end.failure == error?.message)
        return error?.exitStatus
    }

    @Test func `that proves everything is there, whole, and nothing beside it`() throws {
        let report = try restore(ScriptedReading())
        #expect(try names() == ["db"])
        for (name, bytes) in backup.files where name != "backup_label" {
            #expect(content(name) == bytes, "\(name)")
        }
        #expect(report.majorVersion == 15 && !report.isResumed && report.recovery == nil)
        #expect(report.readings.map(\.verdict) == [.verified])
        #expect(log.ends.withLock { $0.map(\.exitStatus) } == [0])
        #expect(log.phases.withLock { $0 } == [.download, .write, .stream, .sync, .switch])
    }

    @Test(arguments: [(Verdict.damaged, Diagnostics.ExitStatus.damaged), (.tampered, .tampered)])
    func `that finds the backup bad leaves nothing`(_ verdict: Verdict, _ status: Diagnostics.ExitStatus)
        throws
    {
        let finding = Finding.recorded(.checksumMismatch, object: "base/5/112", message: "is not what it was")
        let reading = ScriptedReading(verdict: verdict, findings: [finding])
        #expect(try self.status(reading) == status)
        #expect(try names() == [])
        #expect(log.ends.withLock { $0.last?.findings } == [finding])
    }

    @Test func `that cannot tell leaves the target as it was`() throws {
        let finding = Finding.recorded(.unreadableObject, object: "base/5/112", message: "could not be read")
        let reading = ScriptedReading(verdict: .inconclusive, findings: [finding])
        #expect(try status(reading) == .inconclusive)
        #expect(try !names().contains("db"))
    }

    @Test func `of damage is let through for the backup that a person named, if all of it was read`() throws {
        let damage = Finding.recorded(.checksumMismatch, object: "base/5/112", message: "is not what it was")
        let reading = ScriptedReading(verdict: .damaged, findings: [damage])
        #expect(try status(reading) { $0.acceptedDamage = "another" } == .damaged)
        let gap = Finding.recorded(.unreadableObject, object: "base/5/112", message: "could not be read")
        let halfRead = ScriptedReading(verdict: .damaged, findings: [damage, gap])
        #expect(try status(halfRead) { $0.acceptedDamage = "one" } == .inconclusive)
        let unread = ObjectReport(name: "base/5/112", size: 8192, verdict: .inconclusive)
        let withUnread = ScriptedReading(verdict: .damaged, findings: [damage], objects: [unread])
        #expect(try status(withUnread) { $0.acceptedDamage = "one" } == .inconclusive)
        #expect(try !names().contains("db"))
        _ = try restore(reading) { $0.acceptedDamage = "one" }
        #expect(try names() == ["db"])
    }

    @Test func `of a backup without its WAL needs an archive to take it from`() throws {
        let gap = Finding.recorded(.walGap, .warning, message: "is not there")
        let lacking = ScriptedReading(verdict: .incomplete, findings: [gap])
        #expect(try status(lacking) == .policyNotMet)
        let other = Finding.recorded(.missingParent, .warning, message: "is not there")
        let lackingMore = ScriptedReading(verdict: .incomplete, findings: [gap, other])
        #expect(try status(lackingMore) { $0.walArchive = "/wal" } == .policyNotMet)
        _ = try restore(lacking) { $0.walArchive = "/wal" }
        #expect(try names() == ["db"])
    }

    @Test func `that is interrupted is gone on with by the next one`() throws {
        let stopped = ScriptedReading(failure: RestoreError.interrupted(.terminated), filesBeforeFailure: 2)
        #expect(try status(stopped) == .terminated)
        #expect(try names() == [".db.pg_backctl"])
        let report = try restore(ScriptedReading())
        #expect(report.isResumed)
        #expect(try names() == ["db"])
    }

    @Test func `has nothing in it that no reading named, whatever an earlier one left`() throws {
        let stopped = ScriptedReading(failure: RestoreError.interrupted(.terminated), filesBeforeFailure: 4)
        #expect(try status(stopped) == .terminated)
        let left = "\(place.path)/.db.pg_backctl/data/base/5/stranger"
        try Data("x".utf8).write(to: URL(filePath: left))
        _ = try restore(ScriptedReading())
        #expect(content("base/5/112") == backup.files["base/5/112"])
        #expect(content("base/5/stranger") == nil)
    }
}
