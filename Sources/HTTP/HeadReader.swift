// SPDX-License-Identifier: Apache-2.0

/// Why a response's head is refused.
enum HeadFault: Error, Equatable {
    case tooLarge
    case malformed(String)
}

/// Takes the lines of a response's head and refuses what two programs could read differently.
///
/// Stricter than RFC 9112 allows: no folded lines, no list of lengths, no transfer encoding but `chunked`,
/// never a length beside it. Bytes and lines are counted over all heads of one transfer, trailers and
/// informational responses included, so that no flood goes on for ever.
struct HeadReader {
    static let maximumLines = 256

    private var bytesLeft: Int
    private var linesLeft = maximumLines
    private var version = ""
    private var status = 0
    private var fields: [(name: String, value: String)] = []
    private(set) var isComplete = false

    init(maximumBytes: Int) { bytesLeft = maximumBytes }

    /// Takes the next line, line break included; returns the head when this was the end of the final one.
    mutating func take(_ line: RawSpan) throws(HeadFault) -> HTTPHead? {
        bytesLeft -= line.byteCount
        linesLeft -= 1
        guard bytesLeft >= 0, linesLeft >= 0 else { throw .tooLarge }
        let text = try Self.text(of: line)
        if isComplete {
            // What comes now are the trailers of a chunked body, which nobody asked for.
            if text.hasPrefix("HTTP/") { throw .malformed("a second response") }
            return nil
        }
        if text.isEmpty { return try end() }
        if status == 0 { try takeStatus(text) } else { fields.append(try Self.field(text)) }
        return nil
    }

    private static func text(of line: RawSpan) throws(HeadFault) -> String {
        var end = line.byteCount
        if end > 0, byte(of: line, at: end - 1) == UInt8(ascii: "\n") { end -= 1 }
        if end > 0, byte(of: line, at: end - 1) == UInt8(ascii: "\r") { end -= 1 }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(end)
        for offset in 0..<end {
            let byte = byte(of: line, at: offset)
            guard byte.isAllowedInFieldValue else { throw .malformed("a control byte in a header") }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func byte(of line: RawSpan, at offset: Int) -> UInt8 {
        unsafe line.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    private mutating func takeStatus(_ line: String) throws(HeadFault) {
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0] == "HTTP/1.1" || parts[0] == "HTTP/1.0", parts[1].utf8.count == 3,
            let code = UInt16(parts[1]), code >= 100, code != 101
        else { throw .malformed("a strange status line") }
        (version, status) = (String(parts[0]), Int(code))
    }

    private static func field(_ line: String) throws(HeadFault) -> (name: String, value: String) {
        guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            throw .malformed("a header without a colon")
        }
        let name = String(line[..<colon])
        guard name.isToken else { throw .malformed("a header with a strange name") }
        let value = line[line.utf8.index(after: colon)...]
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        let start = value.firstIndex { !isBlank($0) } ?? value.endIndex
        let end = value.lastIndex { !isBlank($0) }.map { value.index(after: $0) } ?? start
        return (name.lowercased(), String(value[start..<end]))
    }

    private mutating func end() throws(HeadFault) -> HTTPHead? {
        guard status != 0 else { throw .malformed("no status line") }
        guard status >= 200 else {
            (status, fields) = (0, [])
            return nil
        }
        let head = HTTPHead(status: status, headers: fields)
        try checkFraming(of: head)
        isComplete = true
        return head
    }

    /// RFC 9112, section 6: what says where the body ends must say it once.
    private func checkFraming(of head: HTTPHead) throws(HeadFault) {
        let lengths = head.values("content-length")
        guard Set(lengths).count <= 1 else { throw .malformed("different Content-Lengths") }
        for length in lengths
        where !length.utf8.allSatisfy({ (0x30...0x39).contains($0) }) || Int64(length) == nil {
            throw .malformed("a Content-Length that is no number")
        }
        let encodings = head.values("transfer-encoding")
        guard !encodings.isEmpty else { return }
        guard lengths.isEmpty else { throw .malformed("both Content-Length and Transfer-Encoding") }
        guard encodings.count == 1, encodings[0].lowercased() == "chunked", version == "HTTP/1.1" else {
            throw .malformed("a strange Transfer-Encoding")
        }
    }
}
