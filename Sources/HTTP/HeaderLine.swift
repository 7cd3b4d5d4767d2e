// SPDX-License-Identifier: Apache-2.0

/// One line of a response's head without its line break, as bytes: most are looked at and not kept.
struct HeaderLine {
    private var bytes: [UInt8]

    /// Refuses control bytes: a line is shown, stored and compared as it is.
    init(_ line: RawSpan) throws(HeadFault) {
        bytes = unsafe line.withUnsafeBytes { unsafe Array($0) }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard bytes.allSatisfy(\.isAllowedInFieldValue) else {
            throw .malformed("a control byte in a header")
        }
    }

    var isEmpty: Bool { bytes.isEmpty }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    func hasPrefix(_ prefix: String) -> Bool { bytes.starts(with: prefix.utf8) }

    /// The field's name, and its value without the blanks around it.
    func field() throws(HeadFault) -> (name: String, value: String) {
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
            throw .malformed("a header without a colon")
        }
        let name = bytes[..<colon]
        guard !name.isEmpty, name.allSatisfy(\.isAllowedInToken) else {
            throw .malformed("a header with a strange name")
        }
        var value = bytes[(colon + 1)...]
        while let first = value.first, first.isBlank { value = value.dropFirst() }
        while let last = value.last, last.isBlank { value = value.dropLast() }
        return (String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == 0x20 || self == 0x09 }
}
