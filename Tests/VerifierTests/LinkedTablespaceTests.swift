// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import Digests
import Foundation
import ObjectStore
import TestKit
import Testing
import Verifier

@Suite struct LinkedTablespaceTests {
    @Test(arguments: ["base.tar.gz", "pg_wal.tar.gz", "16384.tar.gz"])
    func `nor is what an archive holds that is a link`(_ name: String) throws {
        let directory = try OwnedDirectory()
        let set = BackupSet.tar("x")
        try FileManager.default.createDirectory(
            atPath: directory.path + "/x", withIntermediateDirectories: true)
        for (object, bytes) in set.objects where object != "backup_manifest" && object != ObjectName(name) {
            try Data(bytes).write(to: URL(filePath: "\(directory.path)/x/\(object)"))
        }
        try FileManager.default.createSymbolicLink(
            atPath: "\(directory.path)/x/\(name)", withDestinationPath: "/nonexistent")
        let files: [ObjectName: [UInt8]] = ["PG_VERSION": Array("15\n".utf8), "pg_tblspc/16384/a/b/1": [1]]
        try Data(Manifest.of(files)).write(to: URL(filePath: directory.path + "/x/backup_manifest"))
        let store = try LocalDirectory(directory.path, cancellation: Cancellation())
        let report = try Verification(
            of: store, ledger: ForgetfulLedger(), options: .init(level: .inspected, toolVersion: "test")
        ).run(Catalogue.scan(store).backups, location: store.url)
        #expect(
            !report.codes.contains(.missingMember) && !report.codes.contains(.walGap), "\(report.findings)")
    }

    /// pg_basebackup's plain format leaves tablespaces where the server had them, behind symbolic links.
    @Test func `a tablespace behind a link is not read and not called missing`() throws {
        let directory = try OwnedDirectory()
        let files: [ObjectName: [UInt8]] = [
            "PG_VERSION": Array("15\n".utf8), "global/pg_control": [1, 2, 3],
            "pg_tblspc/16384/PG_15_202209061/5/16385": [4, 5, 6],
        ]
        for (name, bytes) in files where !name.hasPrefix("pg_tblspc") {
            let url = URL(filePath: "\(directory.path)/plain/\(name)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: url)
        }
        try FileManager.default.createDirectory(
            atPath: directory.path + "/plain/pg_tblspc", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: directory.path + "/plain/pg_tblspc/16384", withDestinationPath: "/nonexistent")
        try Data(Manifest.of(files)).write(to: URL(filePath: directory.path + "/plain/backup_manifest"))

        let store = try LocalDirectory(directory.path, cancellation: Cancellation())
        let options = VerificationOptions(level: .checksummed, toolVersion: "test")
        let report = try Verification(of: store, ledger: ForgetfulLedger(), options: options)
            .run(Catalogue.scan(store).backups, location: store.url)
        #expect(report.exitStatus == .inconclusive)
        #expect(report.codes.first == .unreadableObject)
        #expect(!report.codes.contains(.missingObject))
        #expect(report.backups.first?.level == nil)
    }

    /// `find` follows no link, so a sum file made by it names nothing behind one.
    @Test func `behind a link that a sum file does not know is not proven by sums alone, and not damaged`()
        throws
    {
        let tree = try FileTree()
        let files: [ObjectName: [UInt8]] = [
            "PG_VERSION": Array("15\n".utf8), "global/pg_control": [1, 2, 3],
            "pg_tblspc/16384/PG_15_202209061/5/16385": [4, 5, 6],
        ]
        var sums = ""
        for (name, bytes) in files where !name.hasPrefix("pg_tblspc") {
            try tree.write("plain/" + name, bytes)
            sums += "\(SHA256.digest(of: bytes).hex)  ./\(name)\n"
        }
        try tree.write("space/PG_15_202209061/5/16385", [4, 5, 6])
        try tree.write("plain/pg_tblspc/.keep", [])
        try tree.remove("plain/pg_tblspc/.keep")
        try FileManager.default.createSymbolicLink(
            atPath: "\(tree.path)/plain/pg_tblspc/16384", withDestinationPath: "../../space")
        try tree.write("plain/backup.sha256", text: sums)
        let options = VerificationOptions(level: .checksummed, toolVersion: "test")
        func verify() throws -> VerificationReport {
            let store = try LocalDirectory(tree.path, cancellation: Cancellation())
            return try Verification(of: store, ledger: ForgetfulLedger(), options: options)
                .run(Catalogue.scan(store).backups, location: store.url)
        }
        #expect(try verify().exitStatus == .damaged, "nothing vouches for it")
        try tree.write("plain/backup_manifest", Manifest.of(files))
        let report = try verify()
        #expect(report.exitStatus == .policyNotMet, "\(report)")
        #expect(report.codes.contains(.unlistedObject) && !report.codes.contains(.missingObject))
        let finding = report.backups.first?.findings.first { $0.code == .unlistedObject }
        #expect(finding?.severity == .warning)
    }
}
