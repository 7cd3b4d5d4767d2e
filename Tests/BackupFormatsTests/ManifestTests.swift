// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Digests
import Testing

@Suite struct `A manifest as PostgreSQL writes it` {
    @Test func `is read in full`() throws {
        let manifest = try BackupManifest.parse(ManifestText.whole())
        #expect(manifest.version == 1)
        #expect(manifest.systemIdentifier == nil)
        #expect(
            manifest.files == [
                ManifestFile(
                    path: "backup_label", size: 225, algorithm: .crc32c, checksum: [0x16, 0xA0, 0xCA, 0xD4]),
                ManifestFile(path: ObjectName(bytes: [0x62, 0xFF]), size: 0, algorithm: .none, checksum: []),
            ])
        let range = WALRange(
            timeline: 1, start: LogSequenceNumber(0x2000028), end: LogSequenceNumber(0x2000100))
        #expect(manifest.walRanges == [range])
        #expect(manifest.checksum.count == 64)
    }

    @Test func `names its cluster since version 2`() throws {
        let head = "\"PostgreSQL-Backup-Manifest-Version\": 2,\n\"System-Identifier\": 18446744073709551615"
        #expect(try BackupManifest.parse(ManifestText.whole(head: head)).systemIdentifier == .max)
    }

    @Test(arguments: DigestAlgorithm.allCases)
    func `may use any of PostgreSQL's algorithms`(algorithm: DigestAlgorithm) throws {
        let digits = String(repeating: "5a", count: algorithm.byteCount)
        let checksum = algorithm == .none ? "" : ", \"Checksum\": \"\(digits)\""
        let members =
            "\"Path\": \"x\", \"Size\": 1, \"Checksum-Algorithm\": \"\(algorithm.rawValue)\"\(checksum)"
        let file = try #require(try BackupManifest.parse(ManifestText.file(members)).files.first)
        #expect(file.algorithm == algorithm)
        #expect(file.checksum == [UInt8](repeating: 0x5A, count: algorithm.byteCount))
    }

    @Test(arguments: [
        (#"a\"b"#, "a\"b"), (#"a\\b"#, "a\\b"), (#"a\/b"#, "a/b"), (#"\u00e4"#, "\u{E4}"),
        (#"\uD83D\ude00"#, "😀"),
        ("ä😀", "ä😀"), (#"ä\\"#, "ä\\"), ("a b", "a b"),
    ])
    func `escapes its paths as JSON does`(text: String, path: String) throws {
        #expect(try BackupManifest.parse(ManifestText.path(text)).files.map(\.path) == [ObjectName(path)])
    }

    @Test func `names tablespaces by their files`() throws {
        let paths = [
            "pg_tblspc/16400/PG_15_202209061/5/1", "pg_tblspc/16384/x", "pg_tblspc/16384/y",
            "pg_tblspc/016384/x",
            "pg_tblspc/99999999999/x", "pg_tblspc/16500", "base/16600/1", "pg_tblspc/x/1",
        ]
        let files = paths.map { "{ \"Path\": \"\($0)\", \"Size\": 1 }" }.joined(separator: ",\n")
        #expect(try BackupManifest.parse(ManifestText.whole(files: files)).tablespaces == [16384, 16400])
    }

    @Test func `may have no files, several ranges and members in any order`() throws {
        let second = #"{"End-LSN":"1/0000000A","Timeline":4294967295,"Start-LSN":"0/ffffffff"}"#
        let manifest = try BackupManifest.parse(
            ManifestText.whole(files: "", ranges: ManifestText.range + "\r\n\t," + second))
        #expect(manifest.files.isEmpty)
        #expect(manifest.walRanges.map(\.timeline) == [1, .max])
        #expect(manifest.walRanges.last?.end.position == 0x1_0000_000A)
    }
}

@Suite struct `A manifest with a flipped bit or a cut` {
    @Test func `is refused, whatever bit it is`() {
        let bytes = ManifestText.whole()
        for position in bytes.indices {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[position] ^= 1 << bit
                #expect(throws: FormatError.self, "byte \(position), bit \(bit)") {
                    try BackupManifest.parse(flipped)
                }
            }
        }
    }

    @Test func `is refused, whatever its length`() {
        let bytes = ManifestText.whole()
        for length in bytes.indices {
            #expect(throws: FormatError.self, "\(length) bytes") {
                try BackupManifest.parse(Array(bytes[..<length]))
            }
        }
    }

    @Test func `is told apart from one that never was well-formed`() throws {
        var bytes = ManifestText.whole()
        bytes[3] ^= 1
        let error = #expect(throws: FormatError.self) { try BackupManifest.parse(bytes) }
        guard case .manifestChecksum(let expected, let found) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(expected != found)
    }

    @Test(arguments: ["\n", "x", "\0", " ", "{}"])
    func `is a checksum that does not match when something was appended`(tail: String) {
        let error = #expect(throws: FormatError.self) {
            try BackupManifest.parse(ManifestText.whole() + Array(tail.utf8))
        }
        if tail == "\n" {
            guard case .manifestChecksum = error else {
                Issue.record("another error: \(String(describing: error))")
                return
            }
        }
    }
}

@Suite struct `Positions in the log` {
    @Test(arguments: [
        ("0/0", 0), ("0/2000028", 0x2000028), ("A/1b", 0xA_0000_001B), ("FFFFFFFF/FFFFFFFF", UInt64.max),
    ])
    func `are read and written as PostgreSQL does`(text: String, position: UInt64) throws {
        let number = try #require(LogSequenceNumber(text))
        #expect(number.position == position)
        #expect(number.description.uppercased() == text.uppercased())
    }

    @Test(arguments: [
        "", "/", "0", "0/", "/0", "0/0/0", "123456789/0", "0/123456789", "-1/0", "0/ 1", "0x1/0", "g/0",
    ])
    func `are refused in any other form`(text: String) {
        #expect(LogSequenceNumber(text) == nil)
    }
}
