// SPDX-License-Identifier: Apache-2.0

/// A segment that is being read.
struct OpenWALSegment: Sendable {
    let name: WALFileName
    /// Which one it is of its timeline's.
    let number: UInt64
    /// In bytes.
    let size: UInt32
    /// What of its timeline is needed; nil where nobody says.
    let range: WALRange?
    /// Whether it holds anything that is.
    let isNeeded: Bool
    /// Where the next page begins, from the segment's first byte on.
    private(set) var position: UInt64 = 0

    /// Nil for a segment that cannot be of this name and size.
    init?(_ name: WALFileName, size: UInt64, of need: WALNeed) {
        guard let size = UInt32(exactly: size), WALFileName.isSegmentSize(UInt64(size)),
            let number = name.number(size: size),
            // The very last positions of WAL could not be counted beyond.
            number < UInt64.max / UInt64(size) - 1
        else { return nil }
        (self.name, self.number, self.size) = (name, number, size)
        range = need.range(of: name.timeline)
        isNeeded = need.includes(number, of: name.timeline, size: size)
    }

    /// The position in WAL at which it begins.
    var base: UInt64 { number * UInt64(size) }

    var end: UInt64 { base + UInt64(size) }

    /// Moves on by a page, and gives the position in WAL of the one that is left behind.
    mutating func advance() -> UInt64 {
        defer { position += UInt64(WALReader.pageSize) }
        return base + position
    }
}
