// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB

/// How far interrupted readings came: one row per object, and under it a row for each step.
enum ProgressTable {
    /// Adds a step to what is kept of an object, or replaces that when the step does not continue it.
    static func keep(_ step: ProgressStep, object: Int64, _ db: Database) throws {
        let kept = try Kept(object: object, db)
        if let kept, try kept.add(step, db) { return }
        try db.cachedStatement(sql: "DELETE FROM progress WHERE object_id = ?").execute(arguments: [object])
        // States after a gap prove nothing, so such a step leaves nothing behind.
        guard step.isFirst else { return }
        try start(with: step, object: object, db)
    }

    static func forget(backup: Int64, except kept: Set<Int64>, _ db: Database) throws {
        let progress =
            "SELECT p.object_id FROM progress p JOIN object o ON o.id = p.object_id WHERE o.backup_id = ?"
        for object in try Int64.fetchAll(db, sql: progress, arguments: [backup]) where !kept.contains(object)
        {
            try db.execute(sql: "DELETE FROM progress WHERE object_id = ?", arguments: [object])
        }
    }

    /// What is kept of every object of a backup.
    static func kept(of backup: Int64, _ db: Database) throws -> [ObjectName: ObjectProgress] {
        let states = try states(of: backup, db)
        let chunks = try chunks(of: backup, db)
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT \(Validators.columnNames), o.name, p.*
                FROM object o JOIN progress p ON p.object_id = o.id
                WHERE o.backup_id = ?
                """, arguments: [backup])
        var result: [ObjectName: ObjectProgress] = [:]
        for row in rows {
            guard let name = row.objectName("name"), let validators = Validators(row) else { continue }
            let id: Int64 = row["id"]
            let extent = ObjectProgress.Extent(row, states: states[id] ?? [], chunks: chunks[id] ?? [])
            result[name] = ObjectProgress(extent, validators: validators, since: row.time("since"))
        }
        return result
    }

    private static func start(with step: ProgressStep, object: Int64, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO progress (object_id, chunk_size, pin_sha256, sha256, manifest_digest, since,
                    \(Validators.columnNames))
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: StatementArguments(
                [
                    object, column(step.chunkSize), step.pin, step.sha256, column(step.manifestDigest),
                    column(step.time),
                ]
                    + step.validators.columns))
        try Kept.addRows(of: step, to: db.lastInsertedRowID, db)
    }

    private static func states(of backup: Int64, _ db: Database) throws -> [Int64: [UInt8]] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT s.progress_id, s.states FROM object o JOIN progress p ON p.object_id = o.id
                JOIN progress_states s ON s.progress_id = p.id WHERE o.backup_id = ?
                ORDER BY s.progress_id, s.first
                """, arguments: [backup])
        var result: [Int64: [UInt8]] = [:]
        while let row = try rows.next() {
            result[row["progress_id"], default: []] += row.blob("states") ?? []
        }
        return result
    }

    private static func chunks(of backup: Int64, _ db: Database) throws -> [Int64: [Range<Int>]] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT c.* FROM object o JOIN progress p ON p.object_id = o.id
                JOIN progress_chunks c ON c.progress_id = p.id WHERE o.backup_id = ?
                ORDER BY c.progress_id, c.first, c.past_last
                """, arguments: [backup])
        var result: [Int64: [Range<Int>]] = [:]
        while let row = try rows.next() {
            let (first, pastLast): (Int, Int) = (row["first"], row["past_last"])
            guard first < pastLast else { continue }
            result[row["progress_id"], default: []].merge(first..<pastLast)
        }
        return result
    }
}

/// The progress of one object as the database holds it.
private struct Kept {
    private let id: Int64
    private let chunkSize: UInt64?
    private let pin: String?
    private let sha256: String?
    private let validators: Validators
    private let stateCount: Int
    private let since: Int64

    init?(object: Int64, _ db: Database) throws {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT \(Validators.columnNames), p.*, (
                        SELECT first + length(states) / 32 FROM progress_states
                        WHERE progress_id = p.id ORDER BY first DESC LIMIT 1) AS state_count
                    FROM progress p WHERE object_id = ?
                    """), arguments: [object])
        guard let row, let validators = Validators(row) else { return nil }
        (id, chunkSize, pin, sha256) = (row["id"], row.bytes("chunk_size"), row["pin_sha256"], row["sha256"])
        (self.validators, stateCount, since) = (validators, row["state_count"] ?? 0, row["since"])
    }

    /// Adds the step if it continues what is here.
    func add(_ step: ProgressStep, _ db: Database) throws -> Bool {
        guard sha256 == nil, validators.isSameVersion(as: step.validators), pin == step.pin else {
            return false
        }
        switch step {
        case .read(_, let from, let chunkSize, _, _):
            guard chunkSize == self.chunkSize, from == stateCount else { return false }
        case .proven(_, let chunkSize, _, _, _):
            guard chunkSize == self.chunkSize else { return false }
        case .complete(let sha256, let manifest, _, _):
            try db.execute(
                sql: "UPDATE progress SET sha256 = ?, manifest_digest = ? WHERE id = ?",
                arguments: [sha256, column(manifest), id])
        }
        // What several machines have read comes in any order.
        if let time = column(step.time), time < since {
            try db.execute(sql: "UPDATE progress SET since = ? WHERE id = ?", arguments: [time, id])
        }
        try Self.addRows(of: step, to: id, db)
        return true
    }

    static func addRows(of step: ProgressStep, to progress: Int64, _ db: Database) throws {
        switch step {
        case .read(let states, let from, _, _, _) where !states.isEmpty:
            try db.cachedStatement(
                sql: "INSERT INTO progress_states (progress_id, first, states) VALUES (?, ?, ?)"
            )
            .execute(arguments: [progress, from, column(states)])
        case .proven(let chunks, _, _, _, _) where !chunks.isEmpty:
            try db.cachedStatement(
                sql: "INSERT OR IGNORE INTO progress_chunks (progress_id, first, past_last) VALUES (?, ?, ?)"
            ).execute(arguments: [progress, chunks.lowerBound, chunks.upperBound])
        case .read, .proven, .complete: break
        }
    }
}

extension ProgressStep {
    fileprivate var validators: Validators {
        switch self {
        case .read(_, _, _, let validators, _), .proven(_, _, _, let validators, _),
            .complete(_, _, let validators, _):
            validators
        }
    }

    fileprivate var time: Timestamp {
        switch self {
        case .read(_, _, _, _, let time), .proven(_, _, _, _, let time), .complete(_, _, _, let time): time
        }
    }

    fileprivate var chunkSize: UInt64? {
        switch self {
        case .read(_, _, let chunkSize, _, _), .proven(_, let chunkSize, _, _, _): chunkSize
        case .complete: nil
        }
    }

    fileprivate var pin: String? {
        if case .proven(_, _, let pin, _, _) = self { pin } else { nil }
    }

    fileprivate var sha256: String? {
        if case .complete(let sha256, _, _, _) = self { sha256 } else { nil }
    }

    fileprivate var manifestDigest: ManifestDigest? {
        if case .complete(_, let digest, _, _) = self { digest } else { nil }
    }

    /// Whether progress can begin with this step.
    fileprivate var isFirst: Bool {
        if case .read(_, let from, _, _, _) = self { from == 0 } else { true }
    }
}

extension ObjectProgress.Extent {
    /// A complete reading whose states were not taken has a chunk size of 0.
    fileprivate init(_ row: Row, states: [UInt8], chunks: [Range<Int>]) {
        let chunkSize = row.bytes("chunk_size") ?? 0
        if let sha256 = row["sha256"] as String? {
            self = .complete(
                sha256: sha256, Midstates(chunkSize: chunkSize, states: states),
                manifestDigest: (row["manifest_digest"] as String?).map(ManifestDigest.init))
        } else if let pin = row["pin_sha256"] as String? {
            self = .proven(chunks: chunks, chunkSize: chunkSize, pin: pin)
        } else {
            self = .read(Midstates(chunkSize: chunkSize, states: states))
        }
    }
}

extension [Range<Int>] {
    /// Adds a range that starts no earlier than the last one, joined with it where they touch.
    fileprivate mutating func merge(_ range: Range<Int>) {
        guard let last, range.lowerBound <= last.upperBound else { return append(range) }
        self[count - 1] = last.lowerBound..<Swift.max(last.upperBound, range.upperBound)
    }
}
