// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import ObjectStore
import TestKit
import Testing
import Verifier

/// What is said when sums and objects do not fit each other.
@Suite struct SumFileTests {
    private static let folder = "20251027T143000/"

    private func world(sums: (String) -> String) throws -> World {
        let set = BackupSet.tar()
        let world = try World(set)
        world.store.put(set.name("backup.sha256"), sums(String(decoding: set.sumFile, as: UTF8.self)))
        return world
    }

    @Test func `a changed digit is damage at first, and a changed sum file once pinned`() throws {
        let set = BackupSet.tar()
        var sums = set.sumFile
        sums[0] = sums[0] == UInt8(ascii: "a") ? UInt8(ascii: "b") : UInt8(ascii: "a")

        let unseen = try World(set)
        unseen.store.put(set.name("backup.sha256"), sums)
        let first = try unseen.verify()
        #expect(first.exitStatus == .damaged)
        #expect(first.findings.map(\.cause) == [.neverGood])

        let pinned = try World(set)
        try pinned.verify()
        pinned.store.put(set.name("backup.sha256"), sums)
        let later = try pinned.verify()
        #expect(later.exitStatus == .damaged)
        #expect(later.findings.contains { $0.cause == .sumFileChanged && $0.object == "backup.sha256" })
        #expect(later.object("base.tar.gz")?.verdict != .verified || later.codes.contains(.checksumMismatch))
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var change: @Sendable (String) -> String
    }

    static let broken: [Broken] = [
        Broken(testDescription: "a line cut to 63 digits") { String($0.dropFirst()) },
        Broken(testDescription: "garbage") { "garbage\n" + $0 },
        Broken(testDescription: "a byte order mark") { "\u{FEFF}" + $0 },
        Broken(testDescription: "a NUL") { $0 + "\0\n" },
        Broken(testDescription: "a line of a megabyte") {
            $0 + String(repeating: "x", count: 1 << 20) + "\n"
        },
        Broken(testDescription: "the same name twice") { $0 + $0 },
        Broken(testDescription: "a name outside") { $0 + "\(String(repeating: "0", count: 64))  ../x\n" },
        Broken(testDescription: "an absolute name") {
            $0 + "\(String(repeating: "0", count: 64))  /etc/passwd\n"
        },
        Broken(testDescription: "nothing") { _ in "" },
        Broken(testDescription: "only comments") { _ in "# nothing\n" },
    ]

    @Test(arguments: broken)
    func `a sum file that cannot be trusted is damage and names its line`(broken: Broken) throws {
        let report = try world(sums: broken.change).verify()
        #expect(report.exitStatus == .damaged)
        let finding = try #require(report.findings.first { $0.code == .sumFileInvalid })
        #expect(finding.message.contains("line"))
    }

    @Test func `CRLF, upper-case digits and the binary mark mean the same`() throws {
        let report = try world { sums in
            sums.split(separator: "\n").map { line in
                line.prefix(64).uppercased() + " *" + line.dropFirst(66) + "\r\n"
            }.joined()
        }.verify()
        #expect(report.verdict == .verified)
    }

    @Test func `an object that no line names is told`() throws {
        let world = try World(.tar())
        world.store.put("20251027T143000/16384.tar.gz", [1, 2, 3])
        let report = try world.verify()
        #expect(report.exitStatus == .damaged)
        #expect(report.codes == [.unlistedObject])
        #expect(report.object("16384.tar.gz")?.sha256 != nil)
    }

    @Test func `an object that a line names and is absent is missing, after it was asked for again`() throws {
        let world = try World(.tar())
        world.store.remove("20251027T143000/pg_wal.tar.gz")
        let report = try world.verify()
        #expect(report.exitStatus == .damaged)
        #expect(report.codes == [.missingObject])
        #expect(report.backups.first?.level == nil)
    }

    @Test func `the manifest need not be in the sum file`() throws {
        var set = BackupSet.tar()
        let removed = set.objects.removeValue(forKey: "backup_manifest")
        let manifest = try #require(removed)
        let world = try World(set)
        world.store.put(set.name("backup_manifest"), manifest)
        #expect(try world.verify().verdict == .verified)
        world.store.flip(set.name("backup_manifest"), byte: 3)
        #expect(try world.verify().exitStatus == .damaged)
    }

    @Test func `an info file that contradicts is a warning and nothing more`() throws {
        let world = try World(.tar())
        world.store.put(
            "20251027T143000/backup.sha256.info", "backup_label: another\nchecksum_algorithm: MD5\n")
        let report = try world.verify()
        #expect(report.verdict == .verified)
        #expect(Set(report.codes) == [.infoContradicts])
    }

    @Test func `without a sum file the bytes are pinned, and the level asked for is not reached`() throws {
        let world = try World(.tar(), withSums: false)
        world.store.put("20251027T143000/backup_manifest", Manifest.minimal)
        let report = try world.verify()
        #expect(report.exitStatus == .policyNotMet)
        #expect(report.verdict == .incomplete)
        #expect(report.backups.first?.level == .listed)
        #expect(report.codes == [.sumFileMissing])
        world.store.flip("20251027T143000/base.tar.gz", byte: 5)
        let later = try world.verify()
        #expect(later.exitStatus == .damaged)
        #expect(later.findings.contains { $0.cause == .bitRot })
    }

    @Test func `a sum file that comes later attests what was pinned`() throws {
        let world = try World(.tar(), withSums: false)
        world.store.put("20251027T143000/backup_manifest", Manifest.minimal)
        try world.verify()
        var set = BackupSet.tar()
        set.objects["backup_manifest"] = Manifest.minimal
        world.store.put(set.name("backup.sha256"), set.sumFile)
        let report = try world.verify()
        #expect(report.verdict == .verified)
    }

    @Test func `an unfinished upload is no verdict while it is young, and overdue later`() throws {
        let set = BackupSet(folder: "new/", objects: ["base.tar.gz": [1, 2, 3]])
        let world = try World(set, withSums: false)
        world.store.put(set.name("base.tar.gz"), [1, 2, 3], modified: world.now)
        let young = try world.verify()
        #expect(young.exitStatus == .nothingThere)
        #expect(young.backups.first?.isUploading == true)
        world.now = world.now.advanced(bySeconds: 86_400)
        #expect(try world.verify().exitStatus == .policyNotMet)
    }

    @Test func `a backup that goes away while it is verified is not called damaged`() throws {
        let set = BackupSet.tar()
        let world = try World(set)
        let store = world.store
        store.setFault { request, _ in
            guard request.name == set.name("base.tar.gz") else { return nil }
            for name in store.names { store.remove(name) }
            return .error(.missing(request.name))
        }
        #expect(try world.verify(jobs: 1).exitStatus == .inconclusive)
    }

    @Test func `level listed reads no object but the sum file`() throws {
        let world = try World(.tar())
        let report = try world.verify(level: .listed)
        #expect(report.verdict == .verified)
        #expect(report.backups.first?.level == .listed)
        #expect(!world.store.requests.contains { $0.name == "20251027T143000/base.tar.gz" })
    }
}
