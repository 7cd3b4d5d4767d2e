// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// What became of a cluster's tables between two baselines of it.
///
/// A table is the same by its OID, or else by its name: people replace tables by new ones of the same name. Only what users
/// made counts, and large objects, which PostgreSQL keeps in a catalogue.
struct BaselineComparison {
    /// A table with other rows than before.
    struct Change: Equatable {
        /// Schema and name, as they are now.
        var table: String
        var before: UInt64
        var now: UInt64
    }

    /// What it came to in one database.
    struct Changes: Equatable {
        var database: ObjectName
        /// How many tables are in both.
        var compared = 0
        var emptied: [Change] = []
        var shrunk: [Change] = []
        /// Schemas and names.
        var gone: [String] = []
    }

    let before: Baseline
    let now: Baseline
    /// The part of its rows that a table may lose, from 0 to 1.
    var mayShrink = 0.5

    /// A table with fewer rows comes and goes.
    static let fewestRows: UInt64 = 100

    /// By database, in the order of their names; those that are gone are not among them.
    var changes: [Changes] {
        before.databases.compactMap { identifier, name in
            counterpart(identifier, name).map { changes(from: identifier, to: $0) }
        }.sorted { $0.database < $1.database }
    }

    /// By their names then.
    var goneDatabases: [ObjectName] {
        before.databases.filter { counterpart($0.key, $0.value) == nil }.values.sorted()
    }

    private func counterpart(_ identifier: UInt32, _ name: ObjectName) -> UInt32? {
        now.databases[identifier] != nil ? identifier : now.databases.first { $0.value == name }?.key
    }

    private func changes(from old: UInt32, to new: UInt32) -> Changes {
        let tables = TableIndex(now, database: new)
        var changes = Changes(database: now.databases[new] ?? ObjectName(""))
        for relation in before.relations where relation.identity.database == old && relation.holdsRowsOfUsers
        {
            guard let found = tables.find(relation.identity) else {
                // What was not kept is not gone.
                if now.isWhole { changes.gone.append(relation.identity.shown) }
                continue
            }
            changes.compared += 1
            guard let before = relation.knownRows, before >= Self.fewestRows, let now = found.surelyKnownRows
            else { continue }
            let change = Change(table: found.identity.shown, before: before, now: now)
            if now == 0 {
                changes.emptied.append(change)
            } else if relation.isCounted, Double(now) < Double(before) * (1 - mayShrink) {
                changes.shrunk.append(change)
            }
        }
        return changes
    }
}

/// The tables of one database, by OID and by name.
private struct TableIndex {
    private struct Name: Hashable {
        var schema, name: ObjectName
    }

    private var byIdentifier: [UInt32: KnownRelation] = [:]
    private var byName: [Name: KnownRelation] = [:]

    init(_ baseline: Baseline, database: UInt32) {
        for relation in baseline.relations
        where relation.identity.database == database && relation.holdsRowsOfUsers {
            byIdentifier[relation.identity.identifier] = relation
            byName[Name(schema: relation.identity.schema, name: relation.identity.name)] = relation
        }
    }

    func find(_ identity: KnownRelation.Identity) -> KnownRelation? {
        byIdentifier[identity.identifier] ?? byName[Name(schema: identity.schema, name: identity.name)]
    }
}

extension KnownRelation {
    /// `pg_largeobject`.
    private static let largeObjects: UInt32 = 2613

    var holdsRowsOfUsers: Bool {
        guard identity.kind == .table || identity.kind == .materialisedView else { return false }
        return identity.isOfUsers || identity.identifier == Self.largeObjects
    }

    var isCounted: Bool { if case .counted = rows { true } else { false } }

    fileprivate var knownRows: UInt64? {
        switch rows {
        case .counted(let count): count
        // What is not logged is empty after recovery; the estimate stays.
        case .estimated(let count): bytes == 0 ? 0 : count
        case nil: nil
        }
    }

    /// An estimate is no reason to say that something is missing; a file without a byte is.
    fileprivate var surelyKnownRows: UInt64? {
        if case .counted(let count) = rows { return count }
        return bytes == 0 ? 0 : nil
    }
}
