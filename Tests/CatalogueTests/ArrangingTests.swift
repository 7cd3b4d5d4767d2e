// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import ObjectStore
import Testing

@Suite struct `Kinds of backup` {
    @Test(
        arguments: [
            (["base.tar", "backup_manifest"], BackupKind.tar), (["base.tar.gz"], .tar),
            (["base.tar.zst"], .tar),
            (["base.tar.lz4", "backup.sha256"], .tar), (["base.tar.bz2"], .tar), (["16384.tar.gz"], .tar),
            (["pg_wal.tar"], .tar), (["backup_manifest"], .tar), (["backup_manifest.tmp"], .tar),
            (["PG_VERSION", "base.tar"], .tar), (["data.tar.bz2", "base.tar"], .tar),
            (["PG_VERSION", "backup_manifest"], .plain), (["PG_VERSION", "global/pg_control"], .plain),
            (["PG_VERSION", "backup_manifest.tmp"], .plain), (["PG_VERSION", "backup_label"], .plain),
            (["backup_manifest", "global/pg_control"], .plain),
            (["PG_VERSION", "backup_manifest", "base.tar", "backup.sha256"], .plain),
            (["data.tar.bz2"], .legacyArchive),
            (["data.tar.bz2", "backup.sha256", "backup_manifest"], .legacyArchive),
            (["backup.sha256"], .checksummedFolder), (["backup.sha256", "dump.sql"], .checksummedFolder),
            (["PG_VERSION", "backup.sha256"], .checksummedFolder),
            (["global/pg_control", "backup.sha256"], .checksummedFolder),
        ] as [([String], BackupKind)])
    func `follow from the objects of the folder`(names: [String], kind: BackupKind) throws {
        let catalogue = arrange(names.map { ObjectName("2025/a/" + $0) })
        let backup = try #require(catalogue.backups.first)
        #expect(backup.kind == kind)
        #expect(backup.label == "2025/a")
        #expect(backup.folder == "2025/a/")
        #expect(backup.objects.count == names.count)
        #expect(catalogue.backups.count == 1)
        #expect(catalogue.foreign == [])
        let atRoot = try #require(arrange(names.map { ObjectName($0) }).backups.first)
        #expect(atRoot.kind == kind)
        #expect(atRoot.label == "root")
    }

    @Test(arguments: [
        "base.tar.xz", "base.tgz", "Base.tar", "xbase.tar", "016384.tar", "4294967296.tar", "0.tar", ".tar",
        "base.tar.gz.tmp", "PG_VERSION", "backup_label", "backup.sha256.info", "data.tar.gz", "BACKUP.SHA256",
        "global/pg_control", "xglobal/pg_control", "notes.txt",
    ])
    func `are not made by other names`(name: String) {
        let catalogue = arrange([ObjectName("a/\(name)")])
        #expect(catalogue.backups == [])
        #expect(catalogue.foreign.map(\.reason) == ["belongs to no backup"])
    }

    @Test func `are written to JSON under names that do not change`() {
        #expect(
            BackupKind.allCases.map(\.rawValue) == ["tar", "plain", "legacy-archive", "checksummed-folder"])
        #expect(BackupTime.Source.allCases.map(\.rawValue) == ["info-file", "label", "newest-object"])
    }
}

@Suite struct `Which backup an object belongs to` {
    @Test(arguments: [
        // A plain backup owns all below it.
        (
            [
                "a/PG_VERSION", "a/backup_manifest", "a/base/1/PG_VERSION", "a/base/1/backup.sha256",
                "a/x/base.tar",
            ],
            ["a: 5"]
        ),
        // The folder of a sum file owns all but what describes itself.
        (
            ["a/backup.sha256", "a/b/base.tar", "a/c/backup.sha256", "a/d/base.tar", "a/d/backup_manifest"],
            ["a: 2", "a/c: 1", "a/d: 2"]
        ),
        (["a/backup.sha256", "a/base.tar", "a/b/c/d", "a/b/data.tar.bz2"], ["a: 4"]),
        // Below a tar backup without one, marks make a backup of their own.
        (["a/base.tar", "a/b/base.tar", "a/c/x", "a/b/d/y"], ["a: 2", "a/b: 2"]),
        (["a/base.tar", "a/b/PG_VERSION", "a/b/global/pg_control", "a/b/c/base.tar"], ["a: 1", "a/b: 3"]),
        (["a/data.tar.bz2", "a/b/base.tar"], ["a: 1", "a/b: 1"]),
        // A root with marks is a backup like any other.
        (["base.tar", "b/base.tar", "c/x"], ["root: 2", "b: 1"]),
        (["backup.sha256", "b/base.tar", "c/x"], ["root: 3"]),
        (["PG_VERSION", "backup_manifest", "b/backup.sha256"], ["root: 3"]),
        // Folders that differ in case, in Unicode form or by a slash are not the same.
        (
            [
                "a\u{308}/data.tar.bz2", "A/data.tar.bz2", "\u{E4}/data.tar.bz2", "a/data.tar.bz2",
                "a//data.tar.bz2",
            ],
            ["A: 1", "a: 1", "a/: 1", #"a\xCC\x88: 1"#, "\u{E4}: 1"]
        ),
    ])
    func `follows from the folders above it`(names: [String], owners: [String]) {
        let backups = arrange(names.map { ObjectName($0) }).backups
        let found = backups.map { Array("\($0.label): \($0.objects.count)".utf8) }
        #expect(found == owners.map { Array($0.utf8) })
    }

    @Test func `is one backup or none, and all are accounted for`() {
        let parts: [ObjectName] = [
            "base.tar", "backup.sha256", "backup_manifest", "PG_VERSION", "x", "global/pg_control", "y/",
            "data.tar.bz2",
        ]
        var generator = SplitMix(state: 7)
        for _ in 0..<300 {
            let names = (0..<12).map { _ in
                let depth = Int.random(in: 0...3, using: &generator)
                let folder = (0..<depth).map { _ in Bool.random(using: &generator) ? "a/" : "b/" }.joined()
                return ObjectName(folder) + (parts.randomElement(using: &generator) ?? "x")
            }
            let catalogue = arrange(names)
            let placed = catalogue.backups.flatMap(\.objects).map(\.name) + catalogue.foreign.map(\.name)
            #expect(placed.sorted() == names.sorted())
            #expect(catalogue == arrange(names.reversed()))
            for backup in catalogue.backups {
                #expect(backup.objects.allSatisfy { $0.name.hasPrefix(backup.folder) })
            }
        }
    }

    @Test func `is the backup whose tablespace link leads to it, unless it is another one's already`() {
        func linked(_ name: ObjectName, _ otherName: ObjectName) -> StoredObject {
            var linked = object(name)
            linked.otherName = otherName
            return linked
        }
        let names: [ObjectName] = [
            "a/PG_VERSION", "a/backup_manifest", "b/base.tar", "b/PG_16_1/x", "space/PG_16_1/x", "space/y",
        ]
        let catalogue = Catalogue.arrange(
            names.map { object($0) } + [
                linked("a/pg_tblspc/1/PG_16_1/x", "space/PG_16_1/x"),
                linked("a/pg_tblspc/2/PG_16_1/x", "b/PG_16_1/x"),
            ])
        #expect(catalogue.backups.map { "\($0.label): \($0.objects.count)" } == ["a: 4", "b: 2"])
        #expect(catalogue.foreign.map(\.name) == ["space/y"])
    }

    @Test func `does not depend on depth, however deep a name is`() {
        let deep = ObjectName(bytes: (0..<200_001).map { $0.isMultiple(of: 2) ? 0x61 : 0x2F })
        let catalogue = arrange([deep, "a/base.tar"])
        #expect(catalogue.backups.map(\.objects.count) == [2])
    }
}

/// A small generator with a seed, so that a failure comes again.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite struct `What is foreign` {
    @Test func `says why`() {
        let catalogue = Catalogue.arrange([
            object("a/", size: 0), object("a/base.tar"), object("b/", size: 3), object("notes.txt", size: 4),
            object("a/base.tar", size: 11),
        ])
        #expect(
            catalogue.foreign == [
                ForeignObject(name: "a/", size: 0, reason: "folder marker"),
                ForeignObject(name: "a/base.tar", size: 11, reason: "listed twice"),
                ForeignObject(name: "b/", size: 3, reason: "folder marker with content"),
                ForeignObject(name: "notes.txt", size: 4, reason: "belongs to no backup"),
            ])
        #expect(catalogue.backups.map(\.objects.count) == [1])
    }

    @Test func `is nothing in an empty store`() {
        #expect(Catalogue.arrange([]).backups == [])
        #expect(Catalogue.arrange([]).foreign == [])
    }
}

@Suite struct `A backup of the catalogue` {
    private let backup = Catalogue.arrange([
        object("n/a/base.tar", size: .max, modified: noon), object("n/a/backup_manifest", size: 5),
        object("n/a/backup.sha256", modified: noon.advanced(bySeconds: 5)), object("n/a/sub/backup_manifest"),
        object("n/a/backup.sha256.info", modified: nil),
    ]).backups.first

    @Test func `knows its special objects, size and age`() throws {
        let backup = try #require(backup)
        #expect(backup.sumFile?.name == "n/a/backup.sha256")
        #expect(backup.infoFile?.name == "n/a/backup.sha256.info")
        #expect(backup.manifest?.name == "n/a/backup_manifest")
        #expect(backup.size == .max)
        #expect(backup.newest == noon.advanced(bySeconds: 5))
        #expect(backup.objects.map(\.name) == backup.objects.map(\.name).sorted())
        #expect(try backup.relativeName(of: #require(backup.manifest)) == "backup_manifest")
    }

    @Test func `has one place, whatever location led to it`() throws {
        let fromAbove = try #require(arrange(["n/a/base.tar"]).backups.first).place(
            inStoreAt: "s3://bucket/x")
        let itself = try #require(arrange(["base.tar"], rootLabel: "a").backups.first)
            .place(inStoreAt: "s3://bucket/x/n/a")
        #expect(fromAbove == itself)
        #expect(itself == BackupPlace(url: "s3://bucket/x/n/a", label: "a"))
    }

    @Test func `shows control characters of its folder escaped`() {
        #expect(arrange(["\u{1B}[31m/base.tar"]).backups.map(\.label) == ["\\x1B[31m"])
    }
}

@Suite struct `Scanning a store` {
    @Test func `arranges all that is listed`() throws {
        let catalogue = try Catalogue.scan(ListingStore(objects: [object("base.tar"), object("b/base.tar")]))
        #expect(catalogue.backups.map(\.label) == ["nightly", "b"])
    }

    @Test func `fails when the listing breaks off`() {
        let store = ListingStore(objects: [object("base.tar")], failure: .gaveUp("listing", attempts: "3"))
        #expect(throws: ObjectStoreError.gaveUp("listing", attempts: "3")) { try Catalogue.scan(store) }
    }

    @Test(arguments: [
        ("s3://bucket", "bucket"), ("/srv/backups/", "backups"), ("s3://b/a/c", "c"), ("/", "/"),
    ])
    func `labels the root by its location`(url: String, label: String) {
        #expect(Catalogue.rootLabel(of: url) == label)
    }
}
