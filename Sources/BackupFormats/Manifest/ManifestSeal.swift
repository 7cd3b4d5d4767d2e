// SPDX-License-Identifier: Apache-2.0
import Digests

/// The last line of a manifest: the SHA-256 of all lines before it.
///
/// PostgreSQL writes that line in one way (src/backend/backup/backup_manifest.c, `SendBackupManifest`), and
/// only that way is accepted here, because the line itself is covered by no checksum. Which line is the last
/// is known at the end only, so the digest up to the start of a line is kept for the last two of them.
struct ManifestSeal: ~Copyable {
    static let member = "Manifest-Checksum"
    private static let opening = Array("\"Manifest-Checksum\": \"".utf8)
    private static let closing = Array("\"}\n".utf8)
    private static let length = opening.count + 64 + closing.count
    private static let newline = UInt8(ascii: "\n")

    /// The start of a line, and the digest of all before it.
    private struct Line {
        var start: Int
        var digest: SHA256Digest
    }

    private var hash = SHA256()
    private var count = 0
    /// The last two that were begun; the last of them may be empty yet.
    private var lines: [Line] = []
    /// As many bytes as the last line has, and one more.
    private var tail: [UInt8] = []

    mutating func receive(_ bytes: RawSpan) {
        var done = 0
        for start in Self.lastTwoLines(of: bytes) {
            hash.update(bytes.extracting(done..<start))
            if lines.count == 2 { lines.removeFirst() }
            lines.append(Line(start: count + start, digest: hash.finalized()))
            done = start
        }
        hash.update(bytes.extracting(droppingFirst: done))
        count += bytes.byteCount
        bytes.extracting(last: min(bytes.byteCount, Self.length + 1)).withUnsafeBytes {
            tail.append(contentsOf: $0)
        }
        tail.removeFirst(max(0, tail.count - Self.length - 1))
    }

    private static func lastTwoLines(of bytes: RawSpan) -> [Int] {
        bytes.withUnsafeBytes { bytes in
            guard let last = bytes.lastIndex(of: newline) else { return [] }
            guard let other = bytes[..<last].lastIndex(of: newline) else { return [last + 1] }
            return [other + 1, last + 1]
        }
    }

    // MARK: The end

    /// A last line of the one accepted form.
    struct Statement {
        /// Where it starts.
        var offset: Int
        /// 64 lower-case hex digits.
        var digest: String
    }

    /// The last line, when it is of that form and right about the others; nil when it is of another.
    func statement() throws(FormatError) -> Statement? {
        guard let stated, let found = lastLine?.digest.hex else { return nil }
        guard found == stated else { throw .manifestChecksum(expected: stated, found: found) }
        return Statement(offset: count - Self.length, digest: stated)
    }

    private var stated: String? {
        guard tail.count > Self.length, tail[0] == Self.newline,
            tail.dropFirst().starts(with: Self.opening),
            tail.suffix(Self.closing.count).elementsEqual(Self.closing)
        else { return nil }
        let digits = tail.dropFirst(1 + Self.opening.count).prefix(64)
        return digits.allSatisfy(Self.isLowerHex) ? String(decoding: digits, as: UTF8.self) : nil
    }

    /// Where the last line that is not empty starts.
    private var lastLine: Line? { lines.last { $0.start < count } }

    /// Why a manifest whose members are all well-formed does not end in the accepted line.
    func fault(_ claim: ManifestClaim) -> FormatError {
        let expected = "a last line with 64 lower-case hex digits in it and nothing after it"
        let form = FormatError.invalidManifest(
            offset: claim.valueOffset, expected: expected, found: claim.excerpt)
        guard claim.stated.count == 64, claim.stated.allSatisfy(Self.isLowerHex), let lastLine else {
            return form
        }
        let text = String(decoding: claim.stated, as: UTF8.self)
        let found = lastLine.digest.hex
        return found == text ? form : .manifestChecksum(expected: text, found: found)
    }

    private static func isLowerHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}

/// What the last member of a manifest says, wherever it stands.
struct ManifestClaim {
    /// Where the member and where its value start.
    var offset: Int
    var valueOffset: Int
    var stated: ArraySlice<UInt8>
    /// What stands where the value should.
    var excerpt: String
}
