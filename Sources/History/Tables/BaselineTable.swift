// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB

/// What trials saw in the catalogues of one cluster: rows that only grow.
struct BaselineTable {
    /// A database in the column `databases`.
    private struct Entry: Codable {
        var identifier: UInt32
        /// Escaped, as names are in columns.
        var name: String
    }

    private let cluster: Int64
    private let db: Database

    init(cluster systemIdentifier: UInt64, _ db: Database) {
        (cluster, self.db) = (Int64(bitPattern: systemIdentifier), db)
    }

    func add(_ baseline: Baseline, of trial: Int64) throws {
        let numbers = try numbers(of: Set(baseline.relations.map(\.identity)))
        let sizes = baseline.relations.compactMap { relation in
            numbers[relation.identity].map {
                PackedSizes.Entry(number: $0, bytes: relation.bytes, rows: relation.rows)
            }
        }
        let databases = baseline.databases.sorted { $0.key < $1.key }.map {
            Entry(identifier: $0.key, name: column($0.value))
        }
        try db.execute(
            sql: """
                INSERT INTO trial_baseline (trial_id, system_identifier, timeline, position, moment, databases,
                    found, sizes)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                trial, cluster, baseline.end.timeline, column(baseline.end.position), column(baseline.moment),
                try json(databases), baseline.found, column(PackedSizes.pack(sizes)),
            ])
    }

    /// Nil where the trial has none, or a newer program wrote it.
    static func baseline(of trial: Int64, _ db: Database) throws -> Baseline? {
        let row = try Row.fetchOne(
            db, sql: "SELECT * FROM trial_baseline WHERE trial_id = ?", arguments: [trial])
        guard let row, let sizes = row.blob("sizes").flatMap(PackedSizes.unpack) else { return nil }
        let databases: [Entry] = row.list("databases")
        let identities = try identities(
            numbered: sizes.map(\.number), ofCluster: row["system_identifier"], db)
        let relations = sizes.compactMap { size in
            identities[size.number].map { KnownRelation($0, bytes: size.bytes, rows: size.rows) }
        }
        let names = databases.map { ($0.identifier, ObjectName(column: $0.name) ?? "") }
        return Baseline(
            databases: Dictionary(names) { first, _ in first }, relations: relations, found: row["found"],
            end: ClusterPosition(row), moment: row.time("moment"))
    }

    private static func identities(
        numbered numbers: [Int64], ofCluster cluster: Int64, _ db: Database
    ) throws -> [Int64: KnownRelation.Identity] {
        guard let first = numbers.first, let last = numbers.last else { return [:] }
        let wanted = Set(numbers)
        let rows = try Row.fetchCursor(
            db, sql: "SELECT * FROM trial_relation WHERE id BETWEEN ? AND ? AND system_identifier = ?",
            arguments: [first, last, cluster])
        var identities: [Int64: KnownRelation.Identity] = [:]
        while let row = try rows.next() {
            let number: Int64 = row["id"]
            if wanted.contains(number) { identities[number] = KnownRelation.Identity(row) }
        }
        return identities
    }

    /// The numbers of relations, which those get that are new.
    private func numbers(
        of identities: Set<KnownRelation.Identity>
    ) throws -> [KnownRelation.Identity: Int64] {
        var numbers: [KnownRelation.Identity: Int64] = [:]
        for database in Set(identities.map(\.database)) {
            let rows = try Row.fetchCursor(
                db, sql: "SELECT * FROM trial_relation WHERE system_identifier = ? AND database = ?",
                arguments: [cluster, database])
            while let row = try rows.next() {
                guard let known = KnownRelation.Identity(row), identities.contains(known) else { continue }
                numbers[known] = row["id"]
            }
        }
        let new = identities.filter { numbers[$0] == nil }
            .sorted { ($0.database, $0.identifier) < ($1.database, $1.identifier) }
        for identity in new { numbers[identity] = try insert(identity) }
        return numbers
    }

    private func insert(_ identity: KnownRelation.Identity) throws -> Int64 {
        try db.cachedStatement(
            sql: """
                INSERT INTO trial_relation (system_identifier, database, identifier, schema, name, kind, owner,
                    tablespace, file_node)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            cluster, identity.database, identity.identifier, column(identity.schema), column(identity.name),
            column(identity.kind), identity.owner, identity.tablespace, identity.fileNode,
        ])
        return db.lastInsertedRowID
    }
}

extension KnownRelation.Identity {
    /// Nil for a kind that only a newer program knows.
    fileprivate init?(_ row: Row) {
        guard let kind: KnownRelation.Kind = row.word("kind"), let schema = row.objectName("schema"),
            let name = row.objectName("name")
        else { return nil }
        self.init(
            database: row["database"], identifier: row["identifier"], schema: schema, name: name, kind: kind,
            owner: row["owner"], tablespace: row["tablespace"], fileNode: row["file_node"])
    }
}

extension ClusterPosition {
    init(_ row: Row) { self.init(timeline: row["timeline"], position: row.bytes("position") ?? 0) }
}
