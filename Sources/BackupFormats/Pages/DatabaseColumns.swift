// SPDX-License-Identifier: Apache-2.0

/// Where the columns of `pg_database` stand in a row, in bytes from the row's first column on.
///
/// Format: `FormData_pg_database` (src/include/catalog/pg_database.h), of PostgreSQL 12 to 18.
struct DatabaseColumns: Sendable, Equatable {
    /// `datconnlimit`.
    let connectionLimit: Int
    /// `dattablespace`.
    let tablespace: Int

    /// `DATCONNLIMIT_INVALID_DB`: what the limit is while DROP DATABASE removes the files.
    static let invalid = UInt32(bitPattern: -2)

    /// Names of the locale, 128 bytes long, stood before them.
    static let before15 = DatabaseColumns(connectionLimit: 208, tablespace: 224)
    static let since15 = DatabaseColumns(connectionLimit: 80, tablespace: 92)

    static func of(majorVersion: Int) -> DatabaseColumns { majorVersion >= 15 ? since15 : before15 }

    private init(connectionLimit: Int, tablespace: Int) {
        (self.connectionLimit, self.tablespace) = (connectionLimit, tablespace)
    }
}
