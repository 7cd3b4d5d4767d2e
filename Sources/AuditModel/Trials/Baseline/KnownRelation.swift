// SPDX-License-Identifier: Apache-2.0

/// A relation with a file of its own, as the catalogues of a restored cluster told it.
public struct KnownRelation: Sendable, Hashable, Codable {
    /// What it is called and which file is its: the same from one trial to the next unless somebody changed it.
    public struct Identity: Sendable, Hashable, Codable {
        /// The database's OID; 0 for relations that all databases share.
        public var database: UInt32
        /// Its OID.
        public var identifier: UInt32
        /// Its `nspname` in `pg_namespace`, byte for byte.
        public var schema: ObjectName
        /// Its `relname` in `pg_class`, byte for byte.
        public var name: ObjectName
        /// By its `relkind` in `pg_class`: r, i, t, m or S.
        public var kind: Kind
        /// The OID of the table that an index or a TOAST table belongs to.
        public var owner: UInt32?
        /// The tablespace's OID; 1663 for the default one, 1664 for the global one.
        public var tablespace: UInt32
        /// The number that its files are called by.
        public var fileNode: UInt32

        /// `owner` is for indexes and TOAST tables alone.
        public init(
            database: UInt32, identifier: UInt32, schema: ObjectName, name: ObjectName, kind: Kind,
            owner: UInt32? = nil, tablespace: UInt32, fileNode: UInt32
        ) {
            (self.database, self.identifier, self.schema, self.name) = (database, identifier, schema, name)
            (self.kind, self.owner) = (kind, owner)
            (self.tablespace, self.fileNode) = (tablespace, fileNode)
        }
    }

    /// The raw value is what JSON and the history say.
    public enum Kind: String, Sendable, CaseIterable, Codable {
        case table, index
        /// Where a table keeps its long values.
        case toast
        case materialisedView = "materialised view"
        case sequence
    }

    /// How many rows it has.
    public enum Rows: Sendable, Hashable, Codable {
        /// Somebody read it to its end.
        case counted(UInt64)
        /// As the catalogue estimates them.
        case estimated(UInt64)
    }

    /// What is the same from trial to trial, and is kept once for all of them.
    public var identity: Identity
    /// Of its main fork; nil where nothing tells.
    public var bytes: UInt64?
    /// Nil where nothing tells.
    public var rows: Rows?

    /// What is left out of its size and rows, nobody could tell.
    public init(_ identity: Identity, bytes: UInt64?, rows: Rows? = nil) {
        (self.identity, self.bytes, self.rows) = (identity, bytes, rows)
    }
}

extension KnownRelation.Identity {
    /// Whether a catalogue that is whole can hold it; one of a hostile cluster says what it likes.
    public var canBe: Bool {
        identifier > 0 && tablespace > 0 && owner != 0 && schema.canBeName && name.canBeName
    }

    /// The first OID of what users make (`FirstNormalObjectId`).
    private static let firstOfUsers: UInt32 = 16_384

    /// Whether somebody made it; the rest came with PostgreSQL.
    public var isOfUsers: Bool { identifier >= Self.firstOfUsers }

    /// Schema and name, as they are shown.
    public var shown: String { "\(schema).\(name)" }
}
