// SPDX-License-Identifier: Apache-2.0

/// A piece of what goes over the channel: what it is, which question it belongs to, and its bytes.
///
/// On the wire: a byte for the kind, three zeros, the question and the length in four bytes each, the highest first, and so
/// many bytes.
struct LendingFrame: Equatable {
    /// What a frame is; the raw value is on the wire.
    enum Kind: UInt8 {
        /// To the lender: a question.
        case ask = 1
        /// To the lender: one more frame of the answer may come.
        case more = 2
        /// To the lender: nobody wants the answer any more.
        case leave = 3
        /// Either way: something that concerns no store.
        case message = 4
        /// To the borrower: the next bytes of an object.
        case bytes = 5
        /// To the borrower: the next objects of a listing.
        case listed = 6
        /// To the borrower: the end of an answer.
        case done = 7
        /// To the borrower: the end of an answer that cannot be had.
        case failed = 8

        /// In bytes.
        var limit: Int {
            switch self {
            case .ask, .failed: 64 << 10
            case .more, .leave: 0
            case .bytes: LendingFrame.mostBytes
            case .message: LendingFrame.longestMessage
            case .listed, .done: 16 << 20
            }
        }
    }

    /// In bytes: what is known of a large cluster is told in one.
    static let longestMessage = 64 << 20
    /// Of an object in one frame.
    static let mostBytes = 1 << 20
    /// How many frames of an answer may be under way before the borrower asks for more.
    static let window = 4
    static let headerSize = 12

    var kind: Kind
    var question: UInt32
    var content: [UInt8]

    static func header(_ kind: Kind, _ question: UInt32, length: Int) -> [UInt8] {
        [kind.rawValue, 0, 0, 0] + bigEndian(question) + bigEndian(UInt32(clamping: length))
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }
}

/// Takes frames out of a stream that comes in any pieces; what is announced and has not come takes no room.
struct LendingFrameReader {
    /// Why a stream is none.
    enum Fault: Error, Equatable {
        case malformed
        /// A frame says that it is longer than its kind may be.
        case tooLong
        /// The stream ended inside of a frame.
        case cutShort
    }

    private var header: [UInt8] = []
    private var frame: LendingFrame?
    private var left = 0

    /// Takes the next bytes and hands over each frame that is complete.
    mutating func receive(_ bytes: [UInt8], _ body: (LendingFrame) -> Void) throws(Fault) {
        var rest = bytes[...]
        while !rest.isEmpty {
            if frame != nil {
                let piece = rest.prefix(left)
                frame?.content += piece
                left -= piece.count
                rest = rest.dropFirst(piece.count)
            } else {
                let piece = rest.prefix(LendingFrame.headerSize - header.count)
                header += piece
                rest = rest.dropFirst(piece.count)
                if header.count == LendingFrame.headerSize { try begin() }
            }
            if left == 0, let whole = frame {
                frame = nil
                body(whole)
            }
        }
    }

    /// Takes note that nothing more will come.
    func finish() throws(Fault) {
        guard frame == nil, header.isEmpty else { throw .cutShort }
    }

    private mutating func begin() throws(Fault) {
        guard let kind = LendingFrame.Kind(rawValue: header[0]), header[1...3].allSatisfy({ $0 == 0 }) else {
            throw .malformed
        }
        let (question, length) = (Self.number(header[4..<8]), Self.number(header[8..<12]))
        guard Int(length) <= kind.limit else { throw .tooLong }
        frame = LendingFrame(kind: kind, question: question, content: [])
        left = Int(length)
        header.removeAll(keepingCapacity: true)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
