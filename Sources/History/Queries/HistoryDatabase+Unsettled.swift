// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB

extension HistoryDatabase {
    /// The places' URLs of those backups at or below a place whose newest reading came to no verdict.
    ///
    /// What was shown of them before stays shown. A listing settles nothing: it reads no bytes.
    public func unsettled(at place: String) throws -> Set<String> {
        try read { db in
            let backups = try Query("SELECT id, url FROM backup", HistoryFilter(place: place))
                .rows(db, order: "id")
            return try Set(
                backups.compactMap { backup in
                    let verdict = try String.fetchOne(
                        db.cachedStatement(sql: Self.newestVerdict), arguments: [backup["id"] as Int64])
                    return verdict == Verdict.inconclusive.rawValue ? backup["url"] as String : nil
                })
        }
    }

    private static let newestVerdict = """
        SELECT verdict FROM proof WHERE backup_id = ? AND level_asked <> 'listed' ORDER BY id DESC LIMIT 1
        """
}
