// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import GRDB

/// A reading to the end that found nothing wrong, and could not show the level that was asked for.
public struct UnreachedLevel: Sendable, Equatable {
    public var asked: Level
    /// What it did show.
    public var reached: Level
    /// When the reading was over.
    public var ended: Timestamp
}

extension HistoryDatabase {
    /// By URL: those backups at or below a place whose newest reading was such a one.
    public func unreached(at place: String) throws -> [String: UnreachedLevel] {
        try read { db in
            let backups = try Query("SELECT id, url FROM backup", HistoryFilter(place: place))
                .rows(db, order: "id")
            var unreached: [String: UnreachedLevel] = [:]
            for backup in backups {
                let newest = try Row.fetchOne(
                    db.cachedStatement(sql: Self.newestReading), arguments: [backup["id"] as Int64])
                unreached[backup["url"]] = newest.flatMap(UnreachedLevel.init)
            }
            return unreached
        }
    }

    private static let newestReading = """
        SELECT verdict, level_asked, level, ended FROM proof
        WHERE backup_id = ? AND level_asked <> 'listed' ORDER BY id DESC LIMIT 1
        """
}

extension UnreachedLevel {
    fileprivate init?(_ row: Row) {
        guard row["verdict"] == Verdict.incomplete.rawValue,
            let asked = (row["level_asked"] as String?).flatMap(Level.init),
            let reached = (row["level"] as String?).flatMap(Level.init), reached < asked
        else { return nil }
        self.init(asked: asked, reached: reached, ended: row.time("ended"))
    }
}
