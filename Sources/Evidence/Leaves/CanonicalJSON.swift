// SPDX-License-Identifier: Apache-2.0

/// A JSON value with one way to write it (RFC 8785): the same value always has the same bytes.
///
/// There are no fractions: who has some writes them as a whole number of a smaller unit, or as text. Integers are written
/// in full, also beyond 2^53.
public enum CanonicalJSON: Sendable, Equatable {
    /// A text of any characters.
    case text(String)
    /// A whole number.
    case number(Int64)
    /// True or false.
    case truth(Bool)
    /// In this order.
    case list([CanonicalJSON])
    /// The members; they are written in the order of their names.
    case object([String: CanonicalJSON])

    /// The value of a member of an object; nil for any other value.
    public subscript(member: String) -> CanonicalJSON? {
        guard case .object(let members) = self else { return nil }
        return members[member]
    }

    /// UTF-8, without any space between the parts.
    public var bytes: [UInt8] {
        var writer = Writer()
        writer.write(self)
        return writer.bytes
    }

    /// Adds `bytes` to others.
    public func append(to bytes: inout [UInt8]) {
        var writer = Writer()
        swap(&writer.bytes, &bytes)
        writer.write(self)
        swap(&writer.bytes, &bytes)
    }

    private struct Writer {
        var bytes: [UInt8] = []

        mutating func write(_ value: CanonicalJSON) {
            switch value {
            case .text(let text): write(text)
            case .number(let number): bytes += "\(number)".utf8
            case .truth(let isTrue): bytes += (isTrue ? "true" : "false").utf8
            case .list(let items): write(items, between: "[]") { $0.write($1) }
            case .object(let members):
                // RFC 8785, section 3.2.3: by UTF-16 code units.
                let sorted = members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
                write(sorted, between: "{}") { writer, member in
                    writer.write(member.key)
                    writer.bytes.append(UInt8(ascii: ":"))
                    writer.write(member.value)
                }
            }
        }

        private mutating func write<Part>(
            _ parts: [Part], between brackets: String, _ body: (inout Writer, Part) -> Void
        ) {
            bytes += brackets.utf8.prefix(1)
            for (index, part) in parts.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                body(&self, part)
            }
            bytes += brackets.utf8.suffix(1)
        }

        private mutating func write(_ text: String) {
            bytes.append(UInt8(ascii: "\""))
            if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
                bytes += text.utf8
            } else {
                for byte in text.utf8 { write(escaped: byte) }
            }
            bytes.append(UInt8(ascii: "\""))
        }

        /// RFC 8785, section 3.2.2.2.
        private mutating func write(escaped byte: UInt8) {
            switch byte {
            case UInt8(ascii: "\""): bytes += #"\""#.utf8
            case UInt8(ascii: "\\"): bytes += #"\\"#.utf8
            case 0x08: bytes += #"\b"#.utf8
            case 0x09: bytes += #"\t"#.utf8
            case 0x0a: bytes += #"\n"#.utf8
            case 0x0c: bytes += #"\f"#.utf8
            case 0x0d: bytes += #"\r"#.utf8
            case ..<0x20:
                let digits = String(byte, radix: 16)
                bytes += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
            default: bytes.append(byte)
            }
        }
    }
}

extension CanonicalJSON: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral {
    /// A text.
    public init(stringLiteral value: String) { self = .text(value) }

    /// An object; of equal names the last one counts.
    public init(dictionaryLiteral elements: (String, CanonicalJSON)...) {
        self = .object(Dictionary(elements) { $1 })
    }
}
