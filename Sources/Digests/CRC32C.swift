// SPDX-License-Identifier: Apache-2.0
internal import CIsal

/// The CRC-32C (Castagnoli, RFC 3720 appendix B.4) that PostgreSQL puts in a `backup_manifest`.
///
/// It begins with all bits set and ends inverted, so "123456789" gives `0xE3069283`.
/// It tells accidents, not attackers: any CRC can be forged.
public struct CRC32C: Sendable {
    /// ISA-L inverts neither at the start nor at the end: both are done here.
    private var register: UInt32 = .max

    /// The sum of no bytes.
    public init() {}

    /// Takes the next bytes of the message.
    public mutating func update(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { all in
            var rest = unsafe all[...]
            while unsafe !rest.isEmpty {
                // The length is a C int.
                let piece = unsafe UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
                // The parameter is not const, yet nothing is written there.
                let start = unsafe UnsafeMutableRawPointer(mutating: piece.baseAddress)
                unsafe register = crc32_iscsi(
                    start?.assumingMemoryBound(to: UInt8.self), Int32(piece.count), register)
                unsafe rest = rest.dropFirst(piece.count)
            }
        }
    }

    /// The checksum of the message so far; more may be added afterwards.
    public var value: UInt32 { ~register }

    /// The checksum as a manifest spells it in hexadecimal: least significant byte first.
    ///
    /// PostgreSQL copies the integer out of the memory of the server
    /// (`pg_checksum_final` in `src/common/checksum_helper.c`), and those are little-endian.
    public var bytes: [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
    }

    /// The checksum of a whole message.
    public static func checksum(of bytes: [UInt8]) -> CRC32C {
        var crc = CRC32C()
        unsafe crc.update(bytes.span.bytes)
        return crc
    }
}
