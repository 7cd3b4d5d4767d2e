// SPDX-License-Identifier: Apache-2.0

/// The rows of `pg_database` or `pg_tablespace` in a relation file, as far as the pages themselves tell which are valid.
///
/// Any relation file may be fed: what is read from one that is neither means nothing. Memory is bounded, a page and 24
/// bytes for each row.
///
/// Formats: `HeapTupleHeaderData` (src/include/access/htup_details.h), `FormData_pg_database` and
/// `FormData_pg_tablespace` (src/include/catalog).
public struct CatalogueRows: Sendable {
    /// `DatabaseRelationId` and `TableSpaceRelationId`, by which `pg_filenode.map` names their files.
    public static let databases: UInt32 = 1262
    public static let tablespaces: UInt32 = 1213

    /// A row of a shared catalogue, as far as a restore has to know it.
    public struct Row: Sendable, Equatable {
        /// Of the database or tablespace.
        public var identifier: UInt32
        /// Whether the page says that it was committed; else only the transaction log knows.
        public var isCertain: Bool
        fileprivate var limit: Versioned
        fileprivate var home: Versioned

        /// Of a database: the tablespace in which it lies; 1663 is the default one.
        public func tablespace(majorVersion: Int) -> UInt32 { home.value(majorVersion) }

        /// Of a database: whether a DROP DATABASE was broken off, so that its directory may be gone
        /// (`DATCONNLIMIT_INVALID_DB`).
        public func isInvalid(majorVersion: Int) -> Bool {
            limit.value(majorVersion) == UInt32(bitPattern: -2)
        }
    }

    /// PostgreSQL 15 moved the columns.
    fileprivate struct Versioned: Sendable, Equatable {
        var before15: UInt32
        var since15: UInt32

        func value(_ majorVersion: Int) -> UInt32 { majorVersion >= 15 ? since15 : before15 }
    }

    private static let limit = 65_536
    /// In bytes: the columns of `pg_tablespace` that are never null.
    private static let leastSize = 72

    private var page: [UInt8] = []
    public private(set) var rows: [Row] = []

    public init() {}

    public mutating func take(_ bytes: RawSpan) {
        var rest = bytes
        while rest.byteCount > 0 {
            let piece = rest.extracting(first: min(rest.byteCount, PageCheck.pageSize - page.count))
            piece.withUnsafeBytes { page.append(contentsOf: $0) }
            rest = rest.extracting(droppingFirst: piece.byteCount)
            guard page.count == PageCheck.pageSize else { return }
            readPage()
            page.removeAll(keepingCapacity: true)
        }
    }

    /// Pages of indexes have something at their end, which pages of tables have not.
    private mutating func readPage() {
        let (lower, special) = (Int(half(12)), Int(half(16)))
        guard special == PageCheck.pageSize, lower >= 24, lower <= PageCheck.pageSize else { return }
        for item in stride(from: 24, to: lower - 3, by: 4) {
            let word = word(item)
            let (start, length) = (Int(word & 0x7FFF), Int(word >> 17))
            // `LP_NORMAL`
            guard word >> 15 & 3 == 1, start + length <= PageCheck.pageSize, length > 24 else { continue }
            readTuple(start, length)
        }
    }

    private mutating func readTuple(_ start: Int, _ length: Int) {
        let (mask, data) = (half(start + 20), Int(page[start + 22]))
        guard data >= 24, length >= data + Self.leastSize, rows.count < Self.limit else { return }
        // `HEAP_XMIN_INVALID` without `HEAP_XMIN_COMMITTED`: its transaction was rolled back.
        if mask & 0x0300 == 0x0200 { return }
        // Neither `HEAP_XMAX_INVALID` nor `HEAP_XMAX_LOCK_ONLY`: deleted, or a newer one stands elsewhere.
        if mask & 0x0880 == 0 { return }
        let first = start + data
        func column(_ offset: Int) -> UInt32 { length >= data + offset + 4 ? word(first + offset) : 0 }
        rows.append(
            Row(
                identifier: word(first), isCertain: mask & 0x0100 != 0,
                limit: Versioned(before15: column(208), since15: column(80)),
                home: Versioned(before15: column(224), since15: column(92))))
    }

    private func half(_ offset: Int) -> UInt16 { UInt16(page[offset]) | UInt16(page[offset + 1]) << 8 }

    private func word(_ offset: Int) -> UInt32 { UInt32(half(offset)) | UInt32(half(offset + 2)) << 16 }
}
