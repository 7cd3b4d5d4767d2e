// SPDX-License-Identifier: Apache-2.0

/// Takes little-endian integers off bytes, each at a multiple of its own size, as C lays out a struct.
struct BinaryReader {
    private let bytes: [UInt8]
    private(set) var position: Int

    init(_ bytes: [UInt8], at position: Int = 0) { (self.bytes, self.position) = (bytes, position) }

    /// Zero beyond the end: callers check lengths first.
    mutating func take<Number: FixedWidthInteger & UnsignedInteger>(_: Number.Type = Number.self) -> Number {
        let size = Number.bitWidth / 8
        position = (position + size - 1) / size * size
        defer { position += size }
        guard position + size <= bytes.count else { return 0 }
        return bytes[position..<position + size].reversed().reduce(0) { $0 << 8 | Number($1) }
    }

    mutating func takeFlag() -> Bool { take(UInt8.self) != 0 }

    mutating func skip(_ count: Int) { position += count }
}
