// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension KnownRelation {
    /// Of a row of `BaselineStatements.relations`, in a database with this OID; nil for what has no file.
    ///
    /// `counts` are the rows of those that were read to their end, by their OIDs.
    init?(_ row: [String?], database: UInt32, counts: [UInt32: UInt64]) {
        guard row.count == 10, let identifier = Self.number(row[0]), let schema = Self.name(row[1]),
            let name = Self.name(row[2]), let kind = Kind(row[3]), let tablespace = Self.number(row[6]),
            let fileNode = Self.number(row[7])
        else { return nil }
        self.init(
            Identity(
                database: row[4] == "t" ? 0 : database, identifier: identifier, schema: schema, name: name,
                kind: kind, owner: Self.number(row[5]), tablespace: tablespace, fileNode: fileNode),
            bytes: row[8].flatMap { UInt64($0) }, rows: Self.rows(counts[identifier], estimate: row[9]))
    }

    /// PostgreSQL's own have 63 bytes; one that was built otherwise may have more.
    private static let longestName = 128

    private static func name(_ digits: String?) -> ObjectName? {
        InsideStatements.name(digits).map { ObjectName(bytes: $0.bytes.prefix(longestName)) }
    }

    private static func number(_ text: String?) -> UInt32? { text.flatMap { UInt32($0) } }

    /// An estimate below zero says that there is none.
    private static func rows(_ count: UInt64?, estimate: String?) -> Rows? {
        if let count { return .counted(count) }
        return estimate.flatMap { UInt64($0) }.map { .estimated($0) }
    }
}

extension KnownRelation.Kind {
    /// By PostgreSQL's letter.
    fileprivate init?(_ letter: String?) {
        switch letter {
        case "r": self = .table
        case "i": self = .index
        case "t": self = .toast
        case "m": self = .materialisedView
        case "S": self = .sequence
        default: return nil
        }
    }
}
