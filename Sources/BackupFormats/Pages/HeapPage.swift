// SPDX-License-Identifier: Apache-2.0

/// The rows on a page of a table, in whatever state they are; what contradicts itself is no row.
///
/// Formats: `PageHeaderData` (src/include/storage/bufpage.h), `HeapTupleHeaderData` (src/include/access/htup_details.h).
struct HeapPage {
    struct Row {
        /// `t_infomask`: what became of the transactions that made and deleted it.
        var mask: UInt16
        /// Its columns, without the header before them.
        var columns: ArraySlice<UInt8>

        /// The integer at an offset into the columns; zero behind their end.
        func number(at offset: Int) -> UInt32 {
            guard columns.count >= offset + 4 else { return 0 }
            let start = columns.startIndex + offset
            return columns[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
    }

    private static let headerSize = 24

    private let bytes: [UInt8]

    /// Of exactly one page.
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// None of a page of an index: that has something at its end, which pages of tables have not.
    var rows: [Row] {
        let (lower, special) = (Int(half(12)), Int(half(16)))
        guard bytes.count == PageCheck.pageSize, special == bytes.count, lower <= bytes.count else {
            return []
        }
        return stride(from: Self.headerSize, to: max(lower - 3, Self.headerSize), by: 4).compactMap(row)
    }

    /// Of the item at an offset; nil where it does not point to a row (`LP_NORMAL`).
    private func row(_ item: Int) -> Row? {
        let word = UInt32(half(item)) | UInt32(half(item + 2)) << 16
        let (start, flags, length) = (Int(word & 0x7FFF), word >> 15 & 3, Int(word >> 17))
        guard flags == 1, length > 24, start + length <= bytes.count else { return nil }
        let header = Int(bytes[start + 22])
        guard header >= 24, header < length else { return nil }
        return Row(mask: half(start + 20), columns: bytes[start + header..<start + length])
    }

    private func half(_ offset: Int) -> UInt16 {
        guard offset + 1 < bytes.count else { return 0 }
        return UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8
    }
}
