// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Digests
import Testing

/// A manifest of so many files, as PostgreSQL writes it.
private func text(files: Int, ranges: String = ManifestText.range) -> [UInt8] {
    let entries = (0..<files).map { number in
        "{ \"Path\": \"base/16384/\(1_000_000 + number)\", \"Size\": \(number), "
            + "\"Last-Modified\": \"2026-11-23 12:10:47 GMT\", "
            + "\"Checksum-Algorithm\": \"CRC32C\", \"Checksum\": \"16a0cad4\" }"
    }
    return ManifestText.whole(files: entries.joined(separator: ",\n"), ranges: ranges)
}

private func parse(_ bytes: [UInt8], inPiecesOf size: Int) -> Result<BackupManifest, FormatError> {
    var parser = ManifestParser()
    var place = 0
    while place < bytes.count {
        let end = min(place + size, bytes.count)
        parser.receive(bytes.span.bytes.extracting(place..<end))
        place = end
    }
    do throws(FormatError) { return .success(try parser.finish()) } catch { return .failure(error) }
}

@Suite struct `A manifest that comes in pieces` {
    /// Longer than what is looked at at a time.
    private static let long = text(files: 2500)

    @Test(arguments: [1, 3, 89, 90, 91, 65_537, 262_143])
    func `says what it says as a whole, however it is cut`(size: Int) throws {
        let manifest = try parse(Self.long, inPiecesOf: size).get()
        #expect(manifest.files.count == 2500)
        #expect(manifest.files[2499].path == "base/16384/1002499")
        let isSame = try manifest == BackupManifest.parse(Self.long)
        #expect(isSame)
    }

    @Test(arguments: 1...100) func `however short it is`(size: Int) {
        let bytes = ManifestText.whole()
        #expect(parse(bytes, inPiecesOf: size) == parse(bytes, inPiecesOf: bytes.count))
    }

    @Test(arguments: [13, 70_000])
    func `has its faults where they are in the whole`(size: Int) {
        let tails = ["\n", "x", "\"}\n", "\n\n"]
        let places = [5, 70_000, 262_100, 262_144, Self.long.count - 200, Self.long.count - 30]
        var broken = tails.map { Self.long + Array($0.utf8) } + [Array(Self.long.dropLast(89))]
        for place in places {
            var body = Array(Self.long.dropLast(89))
            body[min(place, body.count - 1)] = 0
            broken.append(ManifestText.sealed(String(decoding: body, as: UTF8.self)))
            broken.append(Array(Self.long[..<place]))
        }
        for bytes in broken {
            let whole = parse(bytes, inPiecesOf: bytes.count)
            #expect(throws: FormatError.self) { try whole.get() }
            let isSame = parse(bytes, inPiecesOf: size) == whole
            #expect(isSame)
        }
    }

    @Test func `tells where a fault is, millions of bytes in`() throws {
        var body = Array(text(files: 15_000).dropLast(89))
        let place = try #require(body.indices.last { body[$0...].starts(with: "\"CRC32C\"".utf8) })
        body[place + 1] = UInt8(ascii: "c")
        let sealed = ManifestText.sealed(String(decoding: body, as: UTF8.self))
        let error = #expect(throws: FormatError.self) { try BackupManifest.parse(sealed) }
        guard case .invalidManifest(place, "NONE, CRC32C, SHA224, SHA256, SHA384 or SHA512", _) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(place > 2 << 20)
    }
}

@Suite struct `The entries of a manifest` {
    @Test func `may have all bytes of the longest path escaped`() throws {
        let path = String(repeating: #"\u0061"#, count: 1023)
        #expect(try BackupManifest.parse(ManifestText.path(path)).files.first?.path.bytes.count == 1023)
    }

    @Test(arguments: [
        #"{ "Path": "x", "Size": 1, "Last-Modified": "\#(String(repeating: "a", count: 70_000))" }"#,
        #"{ "Path": "x",\#(String(repeating: " ", count: 70_000)) "Size": 1 }"#,
        #"{ "Path": "x", "Size": 1, "Last-Modified": "\#(String(repeating: #"\\"#, count: 40_000))" }"#,
    ])
    func `are refused when they are longer than anything that PostgreSQL writes`(entry: String) {
        #expect(throws: FormatError.self) { try BackupManifest.parse(ManifestText.whole(files: entry)) }
    }
}

@Suite struct `The files of a manifest` {
    @Test func `are found by their paths, however many there are`() throws {
        let files = try BackupManifest.parse(text(files: 5000)).files
        for number in [0, 1, 11, 12, 13, 4095, 4096, 4999] {
            let file = try #require(files[ObjectName("base/16384/\(1_000_000 + number)")])
            #expect(file.size == UInt64(number))
            #expect(file.checksum == [0x16, 0xA0, 0xCA, 0xD4])
            #expect(files[number] == file)
        }
        #expect(files["base/16384/1005000"] == nil)
        #expect(ManifestFiles()["x"] == nil)
    }

    @Test func `take up so little memory that ten million of them are no trouble`() throws {
        let files = try BackupManifest.parse(text(files: 40_000)).files
        // 16 for the record, 18 for the path, 4 for the checksum, at most 11 in the index; and what is left over of blocks.
        #expect(files.byteCount <= 40_000 * (16 + 18 + 4 + 11) + (1 << 20) + (256 << 10))
    }

    @Test func `are given without their paths, too`() {
        let files: ManifestFiles = [
            ManifestFile(path: "base/1/1", size: 8192, algorithm: .crc32c, checksum: [1, 2, 3, 4]),
            ManifestFile(path: "pg_tblspc/16384/x", size: .max, algorithm: .none, checksum: []),
        ]
        let outlines = Array(files.outlines)
        #expect(outlines.map(\.tablespace) == [nil, 16384])
        #expect(outlines.map(\.size) == [8192, .max])
        #expect(outlines.map(\.isSummed) == [true, false])
    }
}
