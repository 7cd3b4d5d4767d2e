// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

/// Those files of a data directory without which PostgreSQL does not start, or does not find a database: which of
/// them were seen.
struct Skeleton: Sendable {
    /// The directory of a database in a tablespace.
    struct Home: Sendable, Hashable {
        /// 1663 is the default one.
        var tablespace: UInt32
        var database: UInt32

        var path: String {
            tablespace == 1663 ? "base/\(database)" : "pg_tblspc/\(tablespace)/…/\(database)"
        }
    }

    /// What was seen in one.
    struct Parts: Sendable {
        var hasVersion = false
        var hasMap = false
    }

    /// More directories than anybody has databases.
    private static let limit = 65_536
    /// In rows of all files of `global` together, 24 bytes each: four times as many as one file may have.
    static let rowLimit = 262_144

    /// Folders of the data directory that hold at least one file.
    private(set) var filled: Set<ObjectName> = []
    /// The one that was seen last, apart from the others: files of a folder follow one another, and a data directory has
    /// a skeleton for each file.
    private var newest: (home: Home, parts: Parts)?
    private var earlier: [Home: Parts] = [:]
    /// Whether there are files of pg_tde.
    private(set) var hasEncryption = false
    /// Of the files in `global`, by their file nodes; which of them is `pg_database` is known only when all were read.
    private(set) var rows: [UInt32: CatalogueRows] = [:]
    /// How many rows those are together.
    private var rowCount = 0

    /// Folders in which there is always a file.
    static let neverEmpty: [ObjectName] = [
        "global", "pg_xact", "pg_multixact/offsets", "pg_multixact/members",
    ]

    /// The directories of databases of which there is any file.
    var homes: [Home: Parts] {
        var homes = earlier
        if let newest { homes[newest.home] = newest.parts }
        return homes
    }

    mutating func note(_ path: ObjectName) {
        if path.hasPrefix("pg_tde/") { hasEncryption = true }
        let folder = ObjectName(bytes: path.folder.bytes.dropLast())
        if Self.neverEmpty.contains(folder) { filled.insert(folder) }
        guard let home = Self.home(path) else { return }
        var parts = parts(of: home)
        switch path.lastComponent {
        case "PG_VERSION": parts.hasVersion = true
        case RelationMap.name: parts.hasMap = true
        default: break
        }
        keep(home, parts)
    }

    private func parts(of home: Home) -> Parts {
        if let newest, newest.home == home { return newest.parts }
        return earlier[home] ?? Parts()
    }

    private mutating func keep(_ home: Home, _ parts: Parts) {
        if let newest, newest.home != home, earlier.count < Self.limit { earlier[newest.home] = newest.parts }
        newest = (home, parts)
    }

    /// Passed over where too many are kept already: then the catalogue is not known, and nothing is missed by it.
    mutating func note(_ found: CatalogueRows, of fileNode: UInt32) {
        guard !found.rows.isEmpty, rows[fileNode] == nil, rowCount + found.rows.count <= Self.rowLimit else {
            return
        }
        rows[fileNode] = found
        rowCount += found.rows.count
    }

    mutating func add(_ other: Skeleton) {
        filled.formUnion(other.filled)
        hasEncryption = hasEncryption || other.hasEncryption
        for (fileNode, found) in other.rows.sorted(by: { $0.value.rows.count < $1.value.rows.count }) {
            note(found, of: fileNode)
        }
        for (home, parts) in other.homes {
            let mine = self.parts(of: home)
            keep(
                home,
                Parts(
                    hasVersion: mine.hasVersion || parts.hasVersion, hasMap: mine.hasMap || parts.hasMap))
        }
    }

    /// `base/DATABASE/…` and `pg_tblspc/OID/VERSION/DATABASE/…`.
    private static func home(_ path: ObjectName) -> Home? {
        let parts = path.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if parts.count == 3, parts[0].elementsEqual("base".utf8) {
            return BackupManifest.objectIdentifier(parts[1]).map { Home(tablespace: 1663, database: $0) }
        }
        guard parts.count == 5, parts[0].elementsEqual("pg_tblspc".utf8), parts[2].starts(with: "PG_".utf8),
            let tablespace = BackupManifest.objectIdentifier(parts[1]),
            let database = BackupManifest.objectIdentifier(parts[3])
        else { return nil }
        return Home(tablespace: tablespace, database: database)
    }
}
