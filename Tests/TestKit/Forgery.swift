// SPDX-License-Identifier: Apache-2.0
import Digests

/// Bytes with the CRC-32C of others: what a CRC is no protection against.
public enum Forgery {
    /// `start` and four bytes more, with the CRC-32C of `model`.
    ///
    /// A CRC is linear: what each bit of the last four bytes changes in it, all 32 together can change at will.
    public static func forge(_ start: [UInt8], likeCRCOf model: [UInt8]) -> [UInt8] {
        let zeros = crc(start, ending: 0)
        var rows = (0..<32).map { bit in
            (change: crc(start, ending: 1 << bit) ^ zeros, bits: UInt32(1) << bit)
        }
        var (wanted, ending) = (crc(model) ^ zeros, UInt32(0))
        for bit in 0..<32 {
            guard let pivot = rows.firstIndex(where: { $0.change >> bit & 1 == 1 }) else { continue }
            let row = rows.remove(at: pivot)
            for index in rows.indices where rows[index].change >> bit & 1 == 1 {
                rows[index].change ^= row.change
                rows[index].bits ^= row.bits
            }
            if wanted >> bit & 1 == 1 { (wanted, ending) = (wanted ^ row.change, ending ^ row.bits) }
        }
        return start + little(ending)
    }

    private static func crc(_ start: [UInt8], ending: UInt32) -> UInt32 { crc(start + little(ending)) }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        var crc = CRC32C()
        crc.update(bytes.span.bytes)
        return crc.value
    }

    private static func little(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
