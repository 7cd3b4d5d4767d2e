// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import GRDB

// The newest row of a kind is found by a correlated subquery over an index: a join with GROUP BY would read
// every row there is.
extension HistoryDatabase {
    /// The backups that have a proof, by label.
    public func backups(_ filter: HistoryFilter = HistoryFilter()) throws -> [BackupLine] {
        var query = Query(BackupLine.select, filter)
        query.narrow(filter.since.map { column($0) }, Self.provenSince)
        if filter.isOpen { query.narrow("open_findings > 0") }
        return try lines(query, order: "label, url")
    }

    /// Of most backups no newer proof is there: those are left out before anything is looked up of them.
    private static let provenSince =
        "ended >= ? AND backup_id IN (SELECT backup_id FROM proof WHERE ended >= ?)"

    /// The newest proof of one backup.
    public func lastProof(of place: BackupPlace) throws -> BackupLine? {
        try read { db in
            let statement = try db.cachedStatement(sql: BackupLine.select + " WHERE b.url = ?")
            return try Row.fetchOne(statement, arguments: [place.url]).flatMap(BackupLine.init)
        }
    }

    /// How much a backup holds, and of what, as the newest inspection counted it; nil when there was none.
    public func contents(of place: BackupPlace) throws -> ContentSummary? {
        try read { db in
            guard let backup = try db.backupID(of: place) else { return nil }
            return try InspectionTable.newest(of: backup, db)?.contents
        }
    }

    /// The objects of backups, by place and name.
    public func objects(_ filter: HistoryFilter = HistoryFilter()) throws -> [ObjectLine] {
        var query = Query(ObjectLine.select, filter)
        query.narrow(filter.since.map { column($0) }, Self.provenSince)
        if filter.isOpen { query.narrow("bad_since IS NOT NULL") }
        return try lines(query, order: "url, name")
    }

    /// The findings of backups, those of the newest verification first.
    public func findings(_ filter: HistoryFilter = HistoryFilter()) throws -> [FindingLine] {
        var query = Query(FindingLine.select, filter)
        query.narrow(filter.since.map { column($0) }, "newest_ended >= ?")
        if filter.isOpen { query.narrow("state <> 'resolved'") }
        let now = clock.now
        return try read { db in
            try query.rows(db, order: "newest_proof DESC, id").compactMap(FindingLine.init).map {
                try DecisionTable.told($0, at: now, db)
            }
        }
    }

    /// The runs, newest first; a run belongs to the backups that it came to a verdict on.
    public func runs(_ filter: HistoryFilter = HistoryFilter()) throws -> [RunLine] {
        var query = Query(RunLine.select)
        let proven = "EXISTS (SELECT 1 FROM proof p JOIN backup b ON b.id = p.backup_id WHERE p.run_id = q.id"
        query.narrow(filter.label, "\(proven) AND b.label = ?)")
        query.narrow(filter.place.map(folder), "\(proven) AND \(Query.isUnder("b.url")))")
        query.narrow(filter.since.map { column($0) }, "started >= ?")
        query.limit = filter.limit
        let now = clock.now
        return try read { db in
            try query.rows(db, order: "id DESC").compactMap { RunLine($0, seenBy: process, at: now) }
        }
    }

    /// Acceptances, takeovers of locks and the like, newest first.
    public func events(_ filter: HistoryFilter = HistoryFilter()) throws -> [EventLine] {
        var query = Query(EventLine.select, filter)
        query.narrow(filter.since.map { column($0) }, "at >= ?")
        return try lines(query, order: "id DESC")
    }

    private func lines<Line: HistoryLine>(_ query: Query, order: String) throws -> [Line] {
        try read { db in try query.rows(db, order: order).compactMap(Line.init) }
    }
}

/// A line that is read from a row of its own query.
protocol HistoryLine {
    init?(_ row: Row)
}

/// A place without its final slashes.
func folder(_ place: String) -> String {
    String(decoding: place.utf8.reversed().drop { $0 == UInt8(ascii: "/") }.reversed(), as: UTF8.self)
}

/// A query in the making: what is selected, and the conditions that narrow it.
struct Query {
    private let select: String
    private var conditions: [String] = []
    private var arguments: [(any DatabaseValueConvertible)?] = []
    var limit: Int?

    init(_ select: String) { self.select = select }

    init(_ select: String, _ filter: HistoryFilter) {
        self.init(select)
        narrow(filter.label, "label = ?")
        narrow(filter.place.map(folder), Self.isUnder("url"))
        limit = filter.limit
    }

    /// The condition that a column is a place or lies in its folder, for which an index of the column is used.
    ///
    /// `0` is what comes after `/`.
    static func isUnder(_ column: String) -> String {
        "(\(column) = ? OR (\(column) > ? || '/' AND \(column) < ? || '0'))"
    }

    /// Adds a condition on a value, each `?` of which is that value; nil does not narrow.
    mutating func narrow(_ value: (any DatabaseValueConvertible)?, _ condition: String) {
        guard let value else { return }
        arguments.append(value)
        let parameter = "?\(arguments.count)"
        narrow(condition.replacing("?", with: parameter))
    }

    mutating func narrow(_ condition: String) { conditions.append(condition) }

    func rows(_ db: Database, order: String) throws -> [Row] {
        let condition = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        let sql = "SELECT * FROM (\(select)) q\(condition) ORDER BY \(order) LIMIT \(limit ?? -1)"
        return try Row.fetchAll(db, sql: sql, arguments: StatementArguments(arguments))
    }
}
