// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Digests

extension SumFile {
    /// In bytes: 100,000 usual lines are less.
    public static let sizeLimit: UInt64 = 64 << 20
    static let maximumEntries = 100_000
    static let maximumLineLength = 4096

    /// Reads the output of GNU `sha256sum` (coreutils, src/digest.c).
    ///
    /// Accepted: text mark (two spaces) and binary mark (space and `*`), lines that begin with a backslash
    /// and have `\\`, `\n`, `\r` escaped in the name, CRLF line ends, upper-case hex, one leading `./`, and
    /// comments (`#`), which `sha256sum --check` ignores too. Every line, the last one as well, ends with a
    /// line feed: a file that was cut must not pass.
    ///
    /// `name` is the sum file's own name, which it cannot list.
    public static func parse(
        _ bytes: [UInt8], named name: ObjectName = SumFile.name
    ) throws(FormatError) -> SumFile {
        var entries: [Entry] = []
        var seen: [ObjectName: Int] = [:]
        var number = 0
        var rest = bytes[...]
        while !rest.isEmpty {
            number += 1
            let line = try takeLine(&rest, number: number)
            guard let entry = try parse(line: line, number: number) else { continue }
            if entry.name == name {
                throw fault(number, "the name of another object", "the sum file's own name")
            }
            if let earlier = seen.updateValue(number, forKey: entry.name) {
                throw fault(number, "each name once", "'\(entry.name)' again, as on line \(earlier)")
            }
            guard entries.count < maximumEntries else {
                throw fault(number, "at most \(maximumEntries) entries", "more")
            }
            entries.append(entry)
        }
        guard !entries.isEmpty else {
            throw fault(
                max(number, 1), "at least one digest and name",
                bytes.isEmpty ? "an empty file" : "comments only")
        }
        return SumFile(entries: entries)
    }

    /// Takes the next line off `rest`, without its line end.
    private static func takeLine(_ rest: inout ArraySlice<UInt8>, number: Int) throws(FormatError)
        -> ArraySlice<UInt8>
    {
        let window = rest.prefix(maximumLineLength + 1)
        guard let end = window.firstIndex(of: UInt8(ascii: "\n")) else {
            if window.count > maximumLineLength {
                throw fault(number, "a line of at most \(maximumLineLength) bytes", "a longer one")
            }
            throw fault(number, "a line feed at the end of the last line", "the end of the file: was it cut?")
        }
        var line = rest[..<end]
        rest = rest[(end + 1)...]
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        return line
    }

    /// Reads one line; nil for a comment.
    private static func parse(line: ArraySlice<UInt8>, number: Int) throws(FormatError) -> Entry? {
        if line.contains(0) { throw fault(number, "text", "a NUL byte") }
        if line.first == UInt8(ascii: "#") {
            try check(comment: line, number: number)
            return nil
        }
        let isEscaped = line.first == UInt8(ascii: "\\")
        let body = isEscaped ? line.dropFirst() : line
        let digits = body.prefix { Hex.value(of: $0) != nil }
        guard digits.count == 64 else { throw digestFault(line: body, digits: digits.count, number: number) }
        let afterDigest = body.dropFirst(64)
        let isBinary = afterDigest.starts(with: Array(" *".utf8))
        guard isBinary || afterDigest.starts(with: Array("  ".utf8)) else {
            throw fault(
                number, "two spaces, or a space and '*', after the digest",
                afterDigest.isEmpty ? "the end of the line" : excerpt(afterDigest.prefix(2)))
        }
        let name = try self.name(afterDigest.dropFirst(2), isEscaped: isEscaped, number: number)
        return Entry(digest: lowerCase(digits), name: name, isBinary: isBinary, line: number)
    }

    /// Refuses a comment that holds a digest: a flipped bit can make `#` of a `3`, or join two lines.
    private static func check(comment: ArraySlice<UInt8>, number: Int) throws(FormatError) {
        var run = 0
        for byte in comment {
            run = Hex.value(of: byte) == nil ? 0 : run + 1
            if run >= 63 { throw fault(number, "a comment without a digest", excerpt(comment)) }
        }
    }

    private static func digestFault(line: ArraySlice<UInt8>, digits: Int, number: Int) -> FormatError {
        if line.isEmpty { return fault(number, "a digest and a name", "a blank line") }
        if line.starts(with: [0xEF, 0xBB, 0xBF]) { return fault(number, "a digest", "a byte order mark") }
        if line.starts(with: Array("SHA256 (".utf8)) {
            return fault(number, "a digest and a name", "the form that sha256sum --tag writes")
        }
        return digits == 0
            ? fault(number, "a digest of 64 hex digits", excerpt(line))
            : fault(number, "a digest of 64 hex digits", "\(digits) of them")
    }

    private static func name(
        _ text: ArraySlice<UInt8>, isEscaped: Bool, number: Int
    ) throws(FormatError) -> ObjectName {
        let plain = isEscaped ? try unescape(text, number: number) : text
        let name = plain.starts(with: Array("./".utf8)) ? plain.dropFirst(2) : plain
        if let fault = RelativePath.fault(in: name) {
            throw self.fault(number, "a name inside the folder", "\(fault): \(excerpt(plain))")
        }
        if name.elementsEqual([UInt8(ascii: "-")]) {
            throw fault(number, "a name", "'-', the standard input")
        }
        return ObjectName(bytes: name)
    }

    private static func unescape(
        _ text: ArraySlice<UInt8>, number: Int
    ) throws(FormatError) -> ArraySlice<UInt8> {
        var plain: ArraySlice<UInt8> = []
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                plain.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "\\"): plain.append(UInt8(ascii: "\\"))
            case UInt8(ascii: "n"): plain.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "r"): plain.append(UInt8(ascii: "\r"))
            default: throw fault(number, "'\\\\', '\\n' or '\\r' in an escaped name", excerpt(text))
            }
        }
        return plain
    }

    private static func lowerCase(_ digits: ArraySlice<UInt8>) -> String {
        String(decoding: digits.map { $0 >= 0x41 && $0 <= 0x46 ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    private static func fault(_ line: Int, _ expected: String, _ found: String) -> FormatError {
        .invalidSumFile(line: line, expected: expected, found: found)
    }
}
