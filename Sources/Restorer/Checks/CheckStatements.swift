// SPDX-License-Identifier: Apache-2.0

/// What the built-in checks ask; names come as hexadecimal digits, for they can hold any bytes.
///
/// None calls a function of the user's: all are of `pg_catalog`, over its tables.
enum CheckStatements {
    static let databases = """
        SELECT encode(namesend(datname), 'hex') FROM pg_database
        WHERE datallowconn AND datconnlimit <> \(InsideStatements.invalidLimit) ORDER BY oid
        """

    /// Of the relation `c` in the schema `n`, in quotes where SQL needs them; of a database that does not know its
    /// encoding, byte for byte.
    private static let name = """
        encode(convert_to(quote_ident(n.nspname::text) || '.' || quote_ident(c.relname::text),
            CASE getdatabaseencoding() WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END), 'hex')
        """

    private static let relations = "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"

    /// Everything with rows of its own: no views, no foreign tables, nothing of a session that is over.
    ///
    /// Shared catalogues are in every database, and read in one.
    static func tables(withShared: Bool) -> String {
        """
        SELECT c.oid, \(name), greatest(c.relpages, 0)::bigint + greatest((
            SELECT t.relpages::bigint FROM pg_class t WHERE t.oid = c.reltoastrelid), 0)
        FROM \(relations)
        WHERE c.relkind IN ('r', 'm', 'S') AND c.relpersistence <> 't' AND c.relispopulated
            AND (\(withShared) OR NOT c.relisshared)
        ORDER BY c.oid
        """
    }

    static let invalidIndexes = """
        SELECT \(name) FROM pg_index i JOIN \(relations) ON c.oid = i.indexrelid
        WHERE NOT i.indisvalid ORDER BY c.oid
        """

    /// PostgreSQL empties them at the end of recovery.
    static let unloggedTables = """
        SELECT \(name) FROM \(relations)
        WHERE c.relpersistence = 'u' AND c.relkind IN ('r', 'm') ORDER BY c.oid
        """

    static let amcheckExtension = "SELECT extname FROM pg_extension WHERE extname = 'amcheck'"

    /// One row where the server could make it.
    static let availableAmcheck =
        "SELECT name FROM pg_available_extensions WHERE name = 'amcheck'"

    static let serverVersionName = "SELECT current_setting('server_version')"

    /// In seconds since 1970; it keeps its value when recovery is over (`pg_last_xact_replay_timestamp`).
    static let lastReplayed = "SELECT extract(epoch FROM pg_last_xact_replay_timestamp())"

    static let serverVersion = "SELECT current_setting('server_version_num')"
}
