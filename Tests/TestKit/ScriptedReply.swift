// SPDX-License-Identifier: Apache-2.0

/// What a `ScriptedServer` answers: a response, with at most one fault in it, or steps to the letter.
public struct ScriptedReply: Sendable {
    public enum Step: Sendable {
        /// Exactly these bytes.
        case bytes(ArraySlice<UInt8>)
        case drip(ArraySlice<UInt8>, bytesPerSecond: Int)
        /// Nothing for so long, or until the client goes away.
        case stall(seconds: Double)
        /// Ends the connection properly (FIN).
        case cut
        /// Breaks the connection (RST).
        case reset
    }

    public var version = "HTTP/1.1"
    public var status: Int
    /// `Content-Length` is added unless it or `Transfer-Encoding` is here.
    public var headers: [(name: String, value: String)]
    public var body: ArraySlice<UInt8>
    /// Happens after so many bytes of the body; more than there are means after the last.
    public var fault: (after: Int, step: Step)?
    /// Sends the body so slowly.
    public var bytesPerSecond: Int?
    /// Replaces all of the above.
    public var steps: [Step]?

    public init(
        status: Int, headers: [(name: String, value: String)] = [], body: ArraySlice<UInt8> = [],
        steps: [Step]? = nil
    ) {
        (self.status, self.headers, self.body, self.steps) = (status, headers, body, steps)
    }
}

extension ScriptedReply {
    public static func ok(_ body: [UInt8], _ headers: [(name: String, value: String)] = []) -> ScriptedReply {
        ScriptedReply(status: 200, headers: headers, body: body[...])
    }

    public static func status(
        _ status: Int, _ body: String = "", _ headers: [(name: String, value: String)] = []
    ) -> ScriptedReply {
        ScriptedReply(status: status, headers: headers, body: Array(body.utf8)[...])
    }

    /// 206 with the bytes `range` of `whole`.
    public static func partial(
        _ whole: [UInt8], _ range: Range<Int>, _ headers: [(name: String, value: String)] = []
    ) -> ScriptedReply {
        let contentRange = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(whole.count)"
        return ScriptedReply(
            status: 206, headers: [("Content-Range", contentRange)] + headers, body: whole[range])
    }

    /// Steps to the letter, status line and headers included.
    public static func raw(_ steps: Step...) -> ScriptedReply { ScriptedReply(status: 0, steps: steps) }

    /// A text to the letter (CRLF for every line break), then the end of the connection.
    public static func verbatim(_ text: String) -> ScriptedReply {
        let bytes = text.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n").utf8
        return ScriptedReply(status: 0, steps: [.bytes(Array(bytes)[...]), .cut])
    }
}

extension ScriptedReply {
    public func cut(after count: Int) -> ScriptedReply { faulty(.cut, after: count) }

    public func reset(after count: Int) -> ScriptedReply { faulty(.reset, after: count) }

    public func stalled(after count: Int, seconds: Double) -> ScriptedReply {
        faulty(.stall(seconds: seconds), after: count)
    }

    public func faulty(_ step: Step, after count: Int) -> ScriptedReply {
        var reply = self
        reply.fault = (count, step)
        return reply
    }

    public func dripping(bytesPerSecond: Int) -> ScriptedReply {
        var reply = self
        reply.bytesPerSecond = bytesPerSecond
        return reply
    }

    /// This reply with one header of that name, or with none for nil.
    public func with(_ name: String, _ value: String?) -> ScriptedReply {
        var reply = self
        reply.headers.removeAll { $0.name.lowercased() == name.lowercased() }
        if let value { reply.headers.append((name, value)) }
        return reply
    }

    /// This reply with another body, of which the headers (a range, an ETag) know nothing.
    public func with(body: [UInt8]) -> ScriptedReply {
        var reply = self
        reply.body = body[...]
        return reply
    }
}

extension ScriptedReply {
    /// Whether the connection ends after it, as the client can tell.
    var closes: Bool {
        version != "HTTP/1.1"
            || headers.contains { $0.name.lowercased() == "connection" && $0.value == "close" }
    }

    /// What to do, in order: the head goes out before the first byte of the body.
    func steps(withBody: Bool) -> [Step] {
        if let steps { return steps }
        let body = withBody ? body : []
        let split = min(fault?.after ?? body.count, body.count)
        var steps: [Step] = [.bytes(head[...])]
        steps += pieces(body.prefix(split))
        if let fault { steps.append(fault.step) }
        return steps + pieces(body.dropFirst(split))
    }

    private func pieces(_ bytes: ArraySlice<UInt8>) -> [Step] {
        guard !bytes.isEmpty else { return [] }
        guard let rate = bytesPerSecond else { return [.bytes(bytes)] }
        return [.drip(bytes, bytesPerSecond: rate)]
    }

    private var head: [UInt8] {
        let names = headers.map { $0.name.lowercased() }
        var text = "\(version) \(status) Scripted\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if !names.contains("content-length"), !names.contains("transfer-encoding") {
            text += "Content-Length: \(body.count)\r\n"
        }
        return Array((text + "\r\n").utf8)
    }
}
