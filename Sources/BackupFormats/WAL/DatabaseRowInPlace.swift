// SPDX-License-Identifier: Apache-2.0

/// A change of a row in its place, in a catalogue that all databases share: of `pg_database`, for there is no other.
///
/// DROP DATABASE marks the row as invalid before it removes the files (since 15.4, 14.9, 13.12 and 12.16); VACUUM changes
/// rows in their place, too. The record is `XLOG_HEAP_INPLACE`, whose one block has the new row behind the headers, or an image of the page instead.
struct DatabaseRowInPlace {
    /// `GLOBALTABLESPACE_OID`.
    private static let shared: UInt32 = 1664

    private var identifier: UInt32?
    private var isInvalid = true

    /// Of what follows a record's header; nil for a change elsewhere.
    init?(_ bytes: [UInt8], majorVersion: Int) {
        guard bytes.count > 9, bytes[0] == 0 else { return nil }
        let block = bytes[1] & 0x10 == 0 ? 4 : 9 + Self.extraOfImage(bytes[8], majorVersion)
        guard bytes.count >= block + 16, Self.number(bytes, block) == Self.shared else { return nil }
        let hasRow = bytes[1] & 0x20 != 0
        let limit = DatabaseColumns.of(majorVersion: majorVersion).connectionLimit
        guard hasRow, let row = Self.data(bytes, behind: block + 16), bytes.count >= row + limit + 4 else {
            return
        }
        identifier = Self.number(bytes, row)
        isInvalid = Self.number(bytes, row + limit) == DatabaseColumns.invalid
    }

    var event: WALEvent? { isInvalid ? .databaseInvalidated(identifier) : nil }

    /// The length of the hole, which stands in the image's header when the image is compressed and has one.
    private static func extraOfImage(_ info: UInt8, _ majorVersion: Int) -> Int {
        let isCompressed = info & (majorVersion < 15 ? 0x02 : 0x1C) != 0
        return isCompressed && info & 0x01 != 0 ? 2 : 0
    }

    /// Behind an origin and a transaction, if they are there, and the header of the main data.
    private static func data(_ bytes: [UInt8], behind start: Int) -> Int? {
        var position = start
        while position < bytes.count {
            switch bytes[position] {
            case 253: position += 3
            case 252: position += 5
            case 255: return position + 2
            case 254: return position + 5
            default: return nil
            }
        }
        return nil
    }

    private static func number(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
