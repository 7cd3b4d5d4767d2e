// SPDX-License-Identifier: Apache-2.0

/// The rows of `pg_database` or `pg_tablespace` in a relation file, as far as the pages themselves tell which are valid.
///
/// Any relation file may be fed: what is read from one that is neither means nothing. Memory is bounded, a page and 24
/// bytes for each row.
///
/// Format: `FormData_pg_tablespace` (src/include/catalog/pg_tablespace.h); `DatabaseColumns` has that of databases.
public struct CatalogueRows: Sendable {
    /// `DatabaseRelationId` and `TableSpaceRelationId`, by which `pg_filenode.map` names their files.
    public static let databases: UInt32 = 1262
    /// The same for tablespaces.
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
            limit.value(majorVersion) == DatabaseColumns.invalid
        }
    }

    /// A column of a database at either place: pages may come before the version is known.
    fileprivate struct Versioned: Sendable, Equatable {
        var before15: UInt32
        var since15: UInt32

        func value(_ majorVersion: Int) -> UInt32 { majorVersion >= 15 ? since15 : before15 }
    }

    private static let limit = 65_536
    /// In bytes: the columns of `pg_tablespace` that are never null.
    private static let leastSize = 72

    private var page: [UInt8] = []
    /// In the order of the pages, at most 65,536: those that come after are left out.
    public private(set) var rows: [Row] = []

    /// No page has come yet: the next byte is the first of the relation file.
    public init() {}

    /// Takes the next bytes, in pieces of any size; a page that is cut at the end of the file counts for nothing.
    public mutating func receive(_ bytes: RawSpan) {
        var rest = bytes
        while rest.byteCount > 0 {
            let piece = rest.extracting(first: min(rest.byteCount, PageCheck.pageSize - page.count))
            piece.withUnsafeBytes { page.append(contentsOf: $0) }
            rest = rest.extracting(droppingFirst: piece.byteCount)
            guard page.count == PageCheck.pageSize else { return }
            for row in HeapPage(page).rows { note(row) }
            page.removeAll(keepingCapacity: true)
        }
    }

    private mutating func note(_ row: HeapPage.Row) {
        let mask = row.mask
        guard row.columns.count >= Self.leastSize, rows.count < Self.limit else { return }
        // `HEAP_XMIN_INVALID` without `HEAP_XMIN_COMMITTED`: its transaction was rolled back.
        if mask & 0x0300 == 0x0200 { return }
        // Neither `HEAP_XMAX_INVALID` nor `HEAP_XMAX_LOCK_ONLY`: deleted, or a newer one stands elsewhere.
        if mask & 0x0880 == 0 { return }
        func either(_ column: KeyPath<DatabaseColumns, Int>) -> Versioned {
            Versioned(
                before15: row.number(at: DatabaseColumns.before15[keyPath: column]),
                since15: row.number(at: DatabaseColumns.since15[keyPath: column]))
        }
        rows.append(
            Row(
                identifier: row.number(at: 0), isCertain: mask & 0x0100 != 0,
                limit: either(\.connectionLimit), home: either(\.tablespace)))
    }
}
