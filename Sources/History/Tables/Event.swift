// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB

/// Something that happened to the history itself, or that a person decided.
struct Event {
    enum Kind: String, CaseIterable {
        case acceptance
        case movedAside = "history-moved-aside"
        case lockTakenOver = "lock-taken-over"
    }

    var kind: Kind
    var at: Timestamp
    var backup: Int64?
    var run: Int64?
    var who: String?
    var text: String

    init(
        _ kind: Kind, at: Timestamp, backup: Int64? = nil, run: Int64? = nil, who: String? = nil, text: String
    ) {
        (self.kind, self.at, self.backup, self.run, self.who, self.text) = (kind, at, backup, run, who, text)
    }

    /// Returns its number.
    func insert(_ db: Database) throws -> Int64 {
        try db.execute(
            sql: "INSERT INTO event (at, kind, backup_id, run_id, who, text) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [column(at), kind.rawValue, backup, run, who, text])
        return db.lastInsertedRowID
    }
}
