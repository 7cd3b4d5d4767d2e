// SPDX-License-Identifier: Apache-2.0

/// The words of one line of a configuration file, as PostgreSQL's scanner sees them.
///
/// `src/backend/utils/misc/guc-file.l`: identifiers, numbers, unquoted and quoted strings, `=` and comments. A
/// quoted string does not go over the end of a line.
struct ConfigurationTokens {
    enum Token: Equatable {
        /// A name, also one with a prefix such as `auto_explain.log_format`.
        case identifier(String)
        case number(String)
        /// In quotes, or unquoted with characters that no name has.
        case string(String)
        case equals
        /// A character that begins nothing, or a quote without its end.
        case unknown
    }

    private var rest: ArraySlice<UInt8>

    init(_ line: ArraySlice<UInt8>) { rest = line }

    /// The next word; nil at the end of the line and where a comment begins.
    mutating func next() -> Token? {
        rest = rest.drop { [0x20, 0x09, 0x0D].contains($0) }
        guard let first = rest.first, first != UInt8(ascii: "#") else { return nil }
        switch first {
        case UInt8(ascii: "="):
            rest = rest.dropFirst()
            return .equals
        case UInt8(ascii: "'"): return quoted()
        case _ where Self.isLetter(first): return word()
        case _ where Self.isDigit(first) || Self.beginsNumber(rest): return number()
        default:
            rest = []
            return .unknown
        }
    }

    private mutating func word() -> Token {
        let text = take { Self.isLetter($0) || Self.isDigit($0) || "-._:/".utf8.contains($0) }
        let isName = text.utf8.allSatisfy { Self.isLetter($0) || Self.isDigit($0) || $0 == UInt8(ascii: ".") }
        return isName ? .identifier(text) : .string(text)
    }

    /// Digits with sign, point and exponent, and a unit after them; what it means is for who reads it.
    private mutating func number() -> Token {
        .number(take { Self.isDigit($0) || Self.isLetter($0) || "+-.".utf8.contains($0) })
    }

    private mutating func quoted() -> Token {
        var value: [UInt8] = []
        var position = rest.startIndex + 1
        while position < rest.endIndex {
            let (byte, following) = (rest[position], rest[(position + 1)...].first)
            switch (byte, following) {
            case (UInt8(ascii: "'"), UInt8(ascii: "'")):
                value.append(byte)
                position += 2
            case (UInt8(ascii: "'"), _):
                rest = rest[(position + 1)...]
                return .string(String(decoding: value, as: UTF8.self))
            case (UInt8(ascii: "\\"), _?): position = Self.unescape(rest, at: position + 1, into: &value)
            default:
                value.append(byte)
                position += 1
            }
        }
        rest = []
        return .unknown
    }

    /// What stands behind a backslash (`DeescapeQuotedString`); gives where to go on.
    private static func unescape(_ bytes: ArraySlice<UInt8>, at position: Int, into value: inout [UInt8])
        -> Int
    {
        let named: [UInt8: UInt8] = [
            UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A,
            UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
        ]
        let octal = bytes[position...].prefix(3).prefix { (0x30...0x37).contains($0) }
        guard octal.isEmpty else {
            value.append(octal.reduce(0) { $0 << 3 | ($1 & 7) })
            return octal.endIndex
        }
        value.append(named[bytes[position]] ?? bytes[position])
        return position + 1
    }

    private mutating func take(_ belongs: (UInt8) -> Bool) -> String {
        let bytes = rest.prefix(while: belongs)
        rest = rest[bytes.endIndex...]
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
            || byte >= 0x80
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func beginsNumber(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, "+-.".utf8.contains(first) else { return false }
        return bytes.dropFirst().first.map { isDigit($0) || $0 == UInt8(ascii: ".") } ?? false
    }
}
