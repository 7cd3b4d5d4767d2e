// SPDX-License-Identifier: Apache-2.0
import AuditModel
import GRDB

/// Pins and, beside them, the state lists that they seal.
enum PinTable {
    /// The newest pin of every object of a backup.
    ///
    /// When it was last good is the newest reading that gave the pinned digest: confirming a pin writes
    /// nothing but that reading.
    static func current(of backup: Int64, _ db: Database) throws -> [ObjectName: Pin] {
        let newest = "p.id = (SELECT max(id) FROM pin WHERE object_id = o.id)"
        var pins: [ObjectName: Pin] = [:]
        try read(of: backup, where: newest, db) { pins[$0] = $1 }
        return pins
    }

    /// The newest pin of each version that is named, however many came after it.
    static func pins(
        of backup: Int64, seenAs versions: [ObjectName: Validators], _ db: Database
    ) throws -> [ObjectName: Pin] {
        var pins: [ObjectName: Pin] = [:]
        try read(of: backup, where: "p.object_id = o.id", db) { name, pin in
            if let version = versions[name], pin.validators.isSameVersion(as: version) { pins[name] = pin }
        }
        return pins
    }

    /// Hands over the pins of a backup that fulfil a condition, the oldest first.
    private static func read(
        of backup: Int64, where condition: String, _ db: Database, _ body: (ObjectName, Pin) -> Void
    ) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT \(Validators.columnNames), o.name, p.sha256, is_attested, since, seal_chunk_size,
                seal_digest, (
                    SELECT f.ended FROM proof f
                    CROSS JOIN reading r ON r.proof_id = f.id AND r.object_id = o.id
                    WHERE f.backup_id = o.backup_id AND r.verdict = 'verified' AND r.sha256 = p.sha256
                    ORDER BY f.id DESC LIMIT 1) AS last_good
                FROM object o
                JOIN pin p ON \(condition)
                WHERE o.backup_id = ? AND p.reason <> 'removed'
                ORDER BY p.id
                """, arguments: [backup])
        while let row = try rows.next() {
            guard let name = row.objectName(at: 6), let pin = Pin(row) else { continue }
            body(name, pin)
        }
    }

    /// Adds pins with their objects' ids; `run` is nil when a person decided it.
    static func add(_ changes: [(PinChange, object: Int64)], run: RunID?, _ db: Database) throws {
        var batch = RowBatch(
            into: "pin",
            columns: """
                object_id, run_id, reason, sha256, is_attested, since, seal_chunk_size, seal_digest,
                \(Validators.columnNames)
                """, db)
        for (change, object) in changes {
            let pin = change.pin
            try batch.add(
                [
                    object, run?.value, column(change.reason), pin.sha256, pin.isAttested, column(pin.since),
                    column(pin.midstates?.chunkSize), pin.midstates?.digest,
                ] + pin.validators.columns)
        }
        try batch.finish()
        for (change, object) in changes { try keepStates(of: change, object: object, db) }
    }

    /// An object that had no pin has no states either, so there are none to take away.
    private static func keepStates(of change: PinChange, object: Int64, _ db: Database) throws {
        if let states = change.midstates {
            try db.cachedStatement(
                sql: "REPLACE INTO midstate (object_id, chunk_size, states) VALUES (?, ?, ?)"
            )
            .execute(arguments: [object, column(states.chunkSize), column(states.states)])
        } else if change.pin.midstates == nil, change.reason != .first {
            try db.cachedStatement(sql: "DELETE FROM midstate WHERE object_id = ?").execute(arguments: [
                object
            ])
        }
    }
}

extension Pin {
    /// Reads a row of `current`, by position: a backup may have thousands, and names are slow to find.
    fileprivate init?(_ row: Row) {
        guard let validators = Validators(row) else { return nil }
        var seal: MidstateSeal?
        if let chunkSize = row[10] as Int64?, let digest = row[11] as String? {
            seal = MidstateSeal(chunkSize: UInt64(clamping: chunkSize), digest: digest)
        }
        self.init(
            sha256: row[7], validators: validators, isAttested: row[8], midstates: seal,
            since: Timestamp(nanoseconds: row[9]),
            lastGood: (row[12] as Int64?).map(Timestamp.init(nanoseconds:)))
    }
}
