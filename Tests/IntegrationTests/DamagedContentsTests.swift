// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

/// One way to damage a backup whose sums agree with the damage, and what must be found.
struct Damage: Sendable, CustomTestStringConvertible {
    var name: String
    var findings: Set<String>
    var notes: Set<String> = []
    var exitStatus: Int32 = 1
    var level: String? = nil
    var body: @Sendable (BackupSurgeon, OtherBackups) async throws -> Void

    var testDescription: String { name }

    init(
        _ name: String, _ findings: Set<String>, notes: Set<String> = [], exitStatus: Int32 = 1,
        level: String? = nil, _ body: @escaping @Sendable (BackupSurgeon, OtherBackups) async throws -> Void
    ) {
        (self.name, self.findings, self.notes) = (name, findings, notes)
        (self.exitStatus, self.level, self.body) = (exitStatus, level, body)
    }

    init(
        _ name: String, _ findings: Set<String>, notes: Set<String> = [], exitStatus: Int32 = 1,
        level: String? = nil, _ body: @escaping @Sendable (BackupSurgeon) async throws -> Void
    ) {
        self.init(name, findings, notes: notes, exitStatus: exitStatus, level: level) { surgeon, _ in
            try await body(surgeon)
        }
    }
}

/// Other backups that parts can be taken from.
struct OtherBackups: Sendable {
    /// A later backup of the same cluster.
    var later: String
    /// A backup of another cluster.
    var foreign: String
}

@Suite("contents that are not what they should be", .serialized)
struct DamagedContentsTests {
    @Test(Requires.postgres(.v15), .timeLimit(.minutes(10)))
    func `are found for what they are, although all sums agree with them`() async throws {
        try await TemporaryDirectory.with { place in
            let sound = place.path("sound")
            let others = OtherBackups(later: place.path("later"), foreign: place.path("foreign"))
            try await Self.makeBackups(sound, others)
            for (number, damage) in (Damage.members + Damage.archives + Damage.postgres + Damage.wal)
                .enumerated()
            {
                let folder = place.path("store\(number)/x")
                let surgeon = try BackupSurgeon(copying: sound, to: folder)
                try await damage.body(surgeon, others)
                try await surgeon.write()
                try await Self.expect(damage, in: place.path("store\(number)"))
                try FileManager.default.removeItem(atPath: place.path("store\(number)"))
            }
        }
    }

    private static func expect(_ damage: Damage, in store: String) async throws {
        let run = try await Binary()("verify", store, "--json", "--no-history")
        let backup = try #require(try run.verification().backups.first)
        let found = Set(backup.problems.map(\.code))
        #expect(found == damage.findings, "\(damage.name): \(backup.problems)")
        let notes = Set(backup.findings.filter { $0.severity == "note" }.map(\.code))
        #expect(notes.isSuperset(of: damage.notes), "\(damage.name): \(backup.findings)")
        #expect(run.status == damage.exitStatus, "\(damage.name): \(backup)")
        if let level = damage.level { #expect(backup.level == level, "\(damage.name)") }
    }

    /// Small: segments of WAL have 1 MiB, and there are several.
    private static func makeBackups(_ sound: String, _ others: OtherBackups) async throws {
        let initdb = ["--data-checksums", "--wal-segsize=1"]
        let tar = ["-Ft", "-X", "stream"]
        try await PostgresCluster.with(.v15, initdb: initdb) { cluster in
            let space = try cluster.makeDirectory("space")
            try await cluster.psql("CREATE TABLESPACE elsewhere LOCATION '\(space)'")
            try await cluster.psql(
                "CREATE TABLE t AS SELECT n, md5(n::text) FROM generate_series(1, 20000) n")
            try await cluster.psql("CREATE TABLE u TABLESPACE elsewhere AS SELECT * FROM t LIMIT 500")
            try await cluster.baseBackup(into: sound, tar)
            try await cluster.psql("INSERT INTO t SELECT n, md5(n::text) FROM generate_series(1, 9000) n")
            try await cluster.baseBackup(into: others.later, tar)
        }
        try await PostgresCluster.with(.v15, initdb: initdb) { cluster in
            try await cluster.baseBackup(into: others.foreign, tar)
        }
    }
}

extension Damage {
    static let members: [Damage] = [
        Damage("nothing at all", [], exitStatus: 0, level: "inspected") { _ in },
        Damage("a file that nobody knows", ["EXTRA_MEMBER"]) {
            $0.add($0.base.newMember("base/5/evil", [1, 2, 3]))
        },
        Damage("a file that is not there", ["MISSING_MEMBER"]) { try $0.remove("pg_xact/0000") },
        Damage("a file one byte longer", ["MEMBER_SIZE"]) {
            try $0.change("base/1/PG_VERSION") { $0.append(10) }
        },
        Damage("a file that is empty", ["MEMBER_SIZE"]) {
            try $0.change("base/1/pg_filenode.map") { $0 = [] }
        },
        Damage("a file shorter by a block", ["MEMBER_SIZE", "PAGE_CHECKSUM"]) { surgeon in
            try surgeon.change(surgeon.largestRelation) { $0.removeLast(512) }
        },
        Damage("two files with other bytes", ["MEMBER_CHECKSUM"]) { surgeon in
            try surgeon.change("base/1/PG_VERSION") { $0[0] ^= 1 }
            try surgeon.change("pg_hba.conf") { $0[100] ^= 1 }
        },
        Damage("settings that somebody edited", ["MEMBER_SIZE"]) {
            try $0.change("postgresql.auto.conf") {
                $0 += Array("restore_command = 'touch /tmp/owned'\n".utf8)
            }
        },
        Damage(
            "settings that pg_basebackup appended", ["RECOVERY_SETTINGS_ADDED"], exitStatus: 0,
            level: "inspected"
        ) {
            try $0.change("postgresql.auto.conf") { $0 += Array("primary_conninfo = 'user=postgres'\n".utf8) }
            $0.add($0.base.newMember("standby.signal", []))
        },
        Damage("a signal file that nobody ordered", ["EXTRA_MEMBER"]) {
            $0.add($0.base.newMember("recovery.signal", []))
        },
        Damage("a mode that lets others in", ["MODE_UNEXPECTED"], exitStatus: 0) { surgeon in
            surgeon.base.members[5].set(100..<108, "0004777 ")
            surgeon.base.members[5].seal()
        },
        Damage("a manifest with a line more", ["MANIFEST_CHECKSUM"]) { $0.manifest? += "\n" },
        Damage("a manifest whose checksum is another's", ["MANIFEST_CHECKSUM"]) {
            $0.manifest = $0.manifest?.replacing("CRC32C", with: "CRC32D", maxReplacements: 1)
        },
        Damage("no manifest", ["MANIFEST_MISSING"], exitStatus: 0, level: "inspected") { $0.manifest = nil },
    ]

    static let archives: [Damage] =
        [
            Damage("an archive without its end", ["TRUNCATED_ARCHIVE"]) { $0.base.tail = [] },
            Damage("an archive cut in a member", ["TRUNCATED_ARCHIVE"]) {
                $0.replacements["base.tar"] = Array($0.base.bytes.dropLast(30_000))
            },
            Damage("bytes after the end", ["TRAILING_DATA"]) {
                $0.base.tail += [UInt8](repeating: 7, count: 512)
            },
            Damage("a header that does not match its checksum", ["CORRUPT_ARCHIVE"]) {
                $0.base.members[4].header[10] ^= 1
            },
            Damage("a size with blanks", ["CORRUPT_ARCHIVE"]) {
                $0.base.members[4].set(124..<136, "          3 ")
                $0.base.members[4].seal(withSize: false)
            },
            Damage("a size of 2^63", ["CORRUPT_ARCHIVE"]) {
                $0.base.members[4].header.replaceSubrange(
                    124..<136, with: [0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0])
                $0.base.members[4].seal(withSize: false)
            },
            Damage("no ustar", ["FORBIDDEN_MEMBER"]) {
                $0.base.members[4].set(257..<265, "posix")
                $0.base.members[4].seal()
            },
            Damage("a member twice", ["DUPLICATE_MEMBER"]) {
                $0.base.members.insert($0.base.members[4], at: 5)
            },
            Damage("names that differ in case", ["DUPLICATE_MEMBER"]) { surgeon in
                surgeon.base.members.append(surgeon.base.newMember("pg_hba.CONF", []))
            },
        ]
        + [
            ("../../x", "a path out of the folder"), ("/etc/x", "an absolute path"), ("./x", "a dot"),
            ("x//y", "two slashes"),
        ]
        .map { path, name in
            Damage(name, ["FORBIDDEN_MEMBER"]) { $0.add($0.base.newMember(path, [1])) }
        }
        + [
            ("1", "a hard link"), ("2", "a symbolic link"), ("3", "a device"), ("6", "a pipe"),
            ("x", "a pax header"),
            ("g", "a global pax header"), ("L", "a long name"), ("S", "a sparse file"),
            ("7", "a contiguous file"),
            ("V", "a volume header"),
        ].map { type, name in
            Damage(name, ["FORBIDDEN_MEMBER"]) {
                $0.add($0.base.newMember("base/5/thing", [1], type: Character(type)))
            }
        }
        + [
            Damage(
                "a directory where the manifest has a file",
                ["FORBIDDEN_MEMBER", "MISSING_MEMBER", "BACKUP_LABEL_INVALID"]
            ) {
                surgeon in
                try surgeon.remove("backup_label")
                surgeon.add(surgeon.base.newMember("backup_label/", [], type: "5"))
            },
            gzipped("a sound gzip archive", [], exitStatus: 0) { $0 },
            gzipped("a second gzip member", ["TRAILING_DATA"]) { $0 + $0 },
            gzipped("zeros after gzip", ["TRAILING_DATA"]) { $0 + [0, 0, 0] },
            gzipped("gzip that was cut", ["TRUNCATED_ARCHIVE"]) { Array($0.dropLast(9)) },
            gzipped("a gzip trailer with a wrong CRC", ["CORRUPT_ARCHIVE"]) { Self.flip($0, $0.count - 6) },
            gzipped("a gzip trailer with a wrong length", ["CORRUPT_ARCHIVE"]) {
                Self.flip($0, $0.count - 2)
            },
            Damage("zstd under the name of gzip", ["WRONG_SUFFIX"], exitStatus: 0, level: "inspected") {
                $0.replacements["base.tar.gz"] = try await Self.packed("zstd", $0)
            },
            Damage("a sound zstd archive", [], exitStatus: 0) {
                $0.replacements["base.tar.zst"] = try await Self.packed("zstd", $0)
            },
            Damage("a sound lz4 archive", [], exitStatus: 0) {
                $0.replacements["base.tar.lz4"] = try await Self.packed("lz4", $0)
            },
            Damage("a sound bzip2 archive", [], exitStatus: 0) {
                $0.replacements["base.tar.bz2"] = try await Self.packed("bzip2", $0)
            },
            Damage("zstd that was cut", ["TRUNCATED_ARCHIVE"]) {
                $0.replacements["base.tar.zst"] = Array(try await Self.packed("zstd", $0).dropLast(3))
            },
            Damage("lz4 with a flipped bit", ["CORRUPT_ARCHIVE"]) {
                let packed = try await Self.packed("lz4", $0)
                $0.replacements["base.tar.lz4"] = Self.flip(packed, packed.count - 2)
            },
            Damage("a bomb", ["BUDGET_EXCEEDED"]) { surgeon in
                var zeros = surgeon.base.newMember("base/5/zeros", [])
                zeros.set(124..<136, "60000000000 ")
                zeros.seal(withSize: false)
                surgeon.replacements["base.tar.zst"] = try await Self.bomb(zeros.header)
            },
        ]

    /// A member that announces 6 GiB of zeros, and has them.
    private static func bomb(_ header: [UInt8]) async throws -> [UInt8] {
        try await TemporaryDirectory.with { place in
            try Data(header).write(to: URL(filePath: place.path("header")))
            let script = "(cat header; head -c 6G /dev/zero) | zstd -q -1 > bomb.zst"
            try await Program("sh")(["-c", script], in: place.path)
            return Array(try Data(contentsOf: URL(filePath: place.path("bomb.zst"))))
        }
    }

    private static func gzipped(
        _ name: String, _ findings: Set<String>, exitStatus: Int32 = 1,
        _ change: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) -> Damage {
        Damage(name, findings, exitStatus: exitStatus) {
            $0.replacements["base.tar.gz"] = change(try await gzip($0.base.bytes))
        }
    }

    private static func gzip(_ bytes: [UInt8]) async throws -> [UInt8] { try await pack("gzip", bytes) }

    private static func packed(_ tool: String, _ surgeon: BackupSurgeon) async throws -> [UInt8] {
        try await pack(tool, surgeon.base.bytes)
    }

    private static func pack(_ tool: String, _ bytes: [UInt8]) async throws -> [UInt8] {
        try await TemporaryDirectory.with { place in
            try Data(bytes).write(to: URL(filePath: place.path("in")))
            try await Program("sh")(["-c", "\(tool) -c < in > out"], in: place.path)
            return Array(try Data(contentsOf: URL(filePath: place.path("out"))))
        }
    }

    private static func flip(_ bytes: [UInt8], _ place: Int) -> [UInt8] {
        var bytes = bytes
        bytes[place] ^= 0x10
        return bytes
    }
}

extension Damage {
    static let postgres: [Damage] = [
        Damage(
            "the manifest of another backup of the same cluster",
            ["WRONG_CLUSTER", "MEMBER_CHECKSUM", "MEMBER_SIZE", "WAL_GAP", "MISSING_MEMBER"]
        ) {
            surgeon, others in
            surgeon.manifest = try BackupSurgeon(copying: others.later, to: "/nowhere").manifest
        },
        rewritten("a pg_control whose CRC is wrong", ["PG_CONTROL_INVALID"]) { surgeon in
            try surgeon.change("global/pg_control") { $0[40] ^= 1 }
        },
        rewritten("a pg_control of a version to come", ["UNSUPPORTED_FORMAT"], exitStatus: 7) { surgeon in
            try surgeon.change("global/pg_control") {
                $0[8] = 0x6E
                BackupSurgeon.sealControl(&$0)
            }
        },
        rewritten("a pg_control of another cluster", ["WAL_FOREIGN"]) { surgeon in
            try surgeon.change("global/pg_control") {
                $0[0] ^= 1
                BackupSurgeon.sealControl(&$0)
            }
        },
        rewritten("a PG_VERSION of another version", ["WRONG_CLUSTER"]) { surgeon in
            try surgeon.change("PG_VERSION") { $0 = Array("18\n".utf8) }
        },
        rewritten("a PG_VERSION that is none", ["PG_VERSION_INVALID"]) { surgeon in
            try surgeon.change("PG_VERSION") { $0 = Array("fifteen\n".utf8) }
        },
        rewritten("a label with a line more", ["BACKUP_LABEL_INVALID"]) { surgeon in
            try surgeon.change("backup_label") { $0 += Array("STANDBY: yes\n".utf8) }
        },
        rewritten("a label with another start", ["WRONG_CLUSTER"]) { surgeon in
            try surgeon.change("backup_label") { bytes in
                let text = String(decoding: bytes, as: UTF8.self)
                bytes = Array(
                    text.replacing(/START WAL LOCATION: 0\/[0-9A-F]+/, with: "START WAL LOCATION: 0/28").utf8)
            }
        },
        rewritten("a tablespace map that leads out", ["TABLESPACE_MAP"]) { surgeon in
            try surgeon.change("tablespace_map") { $0 = Array("../../escaped /some/path\n".utf8) }
        },
        rewritten("a tablespace map with a relative path", ["TABLESPACE_MAP"]) { surgeon in
            try surgeon.change("tablespace_map") { $0 = Array("16384 relative\n".utf8) }
        },
        rewritten("a tablespace map that knows no tablespace", ["TABLESPACE_MAP"]) { surgeon in
            try surgeon.change("tablespace_map") { $0 = [] }
        },
        rewritten("pages that were damaged before the backup", ["PAGE_CHECKSUM"], level: "inspected") {
            surgeon in
            try surgeon.change(surgeon.largestRelation) { bytes in
                for block in [3, 4, 9] { bytes[block * 8192 + 5000] ^= 1 }
            }
        },
        rewritten("a page in the wrong place", ["PAGE_CHECKSUM"]) { surgeon in
            try surgeon.change(surgeon.largestRelation) { bytes in
                bytes.replaceSubrange(8192..<16384, with: Array(bytes[16384..<24576]))
            }
        },
        rewritten("a page that calls itself new and is not", ["PAGE_CHECKSUM"]) { surgeon in
            try surgeon.change(surgeon.largestRelation) { $0.replaceSubrange(14..<16, with: [0, 0]) }
        },
    ]

    /// A damage that the manifest agrees with.
    private static func rewritten(
        _ name: String, _ findings: Set<String>, exitStatus: Int32 = 1, level: String? = nil,
        _ body: @escaping @Sendable (BackupSurgeon) throws -> Void
    ) -> Damage {
        Damage(name, findings, exitStatus: exitStatus, level: level) {
            try body($0)
            $0.rewriteManifest()
        }
    }

    static let wal: [Damage] = [
        Damage("no WAL, as if taken without", ["WAL_GAP"], exitStatus: 7, level: "checksummed") {
            $0.wal = nil
        },
        Damage("an archive of WAL with nothing in it", ["WAL_GAP"]) { $0.wal?.members = [] },
        Damage("a flipped byte of a record that recovery needs", ["WAL_INVALID"]) { surgeon in
            let start = try Self.startOffset(surgeon)
            surgeon.wal?.members[0].content[start + 30] ^= 1
        },
        Damage(
            "a flipped byte after the end of the backup", [], notes: ["WAL_INVALID"], exitStatus: 0,
            level: "inspected"
        ) { surgeon in
            let last = try #require(surgeon.wal?.members.lastIndex { $0.name.utf8.count == 24 })
            surgeon.wal?.members[last].content[1_000_000] ^= 1
        },
        Damage("the first segment missing of several", ["WAL_GAP"]) { surgeon in
            surgeon.wal?.members.removeFirst()
        },
        Damage("WAL of another cluster", ["WAL_FOREIGN"]) { surgeon, others in
            let foreign = try BackupSurgeon(copying: others.foreign, to: "/nowhere")
            let name = surgeon.wal?.members[0].name ?? ""
            surgeon.wal = foreign.wal
            surgeon.wal?.members[0].name = name
            surgeon.wal?.members[0].seal()
        },
        Damage("a segment of WAL under another's name", ["WAL_GAP"]) { surgeon in
            surgeon.wal?.members[0].name = "000000010000000000000099"
            surgeon.wal?.members[0].seal()
        },
        Damage("a file in pg_wal that is no WAL", ["EXTRA_MEMBER"]) { surgeon in
            guard let stranger = surgeon.wal?.newMember("evil", [1]) else { return }
            surgeon.wal?.members.append(stranger)
        },
    ]

    /// Where in its segment the backup's WAL starts.
    private static func startOffset(_ surgeon: BackupSurgeon) throws -> Int {
        let text = try #require(surgeon.manifest?.firstMatch(of: /"Start-LSN": "[0-9A-F]+\/([0-9A-F]+)"/)?.1)
        return try #require(Int(text, radix: 16)) % (1 << 20)
    }
}
