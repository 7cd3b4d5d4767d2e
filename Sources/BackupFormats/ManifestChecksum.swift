// SPDX-License-Identifier: Apache-2.0
import Digests

/// The last line of a manifest: the SHA-256 of all lines before it.
///
/// PostgreSQL writes that line in one way (src/backend/backup/backup_manifest.c, `SendBackupManifest`), and
/// only that way is accepted here, because the line itself is covered by no checksum.
struct ManifestChecksum {
    static let member = "Manifest-Checksum"
    private static let opening = Array("\"Manifest-Checksum\": \"".utf8)
    private static let closing = Array("\"}\n".utf8)

    /// Where the last line starts.
    let offset: Int
    /// 64 lower-case hex digits.
    let stated: String

    /// Finds the last line; nil when it is not of the one accepted form.
    init?(endOf bytes: [UInt8]) {
        let length = Self.opening.count + 64 + Self.closing.count
        let line = bytes.suffix(length)
        guard bytes.count > length, bytes[line.startIndex - 1] == UInt8(ascii: "\n"),
            line.starts(with: Self.opening), line.suffix(Self.closing.count).elementsEqual(Self.closing)
        else { return nil }
        let digits = line.dropFirst(Self.opening.count).prefix(64)
        guard digits.allSatisfy(Self.isLowerHex) else { return nil }
        offset = line.startIndex
        stated = String(decoding: digits, as: UTF8.self)
    }

    func check(_ bytes: [UInt8]) throws(FormatError) {
        let found = Self.digest(bytes, to: offset)
        guard found == stated else { throw .manifestChecksum(expected: stated, found: found) }
    }

    /// Why a manifest whose members are all well-formed does not end in the accepted line.
    ///
    /// `stated` is what its checksum member says, and `offset` where that value stands.
    static func fault(in bytes: [UInt8], stated: ArraySlice<UInt8>, at offset: Int) -> FormatError {
        let expected = "a last line with 64 lower-case hex digits in it and nothing after it"
        let form = FormatError.invalidManifest(
            offset: offset, expected: expected, found: excerpt(bytes[offset...]))
        guard stated.count == 64, stated.allSatisfy(isLowerHex),
            let lastLine = bytes.dropLast().lastIndex(of: UInt8(ascii: "\n"))
        else { return form }
        let text = String(decoding: stated, as: UTF8.self)
        let found = digest(bytes, to: lastLine + 1)
        return found == text ? form : .manifestChecksum(expected: text, found: found)
    }

    private static func digest(_ bytes: [UInt8], to end: Int) -> String {
        SHA256.digest(of: bytes.span.bytes.extracting(first: end)).hex
    }

    private static func isLowerHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}
