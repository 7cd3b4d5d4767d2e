// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests

/// What one reading of an object from end to end gives: its digest, its states, and, when an earlier state
/// list is known, which chunks are not what they were.
struct WholePass: ~Copyable {
    struct Result: Sendable, Equatable {
        var sha256: String
        var midstates: Midstates
        var damaged: [DamagedChunk]
        /// The digest that a manifest asks for, when it is not SHA-256.
        var manifestDigest: [UInt8]?
    }

    private let size: UInt64
    private let chunkSize: UInt64
    private var hash: SHA256
    private var states: [UInt8]
    private var lane: ChunkLane?
    private var other: StreamingDigest?

    /// Starts at the beginning, or behind the chunks whose states an interrupted reading left.
    init(
        size: UInt64, chunkSize: UInt64, resuming states: [UInt8] = [], against known: KnownChunks? = nil,
        also algorithm: DigestAlgorithm? = nil
    ) {
        (self.size, self.chunkSize, self.states) = (size, chunkSize, states)
        hash =
            states.isEmpty
            ? SHA256()
            : SHA256(resuming: states.suffix(32), at: UInt64(states.count / 32) * chunkSize)
        if let known { lane = ChunkLane(known, 0..<known.count) }
        if let algorithm { other = StreamingDigest(algorithm) }
    }

    /// How far it has come.
    var position: UInt64 { hash.count }

    /// How many states there are so far.
    var boundaries: Int { states.count / 32 }

    func states(from first: Int) -> [UInt8] { Array(states[(first * 32)...]) }

    mutating func receive(_ bytes: RawSpan) {
        var rest = bytes
        while rest.byteCount > 0 {
            let room = chunkSize - hash.count % chunkSize
            let piece = rest.extracting(first: Int(min(UInt64(rest.byteCount), room)))
            takeWithinChunk(piece)
            rest = rest.extracting(droppingFirst: piece.byteCount)
            if hash.count % chunkSize == 0, hash.count < size { states += hash.midstate() }
        }
    }

    private mutating func takeWithinChunk(_ piece: RawSpan) {
        other?.update(piece)
        hash.update(piece)
        lane?.receive(piece) { $0.update($1) }
    }

    /// Nil when not all bytes of the object came, or more than those.
    consuming func finish() -> Result? {
        guard position == size else { return nil }
        let digest = hash.finalized().hex
        let damaged = lane?.damaged ?? []
        let manifestDigest = other?.finalized()
        return Result(
            sha256: digest, midstates: Midstates(chunkSize: chunkSize, states: states), damaged: damaged,
            manifestDigest: manifestDigest)
    }
}
