// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Testing

private let version = "{\"PostgreSQL-Backup-Manifest-Version\": 1"
private let range = ManifestText.range

/// The error of a manifest that must be refused as malformed, and where it points.
private func fault(_ bytes: [UInt8]) throws -> (expected: String, at: String) {
    let error = #expect(throws: FormatError.self) { try BackupManifest.parse(bytes) }
    guard case .invalidManifest(let offset, let expected, _) = try #require(error) else {
        Issue.record("another error: \(String(describing: error))")
        return ("", "")
    }
    return (expected, String(decoding: bytes[min(offset, bytes.count)...].prefix(12), as: UTF8.self))
}

/// A manifest to be refused: what should stand there, and what stands there instead.
struct BadManifest: Sendable, CustomTestStringConvertible {
    let text: String
    let expected: String
    let place: String

    init(_ text: String, _ expected: String, at place: String) {
        (self.text, self.expected, self.place) = (text, expected, place)
    }

    static func files(_ files: String, _ expected: String, at place: String) -> Self {
        Self(version + ", \"Files\": \(files)}\n", expected, at: place)
    }

    static func ranges(_ ranges: String, _ expected: String, at place: String) -> Self {
        Self(version + ", \"Files\": [], \"WAL-Ranges\": \(ranges)}\n", expected, at: place)
    }

    var testDescription: String { text }
}

/// The cases of PostgreSQL's src/bin/pg_verifybackup/t/005_bad_manifest.pl, and some that it leaves out.
@Suite struct `Manifests that pg_verifybackup refuses` {
    @Test(arguments: [
        BadManifest("{\n", "the name of a member", at: ""), BadManifest("", "'{'", at: ""),
        BadManifest("{}\n", "the name of a member", at: "}"), BadManifest("[]\n", "'{'", at: "[]"),
        BadManifest("]\n", "'{'", at: "]"),
        BadManifest("{\"something\": 1}\n", "\"PostgreSQL-Backup-Manifest-Version\"", at: "\"something\""),
        BadManifest("{\"PostgreSQL-Backup-Manifest-Version\": \"one\"}\n", "version 1 or 2", at: "\"one\""),
        BadManifest("{\"PostgreSQL-Backup-Manifest-Version\": 12345678}\n", "version 1 or 2", at: "12345678"),
        BadManifest("{\"PostgreSQL-Backup-Manifest-Version\": 0}\n", "version 1 or 2", at: "0}"),
        BadManifest(version + ", \"More\": 1}\n", "\"Files\"", at: "\"More\""),
        BadManifest(version + ", \"System-Identifier\": 1}\n", "\"Files\"", at: "\"System-"),
        BadManifest(
            "{\"PostgreSQL-Backup-Manifest-Version\": 2, \"System-Identifier\": \"me\"}\n",
            "a system identifier of 64 bits", at: "\"me\""),
        BadManifest(
            "{\"PostgreSQL-Backup-Manifest-Version\": 2, \"Files\": []}\n", "\"System-Identifier\"",
            at: "\"Files\""),
    ])
    func `are refused for their head`(manifest: BadManifest) throws { try check(manifest) }

    @Test(arguments: [
        BadManifest.files("true", "'['", at: "true"), .files("{}", "'['", at: "{}"),
        .files("[[]]", "'{'", at: "[]]"), .files("[] ]", "','", at: "]}"),
        .files("[{}]", "a file with a path", at: "{}]"),
        .files(
            #"[{"Path": "a", "Encoded-Path": "61"}]"#, "each member once, not 'Encoded-Path' again",
            at: " \"61\""),
        .files(#"[{"More": 1}]"#, "a member that files have, not 'More'", at: " 1}"),
        .files(#"[{"Path": "a"}]"#, "a size for 'a'", at: "{\"Path\""),
        .files(#"[{"Path": "a", "Size": "big"}]"#, "a size of less than 2^63", at: "\"big\""),
        .files(#"[{"Encoded-Path": "616", "Size": 0}]"#, "a path in hex", at: "{\"Enc"),
        .files(
            #"[{"Path": "b", "Size": 0},{"Path": "b", "Size":0}]"#, "each path once", at: "{\"Path\": \"b"),
        .files(#"[{"Path": "a", "Size": 1, "Checksum": "zz"}]"#, "0 hex digits for NONE", at: "{\"Path\""),
        .files(
            #"[{"Path": "a", "Size": 1, "Checksum-Algorithm": "MD4", "Checksum": "00"}]"#,
            "NONE, CRC32C, SHA224, SHA256, SHA384 or SHA512", at: "\"MD4\""),
        .files(
            #"[{"Path": "a", "Size": 1, "Checksum-Algorithm": "CRC32C", "Checksum": "0"}]"#,
            "8 hex digits for CRC32C", at: "{\"Path\""),
    ])
    func `are refused for their files`(manifest: BadManifest) throws { try check(manifest) }

    @Test(arguments: [
        BadManifest.ranges(#"[{"Timeline": 1}]"#, "a timeline, a start and an end", at: "{\"Time"),
        .ranges(#"[{"Timeline": 1, "Start-LSN": "0/0"}]"#, "a timeline, a start and an end", at: "{\"Time"),
        .ranges(#"[{"More": 1}]"#, "a member that WAL ranges have, not 'More'", at: " 1}"),
        .ranges("[{}]", "a timeline, a start and an end", at: "{}]"),
        .ranges("[\(range)]", "','", at: "}\n"),
        .ranges(
            #"[{"Timeline": true, "Start-LSN": "0/0", "End-LSN": "0/0"}]"#, "a timeline of 32 bits",
            at: "true"),
        .ranges(
            #"[{"Timeline": 1, "Start-LSN": "here", "End-LSN": "0/0"}]"#, "a WAL position such as 0/2000028",
            at: "\"here\""),
        .ranges(
            #"[{"Timeline": 1, "Start-LSN": "0/0", "End-LSN": "there"}]"#, "a WAL position such as 0/2000028",
            at: "\"there\""),
        BadManifest(version + ", \"WAL-Ranges\": [\(range)]}\n", "\"Files\"", at: "\"WAL-R"),
    ])
    func `are refused for their WAL ranges`(manifest: BadManifest) throws { try check(manifest) }

    @Test(arguments: [
        BadManifest.ranges("[], \"Manifest-Checksum\": null", "a checksum", at: "null}"),
        .ranges("[],\n\"Manifest-Checksum\": null", "a checksum", at: "null}"),
        .ranges(
            "[],\n\"Manifest-Checksum\": \"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz01234567890-\"",
            "a last line with 64 lower-case hex digits in it and nothing after it", at: " \"ABC"),
    ])
    func `are refused for their last line`(manifest: BadManifest) throws { try check(manifest) }

    @Test func `are refused for more WAL ranges than a backup can have`() throws {
        let all = (1...1001).map { #"{"Timeline": \#($0), "Start-LSN": "0/0", "End-LSN": "0/0"}"# }
        try check(
            .ranges("[\(all.joined(separator: ","))]", "1000 ranges of WAL at most", at: "{\"Timeline\":"))
    }

    private func check(_ manifest: BadManifest) throws {
        let fault = try fault(Array(manifest.text.utf8))
        #expect(fault.expected == manifest.expected)
        #expect(fault.at.hasPrefix(manifest.place), "points at '\(fault.at)'")
        #expect(fault.at.isEmpty == manifest.place.isEmpty)
    }
}

@Suite struct `Manifests that pg_verifybackup lets through` {
    @Test(arguments: [
        #""Path": "x", "Size": -1"#, #""Path": "x", "Size": "-1""#, #""Path": "x", "Size": "1""#,
        #""Path": "x", "Size": 18446744073709551621"#, #""Path": "x", "Size": 9223372036854775808"#,
        #""Path": "x", "Size": 01"#, #""Path": "x", "Size": 1.0"#, #""Path": "x", "Size": 1e3"#,
        #""Path": "x", "Size": +1"#, #""Path": "x", "Size": null"#, #""Path": "x", "Size": "#,
        #""Path": "x", "Size": 1, "Size": 1"#, #""Path": "x", "Path": "x", "Size": 1"#,
        #""Encoded-Path": "78", "Encoded-Path": "78", "Size": 1"#,
        #""Encoded-Path": "78", "Path": "x", "Size": 1"#,
        #""Path": "x", "Size": 1, "Last-Modified": "a", "Last-Modified": "b""#,
        #""Path": "x", "Size": 1, "Last-Modified": 5"#,
        #""Path": "x", "Size": 1, "Checksum-Algorithm": "CRC32C""#,
        #""Path": "x", "Size": 1, "Checksum-Algorithm": "CRC32C", "Checksum": """#,
        #""Path": "x", "Size": 1, "Checksum-Algorithm": "CRC32C", "Checksum": "0011223344""#,
        #""Path": "x", "Size": 1, "Checksum-Algorithm": "SHA256", "Checksum": "00112233""#,
        #""Path": "x", "Size": 1, "Checksum-Algorithm": "NONE", "Checksum": "00""#,
        #""Path": "x", "Size": 1, "Checksum-Algorithm": "crc32c", "Checksum": "00112233""#,
        #""Path": "x", "Size": 1, "Checksum": "00112233""#,
        #""Path": "x", "Size": 1,"#, #""Path": "x",, "Size": 1"#, #""P\u0061th": "x", "Size": 1"#,
        #""Path": ["x"], "Size": 1"#, #""Path": {"a": "x"}, "Size": 1"#,
        #""Encoded-Path": "6100", "Size": 1"#, #""Encoded-Path": "2e2e2f78", "Size": 1"#,
        #""Encoded-Path": "", "Size": 1"#, #""Encoded-Path": "0a", "Size": 1"#,
        #""Encoded-Path": "6g", "Size": 1"#,
    ])
    func `in what they say of a file are refused`(members: String) throws {
        #expect(try !fault(ManifestText.file(members)).expected.isEmpty)
    }

    @Test(arguments: [
        "", "/etc/passwd", "..", "../x", "a/../../x", "a//b", "./a", "a/.", "a/", ".", #"a\u0000b"#,
        #"a\u001fb"#,
        #"a\nb"#, "a\u{7F}", #"\ud800"#, #"\udc00x"#, #"\ud800\ud800"#, #"\u12"#, #"\x"#, #"\"#, "a\nb",
        String(repeating: "x", count: 1024),
    ])
    func `in their paths are refused`(path: String) throws {
        #expect(try !fault(ManifestText.path(path)).expected.isEmpty)
    }

    @Test func `that give one path in two spellings are refused`() throws {
        let files = #"{"Path": "x", "Size": 1}, {"Encoded-Path": "78", "Size": 1}"#
        #expect(try fault(ManifestText.whole(files: files)).expected == "each path once")
    }

    @Test func `that are not UTF-8 are refused`() throws {
        let digest = "{ \"PostgreSQL-Backup-Manifest-Version\": 1,\n\"Files\": [{\"Path\": \"a"
        #expect(throws: FormatError.self) {
            try BackupManifest.parse(Array(digest.utf8) + [0xC3, 0x28, 0x22])
        }
        #expect(throws: FormatError.self) {
            try BackupManifest.parse(Array(digest.utf8) + [0xED, 0xA0, 0x80, 0x22])
        }
    }

    @Test(arguments: [
        #"{"Timeline": 4294967297, "Start-LSN": "0/0", "End-LSN": "0/0"}"#,
        #"{"Timeline": 0, "Start-LSN": "0/0", "End-LSN": "0/0"}"#,
        #"{"Timeline": "1", "Start-LSN": "0/0", "End-LSN": "0/0"}"#,
        #"{"Timeline": 1, "Timeline": 1, "Start-LSN": "0/0", "End-LSN": "0/0"}"#,
        #"{"Timeline": 1, "Start-LSN": "0/0", "Start-LSN": "0/0", "End-LSN": "0/0"}"#,
        #"{"Timeline": 1, "Start-LSN": "0/0x", "End-LSN": "0/0"}"#,
        #"{"Timeline": 1, "Start-LSN": " 0/0", "End-LSN": "0/0"}"#,
        #"{"Timeline": 1, "Start-LSN": "0/1", "End-LSN": "0/0"}"#,
        #"{"Timeline": 1, "Start-LSN": "0/1", "End-LSN": 7}"#,
        #"{"Timeline": 1, "Start-LSN": "0/1", "End-LSN": "0/2"}, {"Timeline": 1, "Start-LSN": "0/8", "End-LSN": "0/9"}"#,
    ])
    func `in their WAL ranges are refused`(ranges: String) throws {
        #expect(try !fault(ManifestText.whole(ranges: ranges)).expected.isEmpty)
    }

    @Test(arguments: [
        "{ \"PostgreSQL-Backup-Manifest-Version\": 4294967297,\n\"Files\": [],\n\"WAL-Ranges\": [],\n",
        version + ",\n\"Files\": [],\n\"Files\": [],\n\"WAL-Ranges\": [],\n",
        version + ",\n\"Files\": [],\n\"WAL-Ranges\": [],\n\"WAL-Ranges\": [],\n",
        version + ",\n\"Files\": [],\n\"WAL-Ranges\": [],\n\"Files\": [],\n",
        version + ",\n\"WAL-Ranges\": [],\n\"Files\": [],\n",
        version + ", \"PostgreSQL-Backup-Manifest-Version\": 1,\n\"Files\": [],\n\"WAL-Ranges\": [],\n",
        version + ",\n\"Files\": [],\n\"WAL-Ranges\": [],\n\"Manifest-Checksum\": \"00\"},\n",
        version + ",\n\"Files\": [],\n\"WAL-Ranges\": [],\n\"Manifest-Checksum\": \"00\",\n",
        version + ",\n\"Files\": [],\n\"WAL-Ranges\": []\n",
        version + ",\n\"Files\": [],\n\"WAL-Ranges\": [],,\n",
        "\u{FEFF}" + version + ",\n\"Files\": [],\n\"WAL-Ranges\": [],\n",
        "\0" + version + ",\n\"Files\": [],\n\"WAL-Ranges\": [],\n",
    ])
    func `in their members are refused, though sealed with the right checksum`(body: String) throws {
        #expect(try !fault(ManifestText.sealed(body)).expected.isEmpty)
    }

    @Test func `that nest a million levels deep are refused at the first`() throws {
        let deep = String(repeating: "[", count: 1_000_000)
        #expect(try fault(ManifestText.whole(files: deep)).at.hasPrefix("[[["))
        #expect(try fault(Array(String(repeating: "{\"a\":", count: 1_000_000).utf8)).at.hasPrefix("\"a\":"))
    }

    @Test func `that never close a string are refused`() throws {
        let endless = version + ", \"Files\": [{\"Path\": \"" + String(repeating: "a", count: 10_000_000)
        #expect(try fault(Array(endless.utf8)).expected == "the end of a string")
    }

    @Test func `whose checksum is in upper case or not on its own line are refused`() throws {
        let sealed = ManifestText.whole()
        let text = String(decoding: sealed, as: UTF8.self)
        let line = try #require(text.firstRange(of: "\"Manifest-Checksum\""))
        let upper =
            text[..<line.lowerBound]
            + text[line.lowerBound...].replacing(/[a-f0-9]{64}/) { $0.output.uppercased() }
        #expect(try !fault(Array(upper.utf8)).expected.isEmpty)
        let joined = text[..<line.lowerBound].dropLast() + " " + text[line.lowerBound...]
        #expect(throws: FormatError.self) { try BackupManifest.parse(Array(joined.utf8)) }
    }
}
