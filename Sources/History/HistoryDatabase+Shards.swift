// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import GRDB

/// What one machine has contributed to a shared sweep, as the history keeps it.
public struct MergedBundle: Sendable, Equatable {
    /// Of the plan that it did a part of, and its own; both were made by chance.
    public var plan, id: String
    /// From 0, of so many.
    public var shard, shards: Int
    /// The work, by its places in the plan, of which it has not done its part.
    public var unfinished: Set<Int>

    public init(plan: String, id: String, shard: Int, shards: Int, unfinished: Set<Int>) {
        (self.plan, self.id, self.shard, self.shards) = (plan, id, shard, shards)
        self.unfinished = unfinished
    }
}

/// A step towards the proof of one object.
public struct ProvenStep: Sendable, Equatable {
    public var step: ProgressStep
    public var object: ObjectName
    public var place: BackupPlace

    public init(_ step: ProgressStep, of object: ObjectName, in place: BackupPlace) {
        (self.step, self.object, self.place) = (step, object, place)
    }
}

extension HistoryDatabase {
    /// Which history this is: 32 lower-case hex digits, made by chance with the history.
    public func identity() throws -> String {
        try read { db in try String.fetchOne(db, sql: "SELECT id FROM identity") ?? "" }
    }

    /// Keeps what a bundle has proven, as if a run of this history had and were interrupted; false when it is here already.
    ///
    /// Steps are in the order in which they were made.
    public func fold(_ bundle: MergedBundle, _ steps: [ProvenStep]) throws -> Bool {
        try write { db in
            try db.execute(
                sql: """
                    INSERT INTO merged_bundle (plan_id, bundle_id, shard, shards, unfinished, at)
                    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                    """,
                arguments: [
                    bundle.plan, bundle.id, bundle.shard, bundle.shards, try json(bundle.unfinished.sorted()),
                    column(clock.now),
                ])
            guard db.changesCount == 1 else { return false }
            for step in steps {
                let backup = try db.backupID(making: step.place)
                try ProgressTable.keep(step.step, object: db.objectID(of: step.object, in: backup), db)
            }
            return true
        }
    }

    /// What was folded in of a plan, the oldest first.
    public func mergedBundles(of plan: String) throws -> [MergedBundle] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM merged_bundle WHERE plan_id = ? ORDER BY id", arguments: [plan]
            ).map { row in
                MergedBundle(
                    plan: row["plan_id"], id: row["bundle_id"], shard: row["shard"], shards: row["shards"],
                    unfinished: Set(row.list("unfinished")))
            }
        }
    }

    /// The work of a plan, by its places in it, that has its verdict.
    public func concludedWork(of plan: String) throws -> Set<Int> {
        try read { db in
            try Int.fetchSet(
                db, sql: "SELECT work FROM concluded_work WHERE plan_id = ?", arguments: [plan])
        }
    }

    /// The same as `record`, and in the same transaction: with it a work of a plan has its verdict.
    public func record(
        _ outcome: BackupOutcome, in run: RunID, concluding work: Int, of plan: String
    ) throws {
        try write { db in
            var recording = try Recording(outcome, in: run, db)
            try recording.write()
            try db.execute(
                sql: """
                    INSERT INTO concluded_work (plan_id, work, run_id) VALUES (?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """,
                arguments: [plan, work, run.value])
        }
    }
}
