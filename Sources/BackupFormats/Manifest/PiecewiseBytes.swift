// SPDX-License-Identifier: Apache-2.0

/// Runs of bytes, one after another, each of which stays whole in a piece and is found by where it starts.
struct PiecewiseBytes: Sendable {
    private static let pieceSize = 1 << 20

    private var pieces: [[UInt8]] = []

    /// Keeps a run; nil, and nothing is kept, when it is longer than a piece or all would be more than 4 GiB.
    mutating func append(_ run: some Collection<UInt8>, _ more: some Collection<UInt8>) -> UInt32? {
        let length = run.count + more.count
        guard length <= Self.pieceSize else { return nil }
        if pieces.isEmpty || pieces[pieces.count - 1].count + length > Self.pieceSize {
            guard pieces.count < (1 << 32) / Self.pieceSize else { return nil }
            pieces.append([])
            if pieces.count > 1 { pieces[pieces.count - 1].reserveCapacity(Self.pieceSize) }
        }
        let last = pieces.count - 1
        let start = last * Self.pieceSize + pieces[last].count
        pieces[last].append(contentsOf: run)
        pieces[last].append(contentsOf: more)
        return UInt32(exactly: start)
    }

    /// `count` bytes of a run that starts at `start`, after the first `skipped` ones.
    func bytes(at start: UInt32, skipping skipped: Int = 0, count: Int) -> ArraySlice<UInt8> {
        let (piece, place) = Int(start).quotientAndRemainder(dividingBy: Self.pieceSize)
        return pieces[piece][(place + skipped)..<(place + skipped + count)]
    }

    /// How much memory they take.
    var byteCount: Int { pieces.reduce(0) { $0 + $1.capacity } }
}
