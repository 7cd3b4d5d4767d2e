// SPDX-License-Identifier: Apache-2.0
import GRDB

/// Every schema this database has had, oldest first.
///
/// A shipped migration is never edited, and it names no Swift type: what an old database becomes must not
/// change with a Swift enumeration. So the words allowed in a column are spelled out; a test holds them
/// to the enumerations, and a new word needs a new migration. Finding codes and causes, which grow, are
/// checked by their shape.
enum Schema {
    static let migrations = [
        version1, version2, version3, version4, sweeps, messages, pruning, incidents, shards,
        doubts, manifestDigests, evidence, evidenceOfSweeps, codes,
    ]

    /// Marks the file as ours (`PRAGMA application_id`): "pgbc".
    static let applicationID: Int64 = 0x7067_6263

    /// Throws for the schema of a newer program; returns which one it is.
    @discardableResult
    static func refuseNewer(_ db: Database, path: String) throws -> Int {
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard 0...migrations.count ~= version else {
            throw HistoryError.newerSchema(path: path, found: version, known: migrations.count)
        }
        return version
    }

    /// Brings the database to the newest version, in one transaction; a newer one is refused as it is.
    ///
    /// Returns whether there was none before.
    static func migrate(_ db: Database, path: String) throws -> Bool {
        var isNew = false
        try db.inTransaction(.immediate) {
            let version = try refuseNewer(db, path: path)
            isNew = version == 0
            for migration in migrations[version...] { try db.execute(sql: migration) }
            if version < migrations.count {
                try db.execute(sql: "PRAGMA application_id = \(applicationID)")
                try db.execute(sql: "PRAGMA user_version = \(migrations.count)")
            }
            try SchemaRules.refuseOthers(db, path: path)
            return .commit
        }
        return isNew
    }
}
