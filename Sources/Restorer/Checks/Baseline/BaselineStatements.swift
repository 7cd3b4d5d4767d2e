// SPDX-License-Identifier: Apache-2.0

/// What the catalogues are asked for a baseline; names come as hexadecimal digits.
///
/// None calls a function of the user's.
enum BaselineStatements {
    /// Which cluster it is, on which timeline, from where on, and the newest history of a timeline in `pg_wal`.
    static let origin = """
        SELECT s.system_identifier, c.timeline_id, c.checkpoint_lsn, h.name,
            encode(pg_read_binary_file('pg_wal/' || h.name), 'hex')
        FROM pg_control_system() s, pg_control_checkpoint() c
        LEFT JOIN (SELECT max(f) AS name FROM pg_ls_dir('pg_wal') f WHERE f ~ '^[0-9A-F]{8}\\.history$') h ON true
        """

    static let database = "SELECT oid FROM pg_database WHERE datname = current_database()"

    /// The relations with a file whose OIDs come after one, so many of them.
    ///
    /// `pg_relation_size` waits for whoever holds a relation locked. The catalogue's own estimate does not, and is none: of what
    /// was never vacuumed it says that it has no page.
    static func relations(after identifier: UInt32, most: Int, measured: Bool) -> String {
        let size = measured ? "pg_relation_size(c.oid)" : "NULL::bigint"
        return """
            SELECT c.oid, \(hex("n.nspname")), \(hex("c.relname")), c.relkind, c.relisshared,
                coalesce(i.indrelid, t.oid),
                CASE WHEN c.reltablespace <> 0 THEN c.reltablespace ELSE d.dattablespace END,
                pg_relation_filenode(c.oid), \(size), c.reltuples::numeric::bigint
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_database d ON d.datname = current_database()
                LEFT JOIN pg_index i ON i.indexrelid = c.oid
                LEFT JOIN pg_class t ON c.relkind = 't' AND t.reltoastrelid = c.oid
            WHERE c.relkind IN ('r', 'i', 't', 'm', 'S') AND c.relpersistence <> 't' AND c.oid > \(identifier)
            ORDER BY c.oid LIMIT \(most)
            """
    }

    /// Of a database that does not know its encoding, byte for byte.
    private static func hex(_ name: String) -> String {
        """
        encode(convert_to(\(name)::text,
            CASE getdatabaseencoding() WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END), 'hex')
        """
    }
}
