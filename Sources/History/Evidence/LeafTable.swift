// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests
import Evidence
import GRDB

/// The leaves of the tree: each is hashed in the transaction that writes the rows that it stands for.
struct LeafTable {
    let db: Database
    private let history: String

    init(_ db: Database) throws {
        self.db = db
        history = try String.fetchOne(db.cachedStatement(sql: "SELECT id FROM identity")) ?? ""
    }

    /// Adds a record that was just written, or one of before there was a tree.
    func append(_ kind: LeafKind, _ row: Int64, isWitnessed: Bool = true, cause: String?) throws {
        let frontier = try frontier()
        let facts = try facts(of: kind, row)
        guard let body = try body(of: kind, row, facts) else { throw HistoryError.noSuchRecord(kind, row) }
        let leaf = Leaf(
            frontier.size, kind, row: row, isWitnessed: isWitnessed, cause: cause, body: body)
        let hash = TreeHash.leaf(leaf.bytes(ofHistory: history))
        try db.cachedStatement(
            sql: """
                INSERT INTO leaf (number, kind, row_id, is_witnessed, cause, facts, hash)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            leaf.number, kind.rawValue, row, isWitnessed, cause,
            facts.map { String(decoding: CanonicalJSON.object($0).bytes, as: UTF8.self) }, hash.hex,
        ])
        try keep(frontier.appending(hash))
    }

    /// The frontier as it is kept; one that cannot be is made anew from the leaves.
    func frontier() throws -> TreeFrontier {
        let row = try Row.fetchOne(db.cachedStatement(sql: "SELECT size, peaks FROM tree_frontier"))
        let peaks = (row?["peaks"] as String? ?? "").split(separator: " ").compactMap {
            SHA256Digest(hex: String($0))
        }
        let last =
            try Int.fetchOne(db.cachedStatement(sql: "SELECT max(number) FROM leaf")).map { $0 &+ 1 } ?? 0
        if let kept = TreeFrontier(size: row?["size"] ?? -1, peaks: peaks), kept.size == last { return kept }
        return try hashes().reduce(into: TreeFrontier()) { $0.append($1) }
    }

    /// Of all leaves as they are kept, in order.
    func hashes() throws -> [SHA256Digest] {
        try String.fetchAll(db, sql: "SELECT hash FROM leaf ORDER BY number").compactMap {
            SHA256Digest(hex: $0)
        }
    }

    /// The leaves of a range, or all, as their rows say now; without a document where those are gone.
    func leaves(_ range: Range<Int>? = nil, _ body: (KeptLeaf) throws -> Void) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: "SELECT * FROM leaf WHERE number >= ? AND number <= ? ORDER BY number",
            arguments: [range?.lowerBound ?? 0, range.map { $0.upperBound - 1 } ?? .max])
        while let row = try rows.next() { try body(kept(row)) }
    }

    private func kept(_ row: Row) throws -> KeptLeaf {
        let kind: LeafKind = row.word("kind") ?? .event
        let facts: [String: CanonicalJSON]? = LeafFacts(row["facts"] as String?)?.members
        var leaf = KeptLeaf(
            number: row["number"], kind: kind, row: row["row_id"], hash: row["hash"])
        leaf.hasOtherFacts = try hasOthers(facts ?? [:], kind, leaf.row)
        guard let body = try self.body(of: kind, leaf.row, facts) else { return leaf }
        leaf.document = Leaf(
            leaf.number, kind, row: leaf.row, isWitnessed: row["is_witnessed"], cause: row["cause"],
            body: body
        ).document(ofHistory: history)
        return leaf
    }

    /// Whether there are facts that no leaf of that kind has, or of a record that is there others than its own.
    private func hasOthers(_ facts: [String: CanonicalJSON], _ kind: LeafKind, _ row: Int64) throws -> Bool {
        guard kind == .store else { return !Set(facts.keys).isSubset(of: LeafSource.of(kind).facts) }
        guard let record = try self.facts(of: .store, row) else { return false }
        return record != facts
    }

    private func keep(_ frontier: TreeFrontier) throws {
        try db.cachedStatement(sql: "UPDATE tree_frontier SET size = ?, peaks = ?").execute(
            arguments: [frontier.size, frontier.peaks.map(\.hex).joined(separator: " ")])
    }
}

/// A leaf with the hash that is kept of it.
struct KeptLeaf {
    var number: Int
    var kind: LeafKind
    var row: Int64
    var hash: String
    /// Whether what is kept beside it is something that no such leaf has.
    var hasOtherFacts = false
    /// What its rows say now; nil when they are gone.
    var document: CanonicalJSON?
    /// What is hashed of that.
    var bytes: [UInt8]? { document?.bytes }
}

// MARK: What a leaf says
extension LeafTable {
    private func body(
        of kind: LeafKind, _ row: Int64, _ facts: [String: CanonicalJSON]?
    ) throws -> CanonicalJSON? {
        let source = LeafSource.of(kind)
        guard case .object(var members)? = try objects(source.record, [row]).first else {
            return try kind == .store && isPruned(row, facts) ? facts.map(CanonicalJSON.object) : nil
        }
        if kind == .store { return .object(members) }
        for (name, sql) in source.lists {
            let items = try objects(sql, [row])
            if !items.isEmpty { members[name] = .list(items) }
        }
        for (name, sql) in source.digests where name != LeafSource.readings {
            members[name] = try digest(sql, [row, facts?.lastPin])
        }
        for name in source.facts { members[name] = facts?[name] }
        return .object(members)
    }

    /// What the rows do not say, or not for ever.
    private func facts(of kind: LeafKind, _ row: Int64) throws -> [String: CanonicalJSON]? {
        switch kind {
        case .proof: [LeafSource.readings: try readings(of: row)]
        case .event: [LeafFacts.lastPin: .number(try lastPin())]
        case .store: try objects(LeafSource.of(.store).record, [row]).first?.members
        default: nil
        }
    }

    /// Whether pruning may have taken away what a sweep found of a store: enough later sweeps of it are there.
    private func isPruned(_ row: Int64, _ facts: [String: CanonicalJSON]?) throws -> Bool {
        guard case .text(let store)? = facts?["store"] else { return false }
        let later = try Int.fetchOne(
            db.cachedStatement(sql: "SELECT count(*) FROM sweep_store WHERE name = ? AND id > ?"),
            arguments: [store, row])
        return (later ?? 0) >= PruneRule.usualKept
    }

    /// How many objects a proof has read, and the SHA-256 of the lines that say what each was.
    func readings(of proof: Int64) throws -> CanonicalJSON {
        guard let sql = LeafSource.of(.proof).digests.first(where: { $0.name == LeafSource.readings })?.sql
        else {
            return .object([:])
        }
        return try digest(sql, [proof, nil])
    }

    /// Whether all readings of a proof are there, as they were hashed.
    func hasReadings(of proof: Int64) throws -> Bool {
        let facts = try String.fetchOne(
            db.cachedStatement(sql: "SELECT facts FROM leaf WHERE kind = 'proof' AND row_id = ?"),
            arguments: [proof])
        return try LeafFacts(facts)?.members[LeafSource.readings] == readings(of: proof)
    }

    private func lastPin() throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT ifnull(max(id), 0) FROM pin")) ?? 0
    }

    private func objects(_ sql: String, _ arguments: [Int64?]) throws -> [CanonicalJSON] {
        var objects: [CanonicalJSON] = []
        try each(sql, arguments) { objects.append($0.object($1)) }
        return objects
    }

    private func digest(_ sql: String, _ arguments: [Int64?]) throws -> CanonicalJSON {
        var hash = SHA256()
        var count: Int64 = 0
        var lines: [UInt8] = []
        try each(sql, arguments) { columns, row in
            columns.append(row, to: &lines)
            count += 1
            guard lines.count > 64 << 10 else { return }
            hash.update(lines.span.bytes)
            lines.removeAll(keepingCapacity: true)
        }
        hash.update(lines.span.bytes)
        return ["count": .number(count), "sha256": .text(hash.finalized().hex)]
    }

    private func each(
        _ sql: String, _ arguments: [Int64?], _ body: (LeafColumns, Row) throws -> Void
    ) throws {
        let statement = try db.cachedStatement(sql: sql)
        let wanted = arguments.prefix(statement.sql.contains("?2") ? 2 : 1)
        let rows = try Row.fetchCursor(statement, arguments: StatementArguments(wanted))
        var columns: LeafColumns?
        while let row = try rows.next() {
            let known = columns ?? LeafColumns(row)
            columns = known
            try body(known, row)
        }
    }
}

extension TreeFrontier {
    fileprivate func appending(_ hash: SHA256Digest) -> TreeFrontier {
        var next = self
        next.append(hash)
        return next
    }
}

extension CanonicalJSON {
    fileprivate var members: [String: CanonicalJSON]? {
        guard case .object(let members) = self else { return nil }
        return members
    }
}

extension [String: CanonicalJSON] {
    fileprivate var lastPin: Int64? {
        guard case .number(let pin)? = self[LeafFacts.lastPin] else { return nil }
        return pin
    }
}
