// SPDX-License-Identifier: Apache-2.0

import AuditModel

/// What is wrong with a document.
struct XMLFault: Error, Equatable {
    let reason: String
}

/// Takes an XML document apart, tag by tag, in the small dialect that stores answer in.
///
/// The document is hostile. There are no comments, no CDATA, no processing instructions and above all no
/// document types here, so no entities but the five of the language and numbers; `<!` and `<?` are refused
/// but for the declaration. The encoding is UTF-8. Attributes are skipped, prefixes of names dropped.
/// Depth, names, texts and the number of tags are limited, and nothing here calls itself.
struct XMLTokens {
    enum Token: Equatable {
        case start(String)
        case text([UInt8])
        case end(String)
    }

    struct Limits {
        var depth = 16
        var nameLength = 128
        /// A key of 1,024 bytes, each written as `&#xNN;` or `%XX`, with room to spare.
        var textLength = 65_536
        var tags = 500_000
    }

    private let bytes: [UInt8]
    private let limits: Limits
    private var position = 0
    private var open: [String] = []
    private var tags = 0
    private var pendingEnd = false
    private var sawRoot = false

    init(_ bytes: [UInt8], limits: Limits = Limits()) throws(XMLFault) {
        self.bytes = bytes
        self.limits = limits
        try skipPrologue()
    }

    /// The next token, or nil after the end of a complete document.
    mutating func next() throws(XMLFault) -> Token? {
        if pendingEnd {
            pendingEnd = false
            return .end(open.removeLast())
        }
        if open.isEmpty {
            skipBlanks()
            if position == bytes.count {
                guard sawRoot else { throw XMLFault(reason: "the document is empty") }
                return nil
            }
            guard !sawRoot else { throw XMLFault(reason: "something follows the document") }
        }
        guard let byte = peek() else { throw Self.cutShort }
        return byte == UInt8(ascii: "<") ? try tag() : .text(try text())
    }

    private static let cutShort = XMLFault(reason: "the document is cut short")

    private func peek(_ ahead: Int = 0) -> UInt8? {
        position + ahead < bytes.count ? bytes[position + ahead] : nil
    }
}

// MARK: Before the root
extension XMLTokens {
    private mutating func skipPrologue() throws(XMLFault) {
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) || bytes.prefix(4).contains(0)
        {
            throw XMLFault(reason: "the document is not UTF-8")
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        skipBlanks()
        guard bytes[position...].starts(with: "<?xml".utf8) else { return }
        let start = position
        guard let end = bytes[start...].prefix(256).firstIndex(of: UInt8(ascii: ">")),
            bytes[end - 1] == UInt8(ascii: "?")
        else { throw XMLFault(reason: "the declaration does not end") }
        try checkEncoding(String(decoding: bytes[start...end], as: UTF8.self).lowercased())
        position = end + 1
    }

    private func checkEncoding(_ declaration: String) throws(XMLFault) {
        let words = declaration.split { " \t\r\n='\"?<>".contains($0) }
        guard let key = words.firstIndex(of: "encoding") else { return }
        guard words.dropFirst(key + 1).first == "utf-8" else {
            throw XMLFault(reason: "the document is not UTF-8")
        }
    }

    private mutating func skipBlanks() {
        while let byte = peek(), Self.isBlank(byte) { position += 1 }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}

// MARK: Tags
extension XMLTokens {
    private mutating func tag() throws(XMLFault) -> Token {
        position += 1
        tags += 1
        guard tags <= limits.tags else { throw XMLFault(reason: "more than \(limits.tags) tags") }
        switch peek() {
        case nil: throw Self.cutShort
        case UInt8(ascii: "!"): throw XMLFault(reason: "a declaration or comment ('<!') is not accepted")
        case UInt8(ascii: "?"): throw XMLFault(reason: "a processing instruction ('<?') is not accepted")
        case UInt8(ascii: "/"):
            position += 1
            return try endTag()
        default: return try startTag()
        }
    }

    private mutating func endTag() throws(XMLFault) -> Token {
        let name = try self.name()
        skipBlanks()
        guard let byte = peek() else { throw Self.cutShort }
        guard byte == UInt8(ascii: ">"), open.last == name else {
            throw XMLFault(reason: "the tags do not match")
        }
        position += 1
        open.removeLast()
        return .end(name)
    }

    private mutating func startTag() throws(XMLFault) -> Token {
        let name = try self.name()
        guard open.count < limits.depth else {
            throw XMLFault(reason: "tags are nested more than \(limits.depth) deep")
        }
        open.append(name)
        sawRoot = true
        try skipAttributes()
        return .start(name)
    }

    /// Up to and with the `>` of a start tag.
    private mutating func skipAttributes() throws(XMLFault) {
        var quote: UInt8?
        while let byte = peek() {
            position += 1
            if let mark = quote {
                if byte == mark { quote = nil }
                if byte == UInt8(ascii: "<") { throw XMLFault(reason: "a tag inside a tag") }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
            case UInt8(ascii: "<"): throw XMLFault(reason: "a tag inside a tag")
            case UInt8(ascii: ">"):
                pendingEnd = bytes[position - 2] == UInt8(ascii: "/")
                return
            default: break
            }
        }
        throw Self.cutShort
    }

    /// A tag's name without its namespace prefix.
    private mutating func name() throws(XMLFault) -> String {
        var start = position
        while let byte = peek(), Self.isNameByte(byte) {
            position += 1
            if byte == UInt8(ascii: ":") { start = position }
            guard position - start <= limits.nameLength else {
                throw XMLFault(reason: "a tag's name is too long")
            }
        }
        guard peek() != nil else { throw Self.cutShort }
        guard position > start else { throw XMLFault(reason: "a tag without a name") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: ":"):
            true
        default: false
        }
    }
}

// MARK: Texts
extension XMLTokens {
    private mutating func text() throws(XMLFault) -> [UInt8] {
        let start = position
        var isPlain = true
        while let byte = peek(), byte != UInt8(ascii: "<") {
            if byte >= 0x80 || byte == UInt8(ascii: "&") { isPlain = false }
            guard byte >= 0x20 || Self.isBlank(byte) else { throw XMLFault(reason: "a control character") }
            position += 1
            guard position - start <= limits.textLength else {
                throw XMLFault(reason: "a text is longer than \(limits.textLength) bytes")
            }
        }
        guard position < bytes.count else { throw Self.cutShort }
        let raw = bytes[start..<position]
        return isPlain ? Array(raw) : try Self.decoded(raw)
    }

    private static func decoded(_ raw: ArraySlice<UInt8>) throws(XMLFault) -> [UInt8] {
        guard String(validating: raw, as: UTF8.self) != nil else {
            throw XMLFault(reason: "a text is not UTF-8")
        }
        var text: [UInt8] = []
        var rest = raw
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "&") else {
                text.append(byte)
                continue
            }
            guard let end = rest.prefix(12).firstIndex(of: UInt8(ascii: ";")) else {
                throw XMLFault(reason: "an entity does not end")
            }
            text += try entity(rest[..<end])
            rest = rest[(end + 1)...]
        }
        return text
    }

    private static func entity(_ name: ArraySlice<UInt8>) throws(XMLFault) -> [UInt8] {
        switch String(decoding: name, as: UTF8.self) {
        case "amp": return [UInt8(ascii: "&")]
        case "lt": return [UInt8(ascii: "<")]
        case "gt": return [UInt8(ascii: ">")]
        case "quot": return [UInt8(ascii: "\"")]
        case "apos": return [UInt8(ascii: "'")]
        case let name:
            guard let scalar = number(name) else {
                throw XMLFault(reason: "entity '\(ObjectName(name))' is not accepted")
            }
            return Array(String(scalar).utf8)
        }
    }

    /// The character of `#38` or `#x26`; the digits alone, since `UInt32` would take a sign too.
    private static func number(_ name: String) -> Unicode.Scalar? {
        guard name.hasPrefix("#") else { return nil }
        let isHex = name.hasPrefix("#x")
        let digits = name.dropFirst(isHex ? 2 : 1)
        guard digits.utf8.first != UInt8(ascii: "+"), let value = UInt32(digits, radix: isHex ? 16 : 10),
            value != 0
        else { return nil }
        return Unicode.Scalar(value)
    }
}
