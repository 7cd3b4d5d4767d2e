// SPDX-License-Identifier: Apache-2.0
import Digests

/// A position in PostgreSQL's write-ahead log, in bytes since its beginning.
public struct LogSequenceNumber: Hashable, Comparable, Sendable, Codable {
    /// In bytes from the start of WAL.
    public let position: UInt64

    /// Any number of bytes, 0 included, which PostgreSQL calls invalid (`InvalidXLogRecPtr`).
    public init(_ position: UInt64) { self.position = position }

    /// By position.
    public static func < (left: Self, right: Self) -> Bool { left.position < right.position }

    /// Reads `X/Y`: the upper and the lower 32 bits in one to eight hex digits each.
    ///
    /// The lower half may be padded with zeros (PostgreSQL 19 does) but neither may be longer.
    public init?(_ text: String) { self.init(text: text.utf8) }

    init?(text: some Collection<UInt8>) {
        let halves = text.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard halves.count == 2, let upper = Self.half(halves[0]), let lower = Self.half(halves[1])
        else { return nil }
        position = upper << 32 | lower
    }

    private static func half(_ digits: some Collection<UInt8>) -> UInt64? {
        guard (1...8).contains(digits.count) else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard let nibble = Hex.value(of: digit) else { return nil }
            value = value << 4 | UInt64(nibble)
        }
        return value
    }
}

extension LogSequenceNumber: CustomStringConvertible {
    /// As PostgreSQL up to 18 writes it: `0/2000028`.
    public var description: String {
        String(position >> 32, radix: 16, uppercase: true) + "/"
            + String(position & 0xFFFF_FFFF, radix: 16, uppercase: true)
    }
}
