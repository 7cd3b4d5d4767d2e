// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// The sizes and rows of relations in a few bytes for each.
///
/// A byte for the format, then for each relation, in the order of their numbers in the history: how much greater its number is
/// than the one before, its bytes, and its rows. All are numbers of 7 bits a byte, the low ones first, with the high bit where
/// more follow. Bytes are 0 where they are not known, else one more than their number. Rows are 0 for none, else one more than twice their number, and one more again when they were counted.
struct PackedSizes {
    struct Entry: Equatable {
        var number: Int64
        var bytes: UInt64?
        var rows: KnownRelation.Rows?
    }

    private static let format: UInt8 = 1

    static func pack(_ entries: [Entry]) -> [UInt8] {
        var packed = [format]
        var last: Int64 = 0
        for entry in entries.sorted(by: { $0.number < $1.number }) {
            append(UInt64(clamping: entry.number - last), to: &packed)
            append(entry.bytes.map { min($0, .max - 1) + 1 } ?? 0, to: &packed)
            append(code(of: entry.rows), to: &packed)
            last = entry.number
        }
        return packed
    }

    /// Nil for what this program did not write.
    static func unpack(_ bytes: [UInt8]) -> [Entry]? {
        guard bytes.first == format else { return nil }
        var (rest, entries, last) = (bytes.dropFirst(), [Entry](), Int64(0))
        while !rest.isEmpty {
            guard let step = number(&rest), let size = number(&rest), let code = number(&rest) else {
                return nil
            }
            let (sum, overflow) = last.addingReportingOverflow(Int64(clamping: step))
            guard !overflow else { return nil }
            entries.append(Entry(number: sum, bytes: size > 0 ? size - 1 : nil, rows: rows(of: code)))
            last = sum
        }
        return entries
    }

    private static let mostRows = UInt64.max / 2 - 1

    private static func code(of rows: KnownRelation.Rows?) -> UInt64 {
        switch rows {
        case nil: 0
        case .estimated(let count): min(count, mostRows) * 2 + 1
        case .counted(let count): min(count, mostRows) * 2 + 2
        }
    }

    private static func rows(of code: UInt64) -> KnownRelation.Rows? {
        guard code > 0 else { return nil }
        return code % 2 == 1 ? .estimated((code - 1) / 2) : .counted((code - 2) / 2)
    }

    private static func append(_ number: UInt64, to packed: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            packed.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        packed.append(UInt8(rest))
    }

    private static func number(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        var (value, shift) = (UInt64(0), UInt64(0))
        while let byte = bytes.popFirst() {
            guard shift < 64 else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }
}
