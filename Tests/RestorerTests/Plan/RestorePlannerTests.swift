// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import Diagnostics
import Foundation
import Glibc
import ObjectStore
import PrivatePostgres
import TestKit
import Testing

@testable import Restorer
@testable import WALArchive

@Suite struct `A plan of a restore` {
    private let place: OwnedDirectory
    private let store = MemoryStore()

    init() throws { place = try OwnedDirectory() }

    private var target: String { "\(place.path)/db" }

    /// A request that starts no server, so that no program is looked for.
    private func request(_ change: (inout RestoreRequest) -> Void = { _ in }) -> RestoreRequest {
        var request = RestoreRequest(
            target: target, goal: RecoveryGoal(.endOfBackup), outcome: .recoveredAtFirstStart,
            owner: ServerOwner(user: geteuid(), group: getegid(), name: nil))
        change(&request)
        return request
    }

    private func plan(
        _ label: String, _ request: RestoreRequest? = nil
    ) throws -> RestorePlan {
        let backups = try store.backups
        let backup = try #require(backups.first { $0.label == label })
        let planner = RestorePlanner(
            store: store, wal: nil, searchPath: [], cancellation: Cancellation()
        ) { _ in BackupMemory() }
        return try planner.plan(
            request ?? self.request(), of: .init(backup: backup, time: nil, neighbours: backups))
    }

    /// The error that making a plan ends with.
    private func refusal(
        _ label: String, _ request: RestoreRequest? = nil
    ) -> RestoreError? {
        do {
            let objection = try plan(label, request).objections.first
            #expect(objection != nil)
            return objection
        } catch {
            let thrown = error as? RestoreError
            #expect(thrown != nil, "\(error)")
            return thrown
        }
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: place.path)
    }

    // MARK: What it says

    @Test func `says what will be read and written, and changes nothing`() throws {
        let backup = PlainBackup("one", version: 15)
        backup.upload(to: store)
        let plan = try plan("one")
        #expect(plan.sources.map(\.backup.label) == ["one"])
        #expect(plan.majorVersion == 15)
        #expect(plan.filesToWrite == backup.files.count)
        #expect(plan.bytesToWrite == 8192 + 3 * 4096)
        #expect(plan.bytesToRead == plan.backup.size)
        #expect(plan.staging == "\(place.path)/.db.pg_backctl")
        #expect(!plan.continues && plan.binaries == nil && plan.archive == nil)
        #expect(plan.room.allSatisfy { $0.bytes.least >= 8192 && $0.bytesFree > 0 } && !plan.room.isEmpty)
        #expect(try names() == [])
    }

    @Test func `reads no more of the backup than what describes it`() throws {
        PlainBackup("one", version: 15).upload(to: store)
        _ = try plan("one")
        let read = Set(store.requests.map(\.name.lastComponent))
        #expect(read == ["backup_manifest", "backup_label", "PG_VERSION", "pg_filenode.map"])
    }

    @Test func `goes on with what an interrupted restore left, unless it is to start over`() throws {
        PlainBackup("one", version: 15).upload(to: store)
        let identity = try plan("one").identity
        do {
            let area = try StagingArea(identity, restarts: false, owner: request().owner) { _ in }
            try area.enter(.written)
        }
        #expect(try plan("one").continues)
        // All is written: there is nothing to find room for.
        #expect(try plan("one").room == [])
        #expect(try !plan("one", request { $0.restarts = true }).continues)
        #expect(try !plan("one", request { $0.acceptedDamage = "one" }).continues)
    }

    // MARK: What it refuses

    @Test func `is not made of what nothing can prove`() throws {
        store.put("legacy/data.tar.bz2", "x")
        store.put("bare/base.tar", [UInt8](repeating: 0, count: 1024))
        #expect(refusal("legacy")?.exitStatus == .policyNotMet)
        #expect(refusal("bare")?.exitStatus == .policyNotMet)
    }

    @Test func `is not made for another major version`() throws {
        PlainBackup("one", version: 15).upload(to: store)
        #expect(refusal("one", request { $0.majorVersion = 16 })?.exitStatus == .usage)
        #expect(try plan("one", request { $0.majorVersion = 15 }).majorVersion == 15)
        // What nobody knows yet is compared when it is read.
        PlainBackup("two").upload(to: store)
        #expect(try plan("two", request { $0.majorVersion = 16 }).majorVersion == nil)
    }

    @Test func `has a place for each tablespace, and for those that WAL may make`() throws {
        var backup = PlainBackup("one", version: 15)
        backup.files["pg_tblspc/16385/PG_15_202209061/5/1"] = [1]
        backup.files["tablespace_map"] = Array("16385 /srv/space\n".utf8)
        backup.upload(to: store)
        let missing = try #require(refusal("one"))
        #expect(missing.exitStatus == .argumentMissing)
        #expect(missing.message.contains("--map 16385=DIR") && missing.hints[0].contains("'/srv/space'"))
        let space = "\(place.path)/space"
        let later = try plan("one", request { $0.tablespaces = [16385: space, 9: space + "9"] }).tablespaces
        #expect(later.map(\.identifier) == [16385, 9] && later.map(\.isLater) == [false, true])
        let found = try plan("one", request { $0.tablespaces = [16385: space] }).tablespaces
        #expect(found.map(\.identifier) == [16385] && found.map(\.place) == [space])
        #expect(found.map(\.origin) == ["/srv/space"])
    }

    @Test func `is there although a tablespace has no place, and can give each one below a folder`() throws {
        var backup = PlainBackup("one", version: 15)
        backup.files["pg_tblspc/16385/PG_15_202209061/5/1"] = [1]
        backup.files["tablespace_map"] = Array("16385 /srv/space\n".utf8)
        backup.upload(to: store)
        let open = try plan("one")
        #expect(open.unmapped.map(\.identifier) == [16385] && open.unmapped.map(\.origin) == ["/srv/space"])
        #expect(open.tablespaces.isEmpty && open.filesToWrite == backup.files.count)
        let placed = try plan("one", request { $0.tablespaceFolder = place.path })
        #expect(placed.objections.isEmpty && placed.unmapped.isEmpty)
        #expect(placed.tablespaces.map(\.place) == ["\(place.path)/16385"])
    }

    @Test func `wants an archive for what lies behind the backup`() throws {
        PlainBackup("one", version: 15).upload(to: store)
        for target in [
            RecoveryGoal.Target.time(Timestamp(seconds: 4_000_000_000)), .lsn(LogSequenceNumber(1 << 50)),
        ] {
            let refused = refusal("one", request { $0.goal = RecoveryGoal(target) })
            #expect(refused?.exitStatus == .argumentMissing, "\(target)")
            #expect(refused?.message.contains("--wal-archive") == true)
        }
        #expect(try plan("one", request { $0.goal = RecoveryGoal(.endOfBackup) }).objections.isEmpty)
    }

    @Test(arguments: [
        ("GLACIER", true), ("DEEP_ARCHIVE", true), ("STANDARD_IA", false), ("GLACIER_IR", false),
    ])
    func `is refused where an object has to be brought back first`(storageClass: String, isRefused: Bool) {
        let object = StoredObject(
            name: "one/base.tar", validators: Validators(size: 1), storageClass: storageClass)
        let refused = RestorePlan.archived(among: [object])
        #expect((refused != nil) == isRefused)
        #expect(!isRefused || refused?.message.contains(storageClass) == true)
    }

    @Test(arguments: [
        (RecoveryGoal.Target.endOfWAL, true), (.time(Timestamp(seconds: 4_000_000_000)), true),
        (.lsn(LogSequenceNumber(0x600_0001)), true), (.lsn(LogSequenceNumber(0x500_0000)), false),
        (.endOfBackup, false),
    ])
    func `is refused where WAL on the way has to be brought back first`(
        target: RecoveryGoal.Target, isRefused: Bool
    ) throws {
        PlainBackup("one", version: 15).upload(to: store)
        var plan = try plan("one", request { $0.goal = RecoveryGoal(.endOfBackup) })
        plan.request.goal = RecoveryGoal(target)
        plan.archive = .holds(.cold(from: LogSequenceNumber(0x600_0000)))
        let objection = plan.foundObjections.first { $0.message.contains("GLACIER") }
        #expect((objection != nil) == isRefused && objection?.hints.isEmpty != true)
    }

    @Test func `wants directories apart from each other`() throws {
        PlainBackup("one", version: 15).upload(to: store)
        for space in [target, target + "/inside", place.path] {
            #expect(refusal("one", request { $0.tablespaces = [1: space] })?.exitStatus == .usage, "\(space)")
        }
    }

    @Test(arguments: ["file", "full", "server"]) func `leaves alone what is there`(_ what: String) throws {
        PlainBackup("one", version: 15).upload(to: store)
        if what == "file" {
            try Data().write(to: URL(filePath: target))
        } else {
            try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
            let name = what == "server" ? "postmaster.pid" : "PG_VERSION"
            try Data("x".utf8).write(to: URL(filePath: "\(target)/\(name)"))
        }
        #expect(refusal("one")?.exitStatus == .unsafeOperation)
        #expect(try names() == ["db"])
    }

    @Test func `takes an empty directory for free`() throws {
        PlainBackup("one", version: 15).upload(to: store)
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
        #expect(try plan("one").staging == "\(place.path)/.db.pg_backctl")
    }

    @Test func `wants the files that are to take the place of the backup's`() throws {
        PlainBackup("one", version: 15).upload(to: store)
        let absent = "\(place.path)/absent.conf"
        #expect(refusal("one", request { $0.settingsFile = absent })?.exitStatus == .configurationMissing)
        #expect(refusal("one", request { $0.accessFile = absent })?.exitStatus == .configurationMissing)
    }

    @Test func `has no scripts or goals that nothing would carry out`() throws {
        PlainBackup("one", version: 15).upload(to: store)
        let standby = request {
            $0.outcome = .standby(primary: nil, slot: nil)
            $0.goal = RecoveryGoal(.time(Timestamp(seconds: 0)))
        }
        #expect(refusal("one", standby)?.exitStatus == .usage)
    }

    @Test func `tells of a store that fails, and says nothing about the backup`() throws {
        PlainBackup("one", version: 15).upload(to: store)
        store.setFault { request, _ in
            request.name.hasPrefix("one/backup_manifest")
                ? .error(.gaveUp("it", attempts: "6 attempts")) : nil
        }
        #expect(refusal("one")?.exitStatus == .inconclusive)
    }
}

extension WALOutlook {
    fileprivate static func cold(from start: LogSequenceNumber) -> WALOutlook {
        var outlook = WALOutlook(end: LogSequenceNumber(1 << 40), timeline: 1)
        outlook.cold = ColdSegment(object: "wal/6", storageClass: "GLACIER", start: start)
        return outlook
    }
}
