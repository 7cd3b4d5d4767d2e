// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import History
import ObjectStore
import Synchronization
import TestKit
import Testing
import Verifier

@Suite struct VerdictTests {
    @Test func `an intact backup is verified, with every byte read once, its sum file twice`() throws {
        let world = try World(.tar())
        let report = try world.verify()
        #expect(report.verdict == .verified)
        #expect(report.exitStatus == .success)
        #expect(report.backups.first?.level == .checksummed)
        #expect(report.findings.isEmpty)
        for object in report.backups.first?.objects ?? [] {
            let isControl = object.name.hasPrefix("backup.sha256")
            #expect(object.bytesRead == object.size * (isControl ? 2 : 1), "\(object.name)")
        }
        #expect(report.object("base.tar.gz")?.sha256 != nil)
    }

    @Test func `the time of a backup begins when it is its turn`() throws {
        let world = try World(.tar())
        BackupSet.tar("20251028T143000").upload(to: world.store)
        let ticks = Mutex(Int64(1_761_660_000))
        let clock = WallClock {
            ticks.withLock { ticks in
                ticks += 1
                return Timestamp(seconds: ticks)
            }
        }
        let options = VerificationOptions(level: .checksummed, jobs: 1, toolVersion: "test")
        let verification = Verification(
            of: world.store, ledger: ForgetfulLedger(), options: options, clock: clock)
        let backups = try Catalogue.scan(world.store).backups
        let reports = try verification.run(backups, location: world.store.url).backups
        // Meanwhile the clock was read for the end of the first.
        let starts = reports.map(\.started.seconds)
        #expect(starts.count == 2 && starts[1] - starts[0] > 1, "\(starts)")
    }

    @Test(arguments: [["backup.sha256"], ["backup.sha256", "backup_manifest"]])
    func `a backup that was whole once is never an upload under way`(lost: [ObjectName]) throws {
        let world = try World(.tar())
        try world.verify()
        for name in lost { world.store.remove("20251027T143000/" + name) }
        for _ in 0..<2 {
            let report = try world.verify()
            // The manifest stood in the sum file: gone with its line, it is tampered.
            #expect(report.verdict == (lost.contains("backup_manifest") ? .tampered : .damaged))
            #expect(report.codes.contains(.missingObject))
        }
    }

    @Test func `what was verified once is verified again by its chunks`() throws {
        let world = try World(.tar())
        try world.verify()
        world.store.forgetRequests()
        let report = try world.verify()
        #expect(report.verdict == .verified)
        let parts = world.store.requests.filter { $0.name == "20251027T143000/base.tar.gz" }
        #expect(parts.count > 1)
        #expect(parts.reduce(0) { $0 + $1.range.count } == 40_960)
    }

    @Test func `a flipped bit is damage from its first sight on`() throws {
        let world = try World(.tar())
        world.store.flip("20251027T143000/base.tar.gz", byte: 5000)
        let report = try world.verify()
        #expect(report.exitStatus == .damaged)
        #expect(report.codes == [.checksumMismatch])
        #expect(report.findings.first?.cause == .neverGood)
        #expect(try world.verify().findings.first?.cause == .neverGood)
    }

    @Test func `rot is located to its chunk and told apart from an overwrite`() throws {
        let world = try World(.tar())
        try world.verify()
        world.store.flip("20251027T143000/base.tar.gz", byte: 5000)
        let finding = try #require(try world.verify().findings.first)
        #expect(finding.code == .checksumMismatch)
        #expect(finding.cause == .bitRot)
        #expect(finding.offset == 4096)
        #expect(finding.length == 4096)

        var bytes = world.store.bytes("20251027T143000/base.tar.gz")
        bytes[5000] ^= 1
        bytes[0] ^= 1
        world.store.put("20251027T143000/base.tar.gz", bytes)
        let overwritten = try #require(try world.verify().findings.first)
        #expect(overwritten.cause == .overwritten)
        #expect(overwritten.offset == 0)
    }

    @Test func `two damaged chunks far apart give both ranges`() throws {
        let world = try World(.tar())
        try world.verify()
        world.store.flip("20251027T143000/base.tar.gz", byte: 1)
        world.store.flip("20251027T143000/base.tar.gz", byte: 40_959)
        let findings = try world.verify().findings
        #expect(findings.map(\.offset) == [0, 36_864])
        #expect(findings.map(\.length) == [4096, 4096])
    }

    @Test func `a truncated object says where it ends and where it should`() throws {
        let world = try World(.tar())
        try world.verify()
        world.store.rot("20251027T143000/base.tar.gz") { $0.removeLast(100) }
        let finding = try #require(try world.verify().findings.first)
        #expect(finding.code == .sizeMismatch)
        #expect(finding.cause == .truncated)
        #expect(finding.offset == 40_860)
        #expect(finding.length == 100)
    }

    @Test func `a copy with other validators is a note, and pinned anew`() throws {
        let world = try World(.tar())
        try world.verify()
        let name: ObjectName = "20251027T143000/base.tar.gz"
        world.store.put(name, world.store.bytes(name), modified: Timestamp(seconds: 1_761_600_000))
        let report = try world.verify()
        #expect(report.verdict == .verified)
        #expect(report.findings.map(\.code) == [.pinChanged])
        #expect(report.findings.map(\.severity) == [.note])
        #expect(try world.verify().findings.isEmpty)
    }

    @Test func `data and sums replaced together are tampering until accepted by name`() throws {
        let world = try World(.tar())
        try world.verify()
        var other = BackupSet.tar()
        other.objects["base.tar.gz"]?[7] ^= 0x10
        other.upload(to: world.store)
        for _ in 0..<2 {
            let report = try world.verify()
            #expect(report.exitStatus == .tampered)
            #expect(report.object("base.tar.gz")?.verdict == .tampered)
        }
        _ = try world.history.accept(label: "20251027T143000", reason: "moved to the new bucket", who: "dba")
        #expect(try world.verify().verdict == .verified)
        world.store.flip("20251027T143000/base.tar.gz", byte: 9)
        #expect(try world.verify().exitStatus == .damaged)
    }

    @Test func `an object removed together with its line is tampering`() throws {
        let world = try World(.tar())
        try world.verify()
        var fewer = BackupSet.tar()
        fewer.objects["pg_wal.tar.gz"] = nil
        world.store.remove(fewer.name("pg_wal.tar.gz"))
        fewer.upload(to: world.store)
        let report = try world.verify()
        #expect(report.exitStatus == .tampered)
        #expect(report.codes.contains(.missingObject))
        _ = try world.history.accept(label: "20251027T143000", reason: "WAL is in the archive", who: "dba")
        #expect(try world.verify().verdict == .verified)
    }

    @Test func `of several backups the worst decides`() throws {
        let world = try World(.tar("20251027T143000"))
        BackupSet.tar("20251028T143000").upload(to: world.store)
        world.store.flip("20251028T143000/base.tar.gz", byte: 0)
        let report = try world.verify()
        #expect(report.backups.map(\.verdict) == [.verified, .damaged])
        #expect(report.exitStatus == .damaged)
    }

    @Test func `without a history damage is found, but not located`() throws {
        let world = try World(.tar())
        world.store.flip("20251027T143000/base.tar.gz", byte: 0)
        let finding = try #require(try world.verify(remembers: false).findings.first)
        #expect(finding.offset == 0)
        #expect(finding.length == 40_960)
    }

    @Test func `a state list that rotted is dropped and makes nothing look bad`() throws {
        let world = try World(.tar())
        try world.verify()
        world.store.forgetRequests()
        #expect(try world.verify(ledger: RottenStates(world.history)).verdict == .verified)
        #expect(world.store.requests.filter { $0.name == "20251027T143000/base.tar.gz" }.count == 1)
        world.store.forgetRequests()
        #expect(try world.verify().verdict == .verified)
        #expect(world.store.requests.filter { $0.name == "20251027T143000/base.tar.gz" }.count > 1)
    }

    @Test func `a tar backup without pg_wal says where its WAL may be`() throws {
        var set = BackupSet.tar()
        set.objects["pg_wal.tar.gz"] = nil
        let report = try World(set).verify()
        #expect(report.verdict == .verified)
        #expect(report.findings.map(\.code) == [.walGap])
        #expect(report.findings.map(\.severity) == [.note])
    }
}
