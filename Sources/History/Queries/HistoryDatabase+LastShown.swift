// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import GRDB

extension HistoryDatabase {
    /// When each level was last shown of the backups at or below a place, by the places' URLs.
    ///
    /// A level that is above another shows that, too, as long as bytes were read for it: a trial shows `restored` and
    /// `exercised`, and nothing of what verifications show. Whether something speaks against the backup since is what
    /// `standings` says.
    public func lastShown(at place: String) throws -> [String: [Level: Timestamp]] {
        try read { db in
            try db.ofBackups(at: place) { backup in
                let levels = try lastShown(of: backup, db)
                return levels.isEmpty ? nil : levels
            }
        }
    }

    private func lastShown(of backup: Int64, _ db: Database) throws -> [Level: Timestamp] {
        var shown: [Level: Timestamp] = [:]
        for (level, words) in [
            (Level.listed, "'listed', 'checksummed', 'inspected'"),
            (.checksummed, "'checksummed', 'inspected'"), (.inspected, "'inspected'"),
        ] {
            shown[level] = try time(
                """
                SELECT ended FROM proof WHERE backup_id = ? AND verdict = 'verified' AND level IN (\(words))
                ORDER BY id DESC LIMIT 1
                """, of: backup, db)
        }
        for (level, words) in [(Level.restored, "'restored', 'exercised'"), (.exercised, "'exercised'")] {
            shown[level] = try time(
                """
                SELECT e.ended FROM trial t JOIN trial_end e ON e.trial_id = t.id
                WHERE t.backup_id = ? AND e.exit_status = 0 AND e.level IN (\(words)) ORDER BY t.id DESC LIMIT 1
                """, of: backup, db)
        }
        return shown
    }

    private func time(_ sql: String, of backup: Int64, _ db: Database) throws -> Timestamp? {
        try Int64.fetchOne(db.cachedStatement(sql: sql), arguments: [backup])
            .map(Timestamp.init(nanoseconds:))
    }
}
