// SPDX-License-Identifier: Apache-2.0

/// The relation whose file a finding is about, as a trial restore knew it.
public struct NamedRelation: Sendable, Hashable {
    /// What kind the file is of: a table's TOAST is `toast`, not `table`.
    public var kind: KnownRelation.Kind
    /// Nil for what all databases share.
    public var database: ObjectName?
    /// As the catalogue of that trial had it, such as `pg_toast` for a TOAST table.
    public var schema: ObjectName
    /// Without its schema, such as `orders_pkey`.
    public var name: ObjectName
    /// Schema and name of the table that it belongs to; nil for what belongs to none, or to one that is not known.
    public var table: String?
    /// Whether it is an index of a user's, which can be made anew from its table.
    public var canBeRebuilt: Bool
    /// `main`, `fsm`, `vm` or `init`.
    public var fork: String
    /// The trial that knew it.
    public var trial: TrialID
    /// When that trial was over.
    public var asOf: Timestamp

    /// By a trial's catalogue; nil for a file that it does not know.
    public init?(
        tablespace: UInt32, database: UInt32, fileNode: UInt32, fork: String, in baseline: Baseline,
        of trial: TrialID, asOf: Timestamp
    ) {
        func isItsFile(_ relation: KnownRelation) -> Bool {
            let identity = relation.identity
            return identity.fileNode == fileNode && identity.database == database
                && identity.tablespace == tablespace
        }
        guard let found = baseline.relations.first(where: isItsFile)?.identity else { return nil }
        (kind, schema, name) = (found.kind, found.schema, found.name)
        self.database = baseline.databases[database]
        table = baseline.table(of: found)?.shown
        canBeRebuilt = found.kind == .index && found.isOfUsers && fork == "main"
        (self.fork, self.trial, self.asOf) = (fork, trial, asOf)
    }

    /// Such as `index public.orders_pkey of database shop, as the trial of 2026-11-02T03:00:00Z knew it: after a restore REINDEX makes it anew`.
    public var words: String {
        let remedy = canBeRebuilt ? ": after a restore REINDEX makes it anew" : ""
        let place = database.map { " of database \($0)" } ?? ", shared by all databases"
        return "\(part)\(subject)\(place), as the trial of \(asOf) knew it\(remedy)"
    }

    private var part: String {
        switch fork {
        case "fsm": "free space map of "
        case "vm": "visibility map of "
        case "init": "first state of "
        default: ""
        }
    }

    private var subject: String {
        switch (kind, table) {
        case (.toast, let table?): "TOAST of \(table)"
        case (.index, let table?) where schema == "pg_toast": "index of the TOAST of \(table)"
        case (.toast, nil): "TOAST table \(schema).\(name)"
        default: "\(kind.rawValue) \(schema).\(name)"
        }
    }
}

extension Baseline {
    /// The table that an index or a TOAST table is part of; an index of a TOAST table belongs to that table's table.
    fileprivate func table(of identity: KnownRelation.Identity) -> KnownRelation.Identity? {
        guard let owner = identity.owner else { return nil }
        let found = relations.first {
            $0.identity.database == identity.database && $0.identity.identifier == owner
        }
        guard let found = found?.identity else { return nil }
        return found.kind == .toast ? table(of: found) : found
    }
}
