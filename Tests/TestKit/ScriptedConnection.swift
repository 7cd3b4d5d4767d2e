// SPDX-License-Identifier: Apache-2.0

/// Serves the requests of one connection, one after the other.
struct ScriptedConnection {
    private let descriptor: Int32
    private let number: Int
    private let log: ScriptedServer.Log
    private let script: ScriptedServer.Script
    private let habits: ScriptedServer.Habits
    private var buffer: [UInt8] = []

    init(
        _ descriptor: Int32, _ number: Int, _ log: ScriptedServer.Log, _ habits: ScriptedServer.Habits,
        _ script: @escaping ScriptedServer.Script
    ) {
        (self.descriptor, self.number, self.log, self.script) = (descriptor, number, log, script)
        self.habits = habits
    }

    consuming func serve() {
        while let request = nextRequest() {
            let reply = script(request)
            guard perform(reply, for: request) else { break }
            if reply.closes || request.header("connection") == "close" { break }
            if request.isStreamed, !habits.readsStreams { break }
        }
        log.closed(descriptor)
    }

    private mutating func nextRequest() -> ScriptedRequest? {
        var searched = 0
        while true {
            if let end = endOfHead(from: searched) { return request(endingAt: end) }
            if habits.refusesTLS, buffer.first == Self.handshake { return nil }
            searched = max(0, buffer.count - 3)
            guard buffer.count < 1 << 20, ScriptedSocket.receive(descriptor, into: &buffer) else {
                return nil
            }
        }
    }

    /// The type of TLS's first record (RFC 8446, section 5.1).
    private static let handshake: UInt8 = 22

    /// Where the empty line after the headers begins.
    private func endOfHead(from start: Int) -> Int? {
        guard buffer.count >= start + 4 else { return nil }
        return (start...(buffer.count - 4)).first { index in
            buffer[index] == 13 && buffer[index + 1] == 10 && buffer[index + 2] == 13
                && buffer[index + 3] == 10
        }
    }

    private mutating func request(endingAt end: Int) -> ScriptedRequest? {
        guard var request = ScriptedRequest(head: buffer[..<end], connection: number, number: 0) else {
            return nil
        }
        buffer.removeFirst(end + 4)
        if request.isStreamed {
            if habits.readsStreams { request.isWhole = readChunks(into: &request.body) }
            let kept = log.received(request)
            return request.isWhole ? kept : nil
        }
        let length = request.header("content-length").flatMap { Int($0) } ?? 0
        guard gather(length) else { return nil }
        request.body = Array(buffer.prefix(length))
        buffer.removeFirst(length)
        return log.received(request)
    }

    /// Reads a chunked body (RFC 9112, section 7.1); false when the connection ended in it.
    private mutating func readChunks(into body: inout [UInt8]) -> Bool {
        while let line = readLine() {
            guard let size = Int(String(decoding: line, as: UTF8.self), radix: 16), gather(size + 2) else {
                return false
            }
            body += buffer.prefix(size)
            buffer.removeFirst(size + 2)
            if size == 0 { return true }
        }
        return false
    }

    private mutating func readLine() -> [UInt8]? {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                let line = Array(buffer[..<end].dropLast())
                buffer.removeFirst(end + 1)
                return line
            }
            guard ScriptedSocket.receive(descriptor, into: &buffer) else { return nil }
        }
    }

    /// Waits until so many bytes are in the buffer; false when the connection ended before.
    private mutating func gather(_ count: Int) -> Bool {
        while buffer.count < count {
            guard ScriptedSocket.receive(descriptor, into: &buffer) else { return false }
        }
        return true
    }

    /// Returns whether the connection is still good.
    private func perform(_ reply: ScriptedReply, for request: ScriptedRequest) -> Bool {
        let steps = reply.steps(withBody: request.method != "HEAD")
        for (index, step) in steps.enumerated() {
            switch step {
            case .bytes(let bytes):
                guard send(bytes, for: request, more: isBytes(steps, index + 1)) else { return false }
            case .drip(let bytes, let rate):
                guard drip(bytes, bytesPerSecond: rate, for: request) else { return false }
            case .stall(let seconds):
                guard ScriptedSocket.wait(descriptor, seconds: seconds) else { return false }
            case .cut: return false
            case .reset:
                ScriptedSocket.lingerNot(descriptor)
                return false
            }
        }
        return true
    }

    /// Whether the next step sends at once, so that both can share a packet.
    private func isBytes(_ steps: [ScriptedReply.Step], _ index: Int) -> Bool {
        if index < steps.count, case .bytes = steps[index] { true } else { false }
    }

    private func drip(_ bytes: ArraySlice<UInt8>, bytesPerSecond: Int, for request: ScriptedRequest) -> Bool {
        let rate = max(1, bytesPerSecond)
        let piece = max(1, rate / 20)
        var rest = bytes
        while !rest.isEmpty {
            guard send(rest.prefix(piece), for: request, more: false) else { return false }
            rest = rest.dropFirst(piece)
            let pause = Double(piece) / Double(rate)
            guard rest.isEmpty || ScriptedSocket.wait(descriptor, seconds: pause) else { return false }
        }
        return true
    }

    /// Counts first, so that whoever has the last byte also finds it counted.
    private func send(_ bytes: ArraySlice<UInt8>, for request: ScriptedRequest, more: Bool) -> Bool {
        log.sent(bytes.count, for: request)
        let sent = ScriptedSocket.send(descriptor, bytes, more: more)
        if sent < bytes.count { log.sent(sent - bytes.count, for: request) }
        return sent == bytes.count
    }
}
