// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestKit
import Testing

extension Damage {
    static let archives: [Damage] =
        [
            Damage("an archive without its end", ["TRUNCATED_ARCHIVE"]) { $0.base.tail = [] },
            Damage("an archive cut in a member", ["TRUNCATED_ARCHIVE"]) {
                $0.replacements["base.tar"] = Array($0.base.bytes.dropLast(30_000))
            },
            Damage("bytes after the end", ["TRAILING_DATA"]) {
                $0.base.tail += [UInt8](repeating: 7, count: 512)
            },
            Damage("one byte after the end", ["TRAILING_DATA"]) { $0.base.tail += [7] },
            Damage("a mebibyte of zeros after the end", ["TRAILING_DATA"]) {
                $0.base.tail += [UInt8](repeating: 0, count: 1 << 20)
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
            ("../../x", "a path out of the folder"), ("/etc/x", "an absolute path"),
            ("x//y", "two slashes"), ("x/.", "a dot at the end of a path"),
        ]
        .map { path, name in
            Damage(name, ["FORBIDDEN_MEMBER"]) { $0.add($0.base.newMember(path, [1])) }
        }
        + [
            Damage("a dot", ["EXTRA_MEMBER", "REPACKED_ARCHIVE"]) { $0.add($0.base.newMember("./x", [1])) }
        ]
        + [("PG_VERSION ", "a name with a blank more"), ("PG_VERSION.", "a name with a dot more")]
        .map { path, name in
            Damage(name, ["EXTRA_MEMBER"]) { $0.add($0.base.newMember(path, Array("15\n".utf8))) }
        }
        + [
            Damage("a name that goes on behind its NUL", ["CORRUPT_ARCHIVE"]) {
                $0.base.members[4].set(0..<100, "x\0y")
                $0.base.members[4].seal()
            },
            Damage("a name without an end", ["CORRUPT_ARCHIVE"]) {
                $0.base.members[4].set(0..<100, String(repeating: "x", count: 100))
                $0.base.members[4].seal()
            },
            Damage("a name of more than 255 bytes", ["FORBIDDEN_MEMBER"]) {
                $0.base.members[4].set(0..<100, String(repeating: "x", count: 99))
                $0.base.members[4].set(345..<500, String(repeating: "y", count: 155))
                $0.base.members[4].seal()
            },
        ]
        + [
            ("1", "a hard link"), ("2", "a symbolic link"), ("3", "a device of characters"),
            ("4", "a device of blocks"), ("6", "a pipe"), ("x", "a pax header"),
            ("g", "a global pax header"), ("L", "a long name"), ("K", "a long name of a link"),
            ("S", "a sparse file"),
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
            gzipped("a gzip header with a reserved flag", ["GZIP_HEADER"]) { Self.flip($0, 3, by: 0x40) },
            gzipped("a gzip header of no known system", ["GZIP_HEADER"], exitStatus: 0) {
                Self.flip($0, 9, by: 0x80)
            },
            gzipped("a gzip header of 1970", ["GZIP_HEADER"], exitStatus: 0) {
                $0[..<4] + [1, 0, 0, 0] + $0[8...]
            },
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
            Damage("a million folders", ["BUDGET_EXCEEDED"]) { surgeon in
                let folder = surgeon.base.newMember("x", [], type: "5")
                surgeon.replacements["base.tar.zst"] = try await Self.million(folder.header)
            },
            Damage("a million empty files", ["BUDGET_EXCEEDED", "EXTRA_MEMBER"]) { surgeon in
                let file = surgeon.base.newMember("x", [])
                surgeon.replacements["base.tar.zst"] = try await Self.million(file.header)
            },
            Damage("a bomb", ["BUDGET_EXCEEDED"]) { surgeon in
                let header = Self.zeros(surgeon, octalSize: "60000000000 ")
                surgeon.replacements["base.tar.zst"] = try await Self.bomb(header)
            },
            Damage("10 GiB of zeros in 10 MiB of gzip", ["BUDGET_EXCEEDED"]) { surgeon in
                let header = Self.zeros(surgeon, octalSize: "120000000000")
                surgeon.replacements["base.tar.gz"] = try await Self.gzipBomb(header)
            },
        ]

    /// A million headers with other names.
    private static func million(_ header: [UInt8]) async throws -> [UInt8] {
        let script = """
            import sys
            header = bytearray(open("header", "rb").read())
            header[148:156] = b" " * 8
            for number in range(1_000_000):
                header[0:100] = (b"d%d" % number).ljust(100, b"\\0")
                header[148:156] = b"%06o\\0 " % sum(header)
                sys.stdout.buffer.write(header)
                header[148:156] = b" " * 8
            """
        return try await TemporaryDirectory.with { place in
            try Data(header).write(to: URL(filePath: place.path("header")))
            let command = "python3 -c \"$0\" | zstd -q -1 > million.zst"
            try await Program("sh")(["-c", command, script], in: place.path)
            return Array(try Data(contentsOf: URL(filePath: place.path("million.zst"))))
        }
    }

    /// A header that announces more than there can be.
    private static func zeros(_ surgeon: BackupSurgeon, octalSize: String) -> [UInt8] {
        var zeros = surgeon.base.newMember("base/5/zeros", [])
        zeros.set(124..<136, octalSize)
        zeros.seal(withSize: false)
        return zeros.header
    }

    /// A member that announces 6 GiB of zeros, and has them.
    private static func bomb(_ header: [UInt8]) async throws -> [UInt8] {
        try await TemporaryDirectory.with { place in
            try Data(header).write(to: URL(filePath: place.path("header")))
            let script = "(cat header; head -c 6G /dev/zero) | zstd -q -1 > bomb.zst"
            try await Program("sh")(["-c", script], in: place.path)
            return Array(try Data(contentsOf: URL(filePath: place.path("bomb.zst"))))
        }
    }

    /// After a full flush the same bytes may follow again: 64 MiB of zeros, 160 times.
    private static func gzipBomb(_ header: [UInt8]) async throws -> [UInt8] {
        let script = """
            import sys, zlib
            packer = zlib.compressobj(9, zlib.DEFLATED, -15)
            head = packer.compress(open("header", "rb").read()) + packer.flush(zlib.Z_FULL_FLUSH)
            zeros = packer.compress(bytes(64 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
            gzip = bytes([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])
            sys.stdout.buffer.write(gzip + head + zeros * 160 + packer.flush())
            """
        return try await TemporaryDirectory.with { place in
            try Data(header).write(to: URL(filePath: place.path("header")))
            try await Program("sh")(["-c", "python3 -c \"$0\" > bomb.gz", script], in: place.path)
            return Array(try Data(contentsOf: URL(filePath: place.path("bomb.gz"))))
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

    private static func flip(_ bytes: [UInt8], _ place: Int, by bits: UInt8 = 0x10) -> [UInt8] {
        var bytes = bytes
        bytes[place] ^= bits
        return bytes
    }
}
