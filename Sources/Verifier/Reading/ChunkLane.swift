// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests

/// Proves consecutive chunks of an object one after another as their bytes come in.
///
/// Silence proves nothing: whether the last of them came to its end is asked in `finish`.
struct ChunkLane: ~Copyable {
    private let known: KnownChunks
    private(set) var hash: SHA256
    private var index: Int
    /// The first chunk that `takeProven` has not told yet.
    private var untold: Int
    private let end: Int
    /// The chunks so far that did not end where they must.
    private(set) var damaged: [DamagedChunk] = []

    init(_ known: KnownChunks, _ chunks: Range<Int>) {
        (self.known, index, end) = (known, chunks.lowerBound, chunks.upperBound)
        untold = index
        hash = known.hash(atStartOf: chunks.lowerBound)
    }

    /// How many bytes the chunk that is being read still needs.
    private var missing: UInt64 {
        index < end ? known.bytes(of: index..<index + 1).upperBound - hash.count : 0
    }

    /// The chunks since the last time that ended where they must, up to the first that did not; nil when there are none.
    mutating func takeProven() -> Range<Int>? {
        let bound = damaged.first?.index ?? index
        guard untold < bound else { return nil }
        defer { untold = bound }
        return untold..<bound
    }

    /// The chunks that did not end where they must; nil when the last byte of all of them did not come.
    consuming func finish() -> [DamagedChunk]? { index == end ? damaged : nil }

    /// Takes bytes in order; `update` hashes a piece that lies within one chunk.
    mutating func receive(_ bytes: RawSpan, by update: (inout SHA256, RawSpan) -> Void) {
        var rest = bytes
        while rest.byteCount > 0, index < end {
            let piece = rest.extracting(first: Int(min(UInt64(rest.byteCount), missing)))
            update(&hash, piece)
            rest = rest.extracting(droppingFirst: piece.byteCount)
            if missing == 0 { endChunk() }
        }
    }

    /// Takes the next bytes of two lanes; what both have is hashed interleaved, the rest alone.
    static func takeBoth(
        _ one: inout ChunkLane, _ bytes: RawSpan, _ other: inout ChunkLane, _ otherBytes: RawSpan
    ) {
        var (rest, otherRest) = (bytes, otherBytes)
        while rest.byteCount > 0, otherRest.byteCount > 0, one.missing > 0, other.missing > 0 {
            let room = Int(clamping: min(one.missing, other.missing))
            let count = min(rest.byteCount, otherRest.byteCount, room)
            SHA256.updateBoth(
                &one.hash, rest.extracting(first: count), &other.hash, otherRest.extracting(first: count))
            rest = rest.extracting(droppingFirst: count)
            otherRest = otherRest.extracting(droppingFirst: count)
            if one.missing == 0 { one.endChunk() }
            if other.missing == 0 { other.endChunk() }
        }
        one.receive(rest) { $0.update($1) }
        other.receive(otherRest) { $0.update($1) }
    }

    private mutating func endChunk() {
        let arrival = known.arrival(of: hash, atEndOf: index)
        if !known.isExpected(arrival, atEndOf: index) {
            damaged.append(DamagedChunk(index: index, arrival: arrival))
        }
        index += 1
        if index < end { hash = known.hash(atStartOf: index) }
    }
}
