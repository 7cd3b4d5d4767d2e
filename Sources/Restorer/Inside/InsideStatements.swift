// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests

/// What a restored cluster is asked, and how its answers are read.
///
/// Names and paths come and go as hexadecimal digits: they can hold any bytes, and settings of a role could make a
/// backslash in a literal mean something else. The server looks at its own files (`pg_stat_file`), so wherever it runs,
/// it is the machine that counts.
enum InsideStatements {
    /// PostgreSQL's `DATCONNLIMIT_INVALID_DB`.
    static let invalidLimit = "-2"

    static func databases(_ major: Int) -> String {
        """
        SELECT d.oid, encode(namesend(d.datname), 'hex') AS name, d.datallowconn, d.datconnlimit,
            (pg_stat_file(
                CASE d.dattablespace WHEN 1663 THEN 'base/' ELSE 'pg_tblspc/' || d.dattablespace || '/PG_\(major)_'
                    || (SELECT catalog_version_no FROM pg_control_system()) || '/' END
                || d.oid || '/PG_VERSION', true)).size
        FROM pg_database d ORDER BY d.oid
        """
    }

    /// From 15 on, where databases have a version of their collation.
    static let databaseCollations = """
        SELECT oid, datcollversion, pg_database_collation_actual_version(oid) FROM pg_database
        WHERE datcollversion IS NOT NULL
        """

    /// Of `pg_default` and `pg_global` the directories are the data directory's own.
    static let tablespaces = """
        SELECT oid, encode(namesend(spcname), 'hex'), (pg_stat_file('pg_tblspc/' || oid, true)).isdir
        FROM pg_tablespace WHERE oid NOT IN (1663, 1664) ORDER BY oid
        """

    /// Only those that columns use, for ICU alone brings hundreds.
    static let collations = """
        WITH used AS MATERIALIZED (
            SELECT c.oid, c.collname, c.collversion FROM pg_collation c WHERE c.collversion IS NOT NULL
                AND EXISTS (SELECT FROM pg_attribute a WHERE a.attcollation = c.oid AND a.attnum > 0))
        SELECT encode(namesend(collname), 'hex') FROM used
        WHERE collversion <> pg_collation_actual_version(oid) ORDER BY collname
        """

    /// Settings of databases and roles by which sessions load libraries.
    static let sessionLibraries = """
        SELECT encode(textsend(c), 'hex') FROM pg_db_role_setting, unnest(setconfig) c
        WHERE split_part(c, '=', 1) IN ('session_preload_libraries', 'local_preload_libraries')
        """

    /// The libraries that functions of a database name and that are not there.
    static func missingLibraries(in folders: [String]) -> String {
        missing("SELECT DISTINCT probin AS name FROM pg_proc WHERE probin IS NOT NULL", in: folders)
    }

    /// Those of these names that are not there.
    static func missing(_ names: [String], in folders: [String]) -> String {
        missing("VALUES \(names.map { "(\(literal($0)))" }.joined(separator: ", "))", in: folders)
    }

    /// As `expand_dynamic_library_name` in src/backend/utils/fmgr/dfmgr.c looks for them.
    private static func missing(_ names: String, in folders: [String]) -> String {
        let library = "(SELECT setting FROM pg_config() WHERE name = 'PKGLIBDIR')"
        let rows = folders.map { "(\($0 == "$libdir" ? library : literal($0)))" }.joined(separator: ", ")
        return """
            WITH wanted(name) AS (\(names))
            SELECT encode(textsend(w.name), 'hex') FROM wanted w WHERE NOT EXISTS (
                SELECT FROM (VALUES \(rows)) f(folder), (VALUES (''), ('.so')) s(suffix)
                WHERE (pg_stat_file(
                    CASE WHEN left(w.name, 1) = '/' THEN w.name
                        WHEN left(w.name, 8) = '$libdir/' THEN f.folder || substr(w.name, 8)
                        ELSE f.folder || '/' || w.name END || s.suffix, true)).size IS NOT NULL)
            """
    }

    /// Refused by the server when its machine lacks the locale.
    static func trying(locale: String) -> String {
        "SELECT set_config('lc_monetary', \(literal(locale)), true)"
    }

    private static func literal(_ text: String) -> String {
        "convert_from(decode('\(Hex.encode(Array(text.utf8)))', 'hex'), 'UTF8')"
    }

    /// Reads back what `encode(…, 'hex')` wrote; nil for anything else.
    static func name(_ digits: String?) -> ObjectName? {
        digits.flatMap { Hex.decode($0) }.map { ObjectName(bytes: $0) }
    }
}
