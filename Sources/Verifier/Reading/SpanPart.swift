// SPDX-License-Identifier: Apache-2.0
import Digests

/// One of the two parts of a span while its bytes come in, hashed side by side with the other part.
///
/// libcurl hands over 16 KiB at a time; meeting another thread for so little costs more than it saves, and a
/// copy within the cache costs next to nothing. So small buffers are collected first.
struct SpanPart: ~Copyable {
    /// In bytes; fits the second-level cache beside the other part's.
    private static let worthMeeting = 256 << 10

    private var chunks: ChunkLane
    private let pair: PairedSHA256?
    private let lane: Int
    private var collected: [UInt8] = []

    init(_ known: KnownChunks, _ chunks: Range<Int>, pair: PairedSHA256?, lane: Int) {
        self.chunks = ChunkLane(known, chunks)
        (self.pair, self.lane) = (pair, lane)
    }

    mutating func receive(_ bytes: RawSpan) {
        if pair == nil || (collected.isEmpty && bytes.byteCount >= Self.worthMeeting / 2) {
            return hash(bytes)
        }
        if collected.capacity == 0 { collected.reserveCapacity(Self.worthMeeting + bytes.byteCount) }
        bytes.withUnsafeBytes { collected.append(contentsOf: $0) }
        if collected.count >= Self.worthMeeting { hashCollected() }
    }

    /// As of the lane.
    mutating func takeProven() -> Range<Int>? { chunks.takeProven() }

    /// The chunks that did not end where they must; nil when the last byte of all of them did not come.
    consuming func finish(_ onProven: ([Range<Int>]) -> Void) -> [DamagedChunk]? {
        hashCollected()
        onProven([takeProven()].compactMap(\.self))
        return chunks.finish()
    }

    private mutating func hashCollected() {
        var bytes: [UInt8] = []
        swap(&bytes, &collected)
        hash(bytes.span.bytes)
        bytes.removeAll(keepingCapacity: true)
        swap(&bytes, &collected)
    }

    private mutating func hash(_ bytes: RawSpan) {
        let (pair, lane) = (pair, lane)
        chunks.receive(bytes) { hash, piece in
            if let pair { pair.update(lane: lane, &hash, piece) } else { hash.update(piece) }
        }
    }
}
