// SPDX-License-Identifier: Apache-2.0

/// A list that grows by blocks of one size: what is in it is never moved, and the room left over is less than
/// a block, while an array is copied as a whole and may have as much room again.
struct Blocks<Element: Sendable>: Sendable {
    private static var blockSize: Int { 1 << 14 }

    private var blocks: [[Element]] = []
    private(set) var count = 0

    mutating func append(_ element: Element) {
        if count == blocks.count * Self.blockSize {
            blocks.append([])
            // The first one grows as it is needed: most lists are short.
            if blocks.count > 1 { blocks[blocks.count - 1].reserveCapacity(Self.blockSize) }
        }
        blocks[blocks.count - 1].append(element)
        count += 1
    }

    subscript(index: Int) -> Element {
        blocks[index / Self.blockSize][index % Self.blockSize]
    }

    /// How much memory it takes.
    var byteCount: Int { blocks.reduce(0) { $0 + $1.capacity } * MemoryLayout<Element>.stride }
}

/// Runs of bytes, one after another, each of which stays whole in a block and is found by where it starts.
struct ByteBlocks: Sendable {
    private static let blockSize = 1 << 20

    private var blocks: [[UInt8]] = []

    /// Keeps a run; nil, and nothing is kept, when it is longer than a block or all would be more than 4 GiB.
    mutating func append(_ run: some Collection<UInt8>, _ more: some Collection<UInt8>) -> UInt32? {
        let length = run.count + more.count
        guard length <= Self.blockSize else { return nil }
        if blocks.isEmpty || blocks[blocks.count - 1].count + length > Self.blockSize {
            guard blocks.count < (1 << 32) / Self.blockSize else { return nil }
            blocks.append([])
            if blocks.count > 1 { blocks[blocks.count - 1].reserveCapacity(Self.blockSize) }
        }
        let last = blocks.count - 1
        let start = last * Self.blockSize + blocks[last].count
        blocks[last].append(contentsOf: run)
        blocks[last].append(contentsOf: more)
        return UInt32(exactly: start)
    }

    /// `count` bytes of a run that starts at `start`, after the first `skipped` ones.
    func bytes(at start: UInt32, skipping skipped: Int = 0, count: Int) -> ArraySlice<UInt8> {
        let (block, place) = Int(start).quotientAndRemainder(dividingBy: Self.blockSize)
        return blocks[block][(place + skipped)..<(place + skipped + count)]
    }

    /// How much memory they take.
    var byteCount: Int { blocks.reduce(0) { $0 + $1.capacity } }
}
