// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import ObjectStore
import Synchronization
import TestKit
import Testing

@testable import Verifier

/// Backups that lack more objects than anybody wants to read of.
@Suite struct AbsenceTests {
    /// A sum file has no more than 100,000 lines.
    private static let most = 90_000
    private static let folder: ObjectName = "20251027T143000/"

    /// A backup whose sum file names this many objects that are not there.
    private func world(lacking count: Int = most) throws -> World {
        let world = try World(.tar())
        lack(count, in: world)
        return world
    }

    private func lack(_ count: Int, in world: World, prefix: String = "x") {
        let sums = String(decoding: BackupSet.tar().sumFile, as: UTF8.self)
        let digest = String(repeating: "0", count: 64)
        let lines = (0..<count).map { "\(digest)  ./\(prefix)\($0)\n" }
        world.store.put(Self.folder + "backup.sha256", sums + lines.joined())
        // It would say that it does not list them, either.
        world.store.remove(Self.folder + "backup.sha256.info")
    }

    private func expectCount(_ others: Int, in report: VerificationReport) {
        #expect(report.exitStatus == .damaged)
        let missing = report.findings.filter { $0.code == .missingObject }
        #expect(missing.count == 501 && missing.dropLast().allSatisfy { $0.object != nil })
        #expect(missing.last?.message == "and \(others) more of this kind (MISSING_OBJECT)")
    }

    @Test(arguments: [Level.listed, .checksummed])
    func `objects that a sum file names and nobody has are counted, and some told`(level: Level) throws {
        let world = try world()
        expectCount(Self.most - 500, in: try world.verify(level: level))
        #expect(world.store.headRequests.count < 600)
    }

    @Test func `files that a manifest names and nobody has are counted, and some told`() throws {
        let world = try World()
        var files: [ObjectName: [UInt8]] = ["PG_VERSION": Array("15\n".utf8)]
        for (name, bytes) in files { world.store.put(ObjectName("plain/") + name, bytes) }
        for number in 0..<100_000 { files[ObjectName("base/1/\(number)")] = [] }
        world.store.put("plain/backup_manifest", Manifest.of(files))
        for _ in 0..<2 { expectCount(99_500, in: try world.verify()) }
        #expect(world.store.headRequests.count < 1200)
    }

    @Test func `those that are told are asked for side by side, and counted as they are answered`() throws {
        let world = try world()
        let watcher = MeterWatcher()
        try world.verify(level: .checksummed, jobs: 4, observer: watcher)
        let absentees = try #require(watcher.meter).absentees
        #expect(absentees == (500, 500))
        #expect(Set(world.store.headRequests).count == world.store.headRequests.count)
    }

    @Test func `objects that a second listing shows are no damage, told or counted`() throws {
        let world = try world(lacking: 1000)
        world.store.beforeSecondListing { store in
            for number in 0..<1000 { store.put(Self.folder + ObjectName("x\(number)"), [1]) }
        }
        let report = try world.verify()
        #expect(report.exitStatus == .inconclusive, "\(report.findings.first?.message ?? "")")
        #expect(report.codes.allSatisfy { $0 == .objectChanging } && report.codes.count == 501)
        #expect(report.findings.last?.message == "and 500 more of this kind (OBJECT_CHANGING)")
    }

    @Test func `listings that a HEAD shows to be wrong are believed of nothing that was not asked for`()
        throws
    {
        let world = try world(lacking: 1000)
        world.store.put(Self.folder + "x0", [1])
        world.store.hide(Self.folder + "x0")
        let report = try world.verify()
        let counted = try #require(report.findings.last { $0.standsForOthers })
        #expect(counted.code == .objectChanging && counted.message.contains("500"))
        #expect(report.findings.filter { $0.code == .missingObject }.count == 499)
    }

    @Test func `the gravest are told before those that merely come first`() throws {
        let world = try World(.tar())
        try world.verify()
        world.store.remove(Self.folder + "pg_wal.tar.gz")
        let sums = String(decoding: BackupSet.tar().sumFile, as: UTF8.self)
        let others = sums.split(separator: "\n").filter { !$0.contains("pg_wal.tar.gz") }
        let digest = String(repeating: "0", count: 64)
        let lines = others + (0..<1000).map { "\(digest)  ./a\($0)" }
        world.store.put(Self.folder + "backup.sha256", lines.joined(separator: "\n") + "\n")
        let report = try world.verify()
        #expect(report.exitStatus == .tampered)
        #expect(report.findings.contains { $0.object == "pg_wal.tar.gz" && $0.code == .missingObject })
        #expect(report.object("pg_wal.tar.gz")?.verdict == .tampered)
    }

    @Test func `what is still missing is not resolved when others are told in its place`() throws {
        let world = try world(lacking: 600)
        try world.verify()
        let before = try world.openFindings(.missingObject)
        lack(1200, in: world, prefix: "a")
        let sums = String(decoding: world.store.bytes(Self.folder + "backup.sha256"), as: UTF8.self)
        let digest = String(repeating: "0", count: 64)
        let lines = (0..<600).map { "\(digest)  ./x\($0)\n" }
        world.store.put(Self.folder + "backup.sha256", sums + lines.joined())
        try world.verify()
        #expect(try world.openFindings(.missingObject) > before)
        world.store.put(Self.folder + "backup.sha256", BackupSet.tar().sumFile)
        try world.verify()
        #expect(try world.openFindings(.missingObject) == 0)
    }
}

/// Keeps the meter of the backup that was begun last.
private final class MeterWatcher: VerificationObserver {
    private let last = Mutex<BackupMeter?>(nil)

    var meter: BackupMeter? { last.withLock { $0 } }

    func backupStarted(_ meter: BackupMeter) { last.withLock { $0 = meter } }

    func backupFinished(_ report: BackupReport) {}
}
