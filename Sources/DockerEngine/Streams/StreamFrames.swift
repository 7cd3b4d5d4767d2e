// SPDX-License-Identifier: Apache-2.0

/// Which of a program's two streams bytes came from.
public enum OutputStream: Sendable, Equatable {
    case output
    case errors
}

/// Takes apart the one stream in which an engine sends both of a program's.
///
/// A frame is a byte for the stream, three zeros, the length in four bytes, the highest first, and so many bytes
/// (Engine API, "ContainerAttach", stream format). Whatever length a frame announces, nothing is kept but its header.
struct StreamFrames {
    /// Why a stream is none.
    enum Fault: Error, Equatable {
        case malformed
        /// The stream ended inside of a frame.
        case cutShort
    }

    private static let headerSize = 8

    private var header: [UInt8] = []
    private var stream = OutputStream.output
    private var left = 0

    /// Takes the next bytes and hands on those of the program, in as many pieces as they come.
    mutating func receive(
        _ bytes: RawSpan, _ body: (OutputStream, RawSpan) -> Void
    ) throws(Fault) {
        var rest = bytes
        while rest.byteCount > 0 {
            let count =
                left > 0 ? min(left, rest.byteCount) : min(Self.headerSize - header.count, rest.byteCount)
            let piece = rest.extracting(first: count)
            rest = rest.extracting(droppingFirst: count)
            if left > 0 {
                left -= count
                body(stream, piece)
            } else {
                piece.withUnsafeBytes { header.append(contentsOf: $0) }
                if header.count == Self.headerSize { try begin() }
            }
        }
    }

    /// Takes note that nothing more will come.
    func finish() throws(Fault) {
        guard left == 0, header.isEmpty else { throw .cutShort }
    }

    private mutating func begin() throws(Fault) {
        guard header[1...3].allSatisfy({ $0 == 0 }) else { throw .malformed }
        switch header[0] {
        // 0 is the standard input, which some engines echo as output.
        case 0, 1: stream = .output
        // 3 is what the engine itself has to say of an error.
        case 2, 3: stream = .errors
        default: throw .malformed
        }
        left = header[4...].reduce(0) { $0 << 8 | Int($1) }
        header.removeAll(keepingCapacity: true)
    }
}
