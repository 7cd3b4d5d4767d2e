// SPDX-License-Identifier: Apache-2.0
import Digests

/// Takes the tokens of a manifest's JSON off its bytes, one at a time.
///
/// The grammar is fixed (an object, two lists of flat objects), so nothing recurses and the depth of the
/// input does not matter. Nothing is allocated but strings that hold escapes. Of the bytes it has a window, which
/// moves on from part to part: a part that has begun is there as far as it may reach.
struct ManifestReader {
    /// How long a part may be, in bytes: one file's entry with a path of 1023 bytes, all of them escaped, is a tenth.
    private static let partLimit = 64 << 10
    private static let windowSize = 256 << 10
    /// How much of what was found is shown.
    private static let excerptLength = 40

    private var window: [UInt8] = []
    /// Where in the manifest the window starts.
    private var start = 0
    /// Where the part that has begun must have ended.
    private var end = 0
    /// In the manifest, as all places that are told or asked for.
    private(set) var position = 0
    /// Whether nothing follows what is in the window.
    var isComplete = false

    private var next: UInt8? { position < end ? window[position - start] : nil }

    mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    /// Takes one byte, exactly as it stands here.
    mutating func takeIf(_ byte: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    /// Takes one punctuation mark and the blanks before it.
    mutating func take(_ mark: Unicode.Scalar) throws(FormatError) {
        skipBlanks()
        guard takeIf(mark) else { throw fault("'\(mark)'") }
    }

    /// Takes a comma, then the name of a member and its colon, which must be `name`.
    mutating func take(member name: String, afterComma: Bool = true) throws(FormatError) {
        if afterComma { try take(",") }
        skipBlanks()
        let start = position
        guard try rawString().elementsEqual(name.utf8) else { throw fault("\"\(name)\"", at: start) }
        try take(":")
    }

    /// The name of the next member of an object that is open, or nil after taking its end.
    mutating func nextMember(isFirst: inout Bool) throws(FormatError) -> ArraySlice<UInt8>? {
        skipBlanks()
        if takeIf("}") { return nil }
        if !isFirst { try take(",") }
        isFirst = false
        skipBlanks()
        let name = try rawString()
        try take(":")
        return name
    }

    /// Takes the start of the next object of a list that is open, or the list's end and says false.
    mutating func nextElement(isFirst: inout Bool) throws(FormatError) -> Bool {
        skipBlanks()
        if takeIf("]") { return false }
        if !isFirst { try take(",") }
        isFirst = false
        try take("{")
        return true
    }

    /// An integer without sign, fraction, exponent or leading zeros.
    mutating func integer(upTo limit: UInt64, _ expected: String) throws(FormatError) -> UInt64 {
        skipBlanks()
        let first = position
        var value: UInt64 = 0
        while let digit = next, (0x30...0x39).contains(digit) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit - 0x30))
            guard !overflow, !carry, sum <= limit else { throw fault(expected, at: first) }
            value = sum
            position += 1
        }
        let digits = position - first
        guard digits > 0, digits == 1 || window[first - start] != 0x30 else {
            throw fault(expected, at: first)
        }
        return value
    }

    /// A string with its escapes resolved, which must be UTF-8.
    mutating func string(_ expected: String) throws(FormatError) -> ArraySlice<UInt8> {
        skipBlanks()
        let start = position
        guard takeIf("\"") else { throw fault(expected) }
        let first = position
        var highBits: UInt8 = 0
        while let byte = next, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            highBits |= byte
            position += 1
        }
        if takeIf("\"") {
            let text = bytes(first..<position - 1)
            try checkText(text, isASCII: highBits < 0x80, start: start)
            return text
        }
        guard next == UInt8(ascii: "\\") else { throw fault("the end of a string", at: start) }
        return try escapedString(from: first)
    }

    /// A string as it stands, for names of members: PostgreSQL never escapes those.
    private mutating func rawString() throws(FormatError) -> ArraySlice<UInt8> {
        let start = position
        guard takeIf("\"") else { throw fault("the name of a member") }
        while let byte = next, byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\\") {
            position += 1
            if byte == UInt8(ascii: "\"") { return bytes(start + 1..<position - 1) }
        }
        throw fault("the name of a member", at: start)
    }

    private mutating func escapedString(from first: Int) throws(FormatError) -> ArraySlice<UInt8> {
        var text = bytes(first..<position)
        while let byte = next, byte >= 0x20 {
            position += 1
            if byte == UInt8(ascii: "\"") {
                try checkText(text, isASCII: false, start: first - 1)
                return text
            }
            if byte == UInt8(ascii: "\\") { try takeEscape(into: &text) } else { text.append(byte) }
        }
        throw fault("the end of a string", at: first - 1)
    }

    private mutating func takeEscape(into text: inout ArraySlice<UInt8>) throws(FormatError) {
        let start = position - 1
        guard let byte = next else { throw fault("an escape sequence", at: start) }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += String(try codePoint(start: start)).utf8
        default: throw fault("an escape sequence", at: start)
        }
    }

    private mutating func codePoint(start: Int) throws(FormatError) -> Unicode.Scalar {
        var value = try codeUnit(start: start)
        if (0xD800..<0xDC00).contains(value), takeIf("\\"), takeIf("u") {
            let low = try codeUnit(start: start)
            guard (0xDC00..<0xE000).contains(low) else { throw fault("a low surrogate", at: start) }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw fault("a pair of surrogates", at: start) }
        return scalar
    }

    private mutating func codeUnit(start: Int) throws(FormatError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Hex.value(of: byte) else {
                throw fault("four hex digits", at: start)
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private func checkText(_ text: ArraySlice<UInt8>, isASCII: Bool, start: Int) throws(FormatError) {
        guard isASCII || String(validating: text, as: UTF8.self) != nil else {
            throw fault("text in UTF-8", at: start)
        }
    }

    private func bytes(_ places: Range<Int>) -> ArraySlice<UInt8> {
        window[places.lowerBound - start..<places.upperBound - start]
    }

    /// A fault here or at `offset`, showing what stands there.
    func fault(_ expected: String, at offset: Int? = nil) -> FormatError {
        let offset = min(offset ?? position, start + window.count)
        let rest = window[(offset - start)...]
        let found = rest.isEmpty ? "the end of the file" : excerpt(rest.prefix(Self.excerptLength))
        return .invalidManifest(offset: offset, expected: expected, found: found)
    }

    /// The bytes from `offset` on as they may stand in a message.
    func whatStands(at offset: Int) -> String { excerpt(window[(offset - start)...]) }
}

// The window.
extension ManifestReader {
    /// Takes in as many of the next bytes as there is room for, and says how many that were.
    mutating func fill(_ bytes: RawSpan) -> Int {
        let count = min(bytes.byteCount, Self.windowSize - window.count)
        bytes.extracting(first: count).withUnsafeBytes { window.append(contentsOf: $0) }
        return count
    }

    var isFull: Bool { window.count == Self.windowSize }

    /// Begins a part here; says no when more bytes must come first.
    mutating func beginPart() -> Bool {
        let known = start + window.count
        guard isComplete || known - position > Self.partLimit + Self.excerptLength else { return false }
        end = min(position + Self.partLimit, known)
        return true
    }

    /// Lets go of what was read.
    mutating func letGo() {
        window.removeFirst(position - start)
        start = position
    }
}
