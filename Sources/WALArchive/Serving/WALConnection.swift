// SPDX-License-Identifier: Apache-2.0

/// Lines and bytes off a connection, in their order.
struct WALConnection {
    private let socket: UnixSocket
    private let patience: UnixSocket.Patience
    private var buffer: [UInt8] = []

    init(_ socket: UnixSocket, _ patience: UnixSocket.Patience) {
        (self.socket, self.patience) = (socket, patience)
    }

    /// The next line without its break.
    mutating func line() throws(UnixSocket.Failure) -> [UInt8] {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")), end <= WALMessage.lineLimit {
                defer { buffer.removeFirst(end + 1) }
                return Array(buffer[..<end])
            }
            guard buffer.count <= WALMessage.lineLimit else { throw UnixSocket.Failure("a line too long") }
            try more(WALMessage.lineLimit)
        }
    }

    /// Hands over exactly so many bytes.
    mutating func bytes(
        _ count: UInt64, _ body: (RawSpan) throws(WALArchiveError) -> Void
    ) throws(WALConnectionError) {
        var rest = count
        while rest > 0 {
            if buffer.isEmpty {
                do throws(UnixSocket.Failure) { try more(256 << 10) } catch { throw .socket(error.reason) }
            }
            let piece = Array(buffer.prefix(Int(clamping: rest)))
            buffer.removeFirst(piece.count)
            rest -= UInt64(piece.count)
            do throws(WALArchiveError) { try unsafe body(piece.span.bytes) } catch { throw .taker(error) }
        }
    }

    private mutating func more(_ limit: Int) throws(UnixSocket.Failure) {
        let bytes = try socket.read(upTo: limit, patience)
        guard !bytes.isEmpty else { throw UnixSocket.Failure("it went away") }
        buffer += bytes
    }
}

/// Which side of a copy failed.
enum WALConnectionError: Error {
    case socket(String)
    case taker(WALArchiveError)
}
