// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import GRDB

/// What the newest verification that read bytes of a backup came to.
public struct NewestReading: Sendable, Equatable {
    /// Of that verification alone: what an earlier one found may still count.
    public var verdict: Verdict
    /// What it should have shown, and what it has; nil for nothing.
    public var asked: Level, reached: Level?
    /// When it was over.
    public var ended: Timestamp

    /// `reached` is nil where it showed nothing of what was `asked`.
    public init(_ verdict: Verdict, asked: Level, reached: Level?, ended: Timestamp) {
        (self.verdict, self.asked, self.reached, self.ended) = (verdict, asked, reached, ended)
    }

    /// It came to no verdict: what was shown before stays shown, and nothing should rest on it alone.
    public var isUnsettled: Bool { verdict == .inconclusive }

    /// The levels that it was to show and could not, although it read all and found nothing wrong.
    public var inVain: [Level] {
        guard verdict == .incomplete, let reached else { return [] }
        return Level.allCases.filter { $0 > reached && $0 <= asked }
    }
}

extension HistoryDatabase {
    /// The newest reading of each backup at or below a place, by the places' URLs.
    ///
    /// A listing is none: it reads no bytes.
    public func newestReadings(at place: String) throws -> [String: NewestReading] {
        try read { db in
            try db.ofBackups(at: place) { backup in
                try Row.fetchOne(
                    db.cachedStatement(
                        sql: """
                            SELECT verdict, level_asked, level, ended FROM proof
                            WHERE backup_id = ? AND level_asked <> 'listed' ORDER BY id DESC LIMIT 1
                            """), arguments: [backup]
                ).flatMap(NewestReading.init)
            }
        }
    }
}

extension NewestReading {
    /// Nil for words that only a newer program knows.
    fileprivate init?(_ row: Row) {
        guard let verdict = (row["verdict"] as String?).flatMap(Verdict.init),
            let asked = (row["level_asked"] as String?).flatMap(Level.init)
        else { return nil }
        self.init(
            verdict, asked: asked, reached: (row["level"] as String?).flatMap(Level.init),
            ended: row.time("ended"))
    }
}

extension Database {
    /// What is found of each backup at or below a place, by the places' URLs; of one of which nothing is, there is nothing.
    func ofBackups<Found>(at place: String, _ find: (Int64) throws -> Found?) throws -> [String: Found] {
        let backups = try Query("SELECT id, url FROM backup", HistoryFilter(place: place))
            .rows(self, order: "id")
        var found: [String: Found] = [:]
        for backup in backups { found[backup["url"]] = try find(backup["id"]) }
        return found
    }
}
