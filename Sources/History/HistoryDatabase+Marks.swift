// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Evidence
import GRDB

extension HistoryDatabase {
    /// Marks a backup to be kept until a time; a later mark takes the place of an earlier one, also when it ends sooner.
    ///
    /// `place`, a place or a folder of places, chooses among equal labels.
    public func keep(
        label: String, place: String? = nil, until: Timestamp, reason: String, who: String
    ) throws -> KeepMark {
        guard !reason.allSatisfy(\.isWhitespace) else { throw HistoryError.emptyReason }
        return try writeSealed { db in
            let (backup, place) = try theBackup(label: label, place: place, db)
            let mark = KeepMark(place: place, until: until, reason: reason, who: who, at: clock.now)
            try db.execute(
                sql: "INSERT INTO mark (backup_id, keep_until, reason, who, at) VALUES (?, ?, ?, ?, ?)",
                arguments: [backup, column(until), Limit.cut(reason), who, column(mark.at)])
            try addLeaf(.mark, db.lastInsertedRowID, db)
            return mark
        }
    }

    /// The mark that counts of each backup at or below a place, by the places' URLs; also those whose time is over.
    public func marks(at place: String) throws -> [String: KeepMark] {
        var query = Query(
            """
            SELECT b.url, b.label, m.* FROM mark m JOIN backup b ON b.id = m.backup_id
            WHERE m.id = (SELECT max(id) FROM mark WHERE backup_id = b.id)
            """, HistoryFilter(place: place))
        query.limit = nil
        return try read { db in
            let marks = try query.rows(db, order: "id").map { row in
                KeepMark(
                    place: BackupPlace(row), until: row.time("keep_until"), reason: row["reason"],
                    who: row["who"], at: row.time("at"))
            }
            return Dictionary(marks.map { ($0.place.url, $0) }) { _, newer in newer }
        }
    }
}
