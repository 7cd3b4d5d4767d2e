// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Digests
import ObjectStore
import TestKit
import Testing
import Verifier

/// Data directories without a sum file, which their manifest attests.
@Suite struct PlainFormatTests {
    private static let files: [ObjectName: [UInt8]] = [
        "PG_VERSION": Array("15\n".utf8), "global/pg_control": Array(repeating: 7, count: 8192),
        "base/1/1259": Array(repeating: 9, count: 16_384),
        "postgresql.auto.conf": Array("# do not edit\n".utf8),
    ]
    private static let folder: ObjectName = "plain/"

    private func world(_ algorithm: DigestAlgorithm = .crc32c) throws -> World {
        let world = try World()
        for (name, bytes) in Self.files { world.store.put(Self.folder + name, bytes) }
        world.store.put(Self.folder + "pg_wal/000000010000000000000002", Array(repeating: 1, count: 1000))
        world.store.put(Self.folder + "backup_manifest", Manifest.of(Self.files, algorithm: algorithm))
        return world
    }

    @Test(arguments: [DigestAlgorithm.crc32c, .sha224, .sha256, .sha384, .sha512])
    func `a manifest attests its files, whatever its algorithm`(algorithm: DigestAlgorithm) throws {
        let world = try world(algorithm)
        for _ in 0..<2 {
            let report = try world.verify()
            #expect(report.verdict == .verified)
            #expect(report.backups.first?.level == .checksummed)
            #expect(report.findings.isEmpty)
        }
    }

    @Test(arguments: [DigestAlgorithm.crc32c, .sha256])
    func `a file that differs from the manifest was never good`(algorithm: DigestAlgorithm) throws {
        let world = try world(algorithm)
        world.store.flip(Self.folder + "base/1/1259", byte: 5)
        for _ in 0..<2 {
            let report = try world.verify()
            #expect(report.exitStatus == .damaged)
            #expect(report.findings.map(\.cause) == [.neverGood])
        }
    }

    @Test func `rot after the first reading is told as rot`() throws {
        let world = try world()
        try world.verify()
        world.store.flip(Self.folder + "base/1/1259", byte: 5)
        #expect(try world.verify().findings.map(\.cause) == [.bitRot])
    }

    @Test(arguments: [DigestAlgorithm.crc32c, .sha256, .sha512], [0, 3600.0])
    func `a first reading that was interrupted goes on, however small its files are`(
        algorithm: DigestAlgorithm, progressInterval: Double
    ) throws {
        let world = try world(algorithm)
        let last = Self.folder + "pg_wal/000000010000000000000002"
        world.store.setFault { request, _ in request.name == last ? .interrupted(after: 0) : nil }
        #expect(try world.verify(jobs: 1, progressInterval: progressInterval).isInterrupted)
        world.store.setFault(nil)
        world.store.forgetRequests()
        let report = try world.verify()
        #expect(report.verdict == .verified && report.backups.first?.level == .checksummed)
        let read = Set(world.store.requests.map(\.name))
        #expect(read.isDisjoint(with: [Self.folder + "base/1/1259", Self.folder + "global/pg_control"]))
        #expect(report.object("base/1/1259")?.bytesResumed == 16_384)
        // They are pinned as by a reading in one piece.
        world.store.flip(Self.folder + "base/1/1259", byte: 5)
        #expect(try world.verify().findings.map(\.cause) == [.bitRot])
    }

    @Test func `what an interrupted reading has kept is held against the manifest as it is now`() throws {
        let world = try world()
        let last = Self.folder + "pg_wal/000000010000000000000002"
        world.store.setFault { request, _ in request.name == last ? .interrupted(after: 0) : nil }
        #expect(try world.verify(jobs: 1).isInterrupted)
        world.store.setFault(nil)
        var files = Self.files
        files["base/1/1259"]?[7] = 0
        world.store.put(Self.folder + "backup_manifest", Manifest.of(files))
        #expect(try world.verify().exitStatus == .damaged)
    }

    @Test func `a manifest without checksums proves no more than names and sizes`() throws {
        let report = try world(.none).verify()
        #expect(report.exitStatus == .policyNotMet)
        #expect(report.backups.first?.level == .listed)
    }

    @Test func `missing and extra files are told, WAL is not asked of the manifest`() throws {
        let world = try world()
        world.store.remove(Self.folder + "base/1/1259")
        world.store.put(Self.folder + "base/1/9999", [1])
        let report = try world.verify()
        #expect(report.exitStatus == .damaged)
        #expect(Set(report.codes) == [.missingObject, .unlistedObject])
    }

    @Test func `what its manifest found wrong is not forgotten when somebody adds a sum file`() throws {
        let world = try world()
        world.store.flip(Self.folder + "base/1/1259", byte: 5)
        #expect(try world.verify(level: .inspected).exitStatus == .damaged)
        let lines = world.store.names.map { name in
            "\(sha256(world.store.bytes(name)))  ./\(name.dropping(Self.folder.bytes.count))\n"
        }
        world.store.put(Self.folder + "backup.sha256", Array(lines.joined().utf8))
        let report = try world.verify(level: .inspected)
        #expect(report.codes.contains(.memberChecksum) && report.exitStatus == .damaged, "\(report.findings)")
    }

    @Test func `a manifest that fails its own checksum attests nothing`() throws {
        let world = try world()
        world.store.rot(Self.folder + "backup_manifest") { $0[$0.count - 10] ^= 1 }
        let report = try world.verify()
        #expect(report.exitStatus == .damaged)
        #expect(report.codes == [.manifestChecksum] || report.codes == [.manifestInvalid])
    }

    @Test func `recovery settings that pg_basebackup added are a warning`() throws {
        let world = try world()
        let auto = Self.folder + "postgresql.auto.conf"
        world.store.put(auto, world.store.bytes(auto) + Array("primary_conninfo = 'host=a'\n".utf8))
        world.store.put(Self.folder + "standby.signal", [])
        let report = try world.verify()
        #expect(report.verdict == .verified)
        #expect(report.codes == [.recoverySettingsAdded, .recoverySettingsAdded])
    }

    @Test(arguments: [false, true])
    func `recovery settings that come after the first verification are damage`(hadSome: Bool) throws {
        let world = try world()
        let auto = Self.folder + "postgresql.auto.conf"
        let plain = world.store.bytes(auto)
        if hadSome { world.store.put(auto, plain + Array("primary_conninfo = 'host=a'\n".utf8)) }
        #expect(try world.verify().verdict == .verified)
        world.store.put(auto, plain + Array("primary_conninfo = 'host=b'\n".utf8))
        for _ in 0..<2 { #expect(try world.verify().exitStatus == .damaged) }
    }

    @Test func `any other addition to the settings is damage`() throws {
        let world = try world()
        let auto = Self.folder + "postgresql.auto.conf"
        world.store.put(auto, world.store.bytes(auto) + Array("restore_command = 'x'\n".utf8))
        world.store.put(Self.folder + "standby.signal", [1])
        let report = try world.verify()
        #expect(report.exitStatus == .damaged)
        #expect(Set(report.codes) == [.sizeMismatch, .unlistedObject])
    }

    @Test func `a data directory without WAL is sound, and says what recovery needs`() throws {
        let world = try world()
        world.store.remove(Self.folder + "pg_wal/000000010000000000000002")
        let report = try world.verify()
        #expect(report.verdict == .verified)
        #expect(report.codes == [.walGap])
    }

    @Test func `a manifest rewritten with other checksums is damage, and with the bytes tampering`() throws {
        let name = Self.folder + "base/1/1259"
        var files = Self.files
        files["base/1/1259"]?[5] ^= 1
        let world = try world()
        try world.verify()
        world.store.put(Self.folder + "backup_manifest", Manifest.of(files))
        let alone = try world.verify()
        #expect(alone.exitStatus == .damaged)
        #expect(alone.findings.contains { $0.cause == .sumFileChanged && $0.object == "backup_manifest" })
        world.store.put(name, files["base/1/1259"] ?? [])
        #expect(try world.verify().exitStatus == .tampered)
    }

    @Test func `an info file that cannot be read hides nothing`() throws {
        let world = try World(.tar())
        world.store.setFault { request, _ in
            request.name == "20251027T143000/backup.sha256.info"
                ? .error(.denied("it", reason: "AccessDenied", hint: "ask")) : nil
        }
        let report = try world.verify()
        #expect(report.verdict == .verified)
        #expect(report.codes == [.unreadableObject])
        world.store.flip("20251027T143000/base.tar.gz", byte: 1)
        #expect(try world.verify().exitStatus == .damaged)
    }
}
