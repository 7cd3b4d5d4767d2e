// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Evidence
import GRDB

/// How far interrupted readings came: one row per object, and under it a row for each step.
///
/// Each row has a code of the key that signs: what somebody else has put there is not there.
struct ProgressTable {
    let db: Database
    /// Nil for who has none: that writes rows without a code, and takes no others.
    let key: SigningKey?

    init(_ db: Database, key: SigningKey?) { (self.db, self.key) = (db, key) }

    /// Adds a step to what is kept of an object, or replaces that when the step does not continue it.
    func keep(_ step: ProgressStep, object: Int64) throws {
        if let kept = try row(of: object).flatMap({ KeptProgress($0, key) }), let known = kept.adding(step) {
            try update(known)
            return try add(step, to: known)
        }
        try db.cachedStatement(sql: "DELETE FROM progress WHERE object_id = ?").execute(arguments: [object])
        // States after a gap prove nothing, so such a step leaves nothing behind.
        guard step.isFirst else { return }
        try start(with: step, object: object)
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
    func kept(of backup: Int64) throws -> [ObjectName: ObjectProgress] {
        let rows = try Row.fetchAll(db, sql: "\(Self.rows) WHERE o.backup_id = ?", arguments: [backup])
        var result: [ObjectName: ObjectProgress] = [:]
        for row in rows {
            guard let name = row.objectName("name"), let kept = KeptProgress(row, key),
                let states = try states(of: kept)
            else { continue }
            let extent = ObjectProgress.Extent(kept, states: states, chunks: try chunks(of: kept))
            result[name] = ObjectProgress(
                extent, validators: kept.validators, since: Timestamp(nanoseconds: kept.since))
        }
        return result
    }

    /// With the newest proof that came to a verdict on the object: what was kept before that is over, also where somebody puts it back.
    private static let rows = """
        SELECT \(Validators.columnNames), p.*, b.url, o.name,
            ifnull((SELECT f.id FROM proof f JOIN reading r ON r.proof_id = f.id AND r.object_id = o.id
                WHERE f.backup_id = o.backup_id AND r.verdict <> 'inconclusive' ORDER BY f.id DESC LIMIT 1), 0) AS proof,
            (SELECT first + length(states) / 32 FROM progress_states
                WHERE progress_id = p.id ORDER BY first DESC LIMIT 1) AS state_count
        FROM object o JOIN backup b ON b.id = o.backup_id JOIN progress p ON p.object_id = o.id
        """

    private func row(of object: Int64) throws -> Row? {
        try Row.fetchOne(db.cachedStatement(sql: "\(Self.rows) WHERE o.id = ?"), arguments: [object])
    }

    private func start(with step: ProgressStep, object: Int64) throws {
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
        guard let new = try row(of: object).flatMap({ KeptProgress(unchecked: $0, key) }) else { return }
        try update(new)
        try add(step, to: new)
    }

    private func update(_ kept: KeptProgress) throws {
        try db.cachedStatement(
            sql: "UPDATE progress SET since = ?, sha256 = ?, manifest_digest = ?, code = ? WHERE id = ?"
        ).execute(arguments: [
            kept.since, kept.sha256, kept.manifestDigest, kept.code().map(column), kept.id,
        ])
    }

    private func add(_ step: ProgressStep, to kept: KeptProgress) throws {
        switch step {
        case .read(let states, let from, _, _, _) where !states.isEmpty:
            try db.cachedStatement(
                sql: "INSERT INTO progress_states (progress_id, first, states, code) VALUES (?, ?, ?, ?)"
            )
            .execute(arguments: [
                kept.id, from, column(states), kept.code(ofStates: states, from: Int64(from)).map(column),
            ])
        case .proven(let chunks, _, _, _, _) where !chunks.isEmpty:
            try db.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO progress_chunks (progress_id, first, past_last, code) VALUES (?, ?, ?, ?)
                    """
            ).execute(arguments: [
                kept.id, chunks.lowerBound, chunks.upperBound, kept.code(ofChunks: chunks).map(column),
            ])
        case .read, .proven, .complete: break
        }
    }

    /// Nil where one is not by this key: what follows it goes on from that.
    private func states(of kept: KeptProgress) throws -> [UInt8]? {
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: "SELECT first, states, code FROM progress_states WHERE progress_id = ? ORDER BY first"),
            arguments: [kept.id])
        var result: [UInt8] = []
        while let row = try rows.next() {
            let states = row.blob("states") ?? []
            guard kept.isOwn(row.blob("code"), kept.code(ofStates: states, from: row["first"])) else {
                return nil
            }
            result += states
        }
        return result
    }

    /// Those that are by this key.
    private func chunks(of kept: KeptProgress) throws -> [Range<Int>] {
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT first, past_last, code FROM progress_chunks WHERE progress_id = ? ORDER BY first, past_last
                    """), arguments: [kept.id])
        var result: [Range<Int>] = []
        while let row = try rows.next() {
            let (first, pastLast): (Int, Int) = (row["first"], row["past_last"])
            guard first < pastLast, kept.isOwn(row.blob("code"), kept.code(ofChunks: first..<pastLast)) else {
                continue
            }
            result.merge(first..<pastLast)
        }
        return result
    }
}

extension ObjectProgress.Extent {
    /// A complete reading whose states were not taken has a chunk size of 0.
    fileprivate init(_ kept: KeptProgress, states: [UInt8], chunks: [Range<Int>]) {
        let chunkSize = kept.chunkSize ?? 0
        if let sha256 = kept.sha256 {
            self = .complete(
                sha256: sha256, Midstates(chunkSize: chunkSize, states: states),
                manifestDigest: kept.manifestDigest.map(ManifestDigest.init))
        } else if let pin = kept.pin {
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
