// SPDX-License-Identifier: Apache-2.0

/// Percent-coding as S3's signatures and listings use it.
///
/// Signature V4 keeps the unreserved characters of RFC 3986 and writes every other byte as `%XX` with
/// upper-case digits. Listings with `encoding-type=url` are form-coded: a space may come as `+`.
enum URLCoding {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Appends `bytes` encoded; a slash stays as it is in paths and is encoded in queries.
    static func append(_ bytes: some Sequence<UInt8>, keepingSlash: Bool, to text: inout [UInt8]) {
        for byte in bytes {
            if isUnreserved(byte) || (keepingSlash && byte == UInt8(ascii: "/")) {
                text.append(byte)
            } else {
                text.append(UInt8(ascii: "%"))
                text.append(digits[Int(byte >> 4)])
                text.append(digits[Int(byte & 15)])
            }
        }
    }

    static func encode(_ bytes: some Sequence<UInt8>, keepingSlash: Bool) -> String {
        var text: [UInt8] = []
        append(bytes, keepingSlash: keepingSlash, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes behind a form-coded text, or nil when an escape is broken.
    static func decodeForm(_ text: [UInt8]) -> [UInt8]? {
        guard text.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return text
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(value), let low = rest.popFirst().flatMap(value)
                else {
                    return nil
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return bytes
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
