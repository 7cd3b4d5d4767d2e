// SPDX-License-Identifier: Apache-2.0

/// The 32 bytes that SHA-256 makes of a message.
public struct SHA256Digest: Hashable, Sendable, CustomStringConvertible {
    /// How many bytes a digest has.
    public static let byteCount = 32

    /// The bytes as four big-endian words: compared and hashed without touching memory elsewhere.
    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// The digest with these bytes; nil unless there are 32.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        words = Self.words(of: bytes, bits: 8)
    }

    /// The digest written as 64 hexadecimal digits of either case; nil if `hex` is anything else.
    public init?(hex: String) {
        let digits = hex.utf8
        guard digits.count == 2 * Self.byteCount else { return nil }
        guard digits.allSatisfy({ Hex.value(of: $0) != nil }) else { return nil }
        words = Self.words(of: digits.lazy.map { Hex.value(of: $0) ?? 0 }, bits: 4)
    }

    /// 256 bits cut into words, from pieces of that many bits each.
    private static func words(
        of pieces: some Sequence<UInt8>, bits: UInt64
    ) -> (UInt64, UInt64, UInt64, UInt64) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        for piece in pieces {
            words.0 = words.0 << bits | words.1 >> (64 - bits)
            words.1 = words.1 << bits | words.2 >> (64 - bits)
            words.2 = words.2 << bits | words.3 >> (64 - bits)
            words.3 = words.3 << bits | UInt64(piece)
        }
        return words
    }

    /// The bytes in the order in which they are printed.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        for word in [words.0, words.1, words.2, words.3] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        return bytes
    }

    /// The 64 lower-case digits that `sha256sum` prints.
    public var hex: String {
        unsafe String(unsafeUninitializedCapacity: 2 * Self.byteCount) { text in
            unsafe Self.write(words.0, into: text, at: 0)
            unsafe Self.write(words.1, into: text, at: 16)
            unsafe Self.write(words.2, into: text, at: 32)
            unsafe Self.write(words.3, into: text, at: 48)
            return 2 * Self.byteCount
        }
    }

    private static func write(_ word: UInt64, into text: UnsafeMutableBufferPointer<UInt8>, at start: Int) {
        for index in 0..<16 {
            let nibble = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * index)) & 15
            unsafe text[start + index] = Hex.digit(nibble)
        }
    }

    /// The same as `hex`.
    public var description: String { hex }

    /// Whether all 32 bytes are the same; not in constant time, so not for secrets.
    public static func == (one: Self, other: Self) -> Bool { one.words == other.words }

    /// By all 32 bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}
