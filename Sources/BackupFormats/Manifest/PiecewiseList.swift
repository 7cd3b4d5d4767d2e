// SPDX-License-Identifier: Apache-2.0

/// A list that grows by pieces of one size: what is in it is never moved, and the room left over is less than
/// a piece, while an array is copied as a whole and may have as much room again.
struct PiecewiseList<Element: Sendable>: Sendable {
    private static var pieceSize: Int { 1 << 14 }

    private var pieces: [[Element]] = []
    private(set) var count = 0

    mutating func append(_ element: Element) {
        if count == pieces.count * Self.pieceSize {
            pieces.append([])
            // The first one grows as it is needed: most lists are short.
            if pieces.count > 1 { pieces[pieces.count - 1].reserveCapacity(Self.pieceSize) }
        }
        pieces[pieces.count - 1].append(element)
        count += 1
    }

    subscript(index: Int) -> Element {
        pieces[index / Self.pieceSize][index % Self.pieceSize]
    }

    /// How much memory it takes.
    var byteCount: Int { pieces.reduce(0) { $0 + $1.capacity } * MemoryLayout<Element>.stride }
}
