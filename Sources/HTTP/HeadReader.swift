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

    /// Whether the server may leave the connection to us (101); nobody asks for that in any other request.
    private let isUpgrade: Bool

    init(maximumBytes: Int, isUpgrade: Bool = false) {
        (bytesLeft, self.isUpgrade) = (maximumBytes, isUpgrade)
    }

    /// Takes the next line, line break included; returns the head when this was the end of the final one.
    mutating func receive(_ line: RawSpan) throws(HeadFault) -> HTTPHead? {
        bytesLeft -= line.byteCount
        linesLeft -= 1
        guard bytesLeft >= 0, linesLeft >= 0 else { throw .tooLarge }
        let text = try HeaderLine(line)
        if isComplete {
            // What comes now are the trailers of a chunked body, which nobody asked for.
            if text.hasPrefix("HTTP/") { throw .malformed("a second response") }
            return nil
        }
        if text.isEmpty { return try end() }
        if status == 0 { try takeStatus(text.text) } else { fields.append(try text.field()) }
        return nil
    }

    private mutating func takeStatus(_ line: String) throws(HeadFault) {
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0] == "HTTP/1.1" || parts[0] == "HTTP/1.0", parts[1].utf8.count == 3,
            let code = UInt16(parts[1]), code >= 100, code != 101 || isUpgrade
        else { throw .malformed("a strange status line") }
        (version, status) = (String(parts[0]), Int(code))
    }

    private mutating func end() throws(HeadFault) -> HTTPHead? {
        guard status != 0 else { throw .malformed("no status line") }
        guard status >= 200 || status == 101 else {
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
        guard lengths.allSatisfy({ $0 == lengths.first }) else {
            throw .malformed("different Content-Lengths")
        }
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
