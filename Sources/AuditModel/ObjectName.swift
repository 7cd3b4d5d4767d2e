// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The name of an object, byte for byte.
///
/// Not a `String`, for two reasons: a file name need not be UTF-8, and `String` calls names equal that
/// differ in Unicode normalisation, while a store holds both.
public struct ObjectName: Hashable, Sendable {
    /// As the store has them.
    public let bytes: [UInt8]

    /// The name of these bytes; any bytes are a name.
    public init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
    /// The name whose bytes are the text's in UTF-8.
    public init(_ text: String) { bytes = Array(text.utf8) }

    /// Whether it has no bytes.
    public var isEmpty: Bool { bytes.isEmpty }

    /// Whether it begins with all bytes of another name.
    public func hasPrefix(_ prefix: ObjectName) -> Bool { bytes.starts(with: prefix.bytes) }
    /// Whether it ends with the bytes of a text.
    public func hasSuffix(_ suffix: String) -> Bool { bytes.reversed().starts(with: suffix.utf8.reversed()) }

    /// All bytes at once, since there may be millions of names.
    public func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    /// This name without its first `count` bytes.
    public func dropping(_ count: Int) -> ObjectName { ObjectName(bytes: bytes.dropFirst(count)) }

    /// One name behind the other, with nothing between them.
    public static func + (left: ObjectName, right: ObjectName) -> ObjectName {
        ObjectName(bytes: left.bytes + right.bytes)
    }

    /// What follows the last `/`, or all of it.
    public var lastComponent: ObjectName {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return self }
        return ObjectName(bytes: bytes[(slash + 1)...])
    }

    /// What comes before the last `/`, that slash included; empty when there is none.
    public var folder: ObjectName {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return ObjectName("") }
        return ObjectName(bytes: bytes[...slash])
    }

    /// The name as text when it is UTF-8.
    public var utf8Text: String? { String(validating: bytes, as: UTF8.self) }
}

extension ObjectName: Comparable {
    /// By their bytes, as stores list them.
    public static func < (left: ObjectName, right: ObjectName) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension ObjectName: ExpressibleByStringLiteral {
    /// The name whose bytes are the literal's in UTF-8.
    public init(stringLiteral value: String) { self.init(value) }
}

extension ObjectName: CustomStringConvertible {
    /// The name as it is shown, logged and stored: printable characters as they are, all else as `\xNN`.
    ///
    /// Control characters, ESC, bidirectional overrides and bytes that are not UTF-8 cannot reach a
    /// terminal through it. A backslash is doubled, so two names never look the same and
    /// `init(escaped:)` gives the name back. Of names that Unicode calls equal at most one is shown as it is: also as a
    /// `String` two names are never the same.
    public var description: String {
        if bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) {
            return String(decoding: bytes, as: UTF8.self)
        }
        return Self.escape(bytes)
    }

    private static func escape(_ bytes: [UInt8]) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return bytes.map {
                isPlain(Unicode.Scalar($0)) && $0 < 0x80 ? literal(Unicode.Scalar($0)) : hex($0)
            }
            .joined()
        }
        let shown = escape(text, unless: isPlain)
        guard !isCanonical(shown) else { return shown }
        let alone = escape(text) { isPlain($0) && !joins($0) }
        return isCanonical(alone) ? alone : escape(text) { isPlain($0) && $0.isASCII }
    }

    private static func escape(_ text: String, unless isPlain: (Unicode.Scalar) -> Bool) -> String {
        text.unicodeScalars.map { isPlain($0) ? literal($0) : String($0).utf8.map(hex).joined() }.joined()
    }

    /// Whether no other bytes make a text that `String` takes for this one, and no part of it melts into the slash before it.
    ///
    /// Names as text are compared and looked up by what is shown of them: two names of which one passed for the other would be one
    /// backup that is read, and one that nobody reads.
    private static func isCanonical(_ text: String) -> Bool {
        text.utf8.elementsEqual(text.precomposedStringWithCanonicalMapping.utf8)
            && text.unicodeScalars.split(separator: "/").allSatisfy { ("/" + String($0)).first == "/" }
    }

    /// Whether a scalar may become one with another: as a mark, as a part of a syllable, or because it only stands for another.
    private static func joins(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.canonicalCombiningClass != .notReordered || scalar.properties.isGraphemeExtend
            || (0x1160...0x11FF).contains(scalar.value)
            || !String(scalar).precomposedStringWithCanonicalMapping.utf8.elementsEqual(String(scalar).utf8)
    }

    private static func literal(_ scalar: Unicode.Scalar) -> String {
        scalar == "\\" ? "\\\\" : String(scalar)
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
            false
        default: true
        }
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return "\\x" + (digits.count == 1 ? "0" : "") + digits
    }

    /// Reads back what `description` wrote; nil when the text is not of that form.
    public init?(escaped text: String) {
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
            case UInt8(ascii: "x"):
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                // Both must be digits: by itself the conversion takes one, or a sign and one.
                guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit),
                    let value = UInt8(digits, radix: 16)
                else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            default: return nil
            }
        }
        self.bytes = bytes
    }
}

extension ObjectName: Codable {
    /// Reads the escaped form; throws a `DecodingError` for a text that is not of it.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let name = ObjectName(escaped: text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not an escaped object name"))
        }
        self = name
    }

    /// Writes the escaped form, one text, from which the name is read back byte for byte.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
