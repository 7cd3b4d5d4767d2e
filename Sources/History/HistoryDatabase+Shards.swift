// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Evidence
import GRDB

/// What one machine has contributed to a shared sweep, as the history keeps it.
public struct MergedBundle: Sendable, Equatable {
    /// Of the plan that it did a part of, and its own; both were made by chance.
    public var plan, id: String
    /// From 0, of so many.
    public var shard, shards: Int
    /// The work, by its places in the plan, of which it has not done its part.
    public var unfinished: Set<Int>
    /// What it has read and not found sound.
    public var doubtful: Set<DoubtfulObject>

    /// `shard` is from 0 and below `shards`; nothing is doubtful unless it is told.
    public init(
        plan: String, id: String, shard: Int, shards: Int, unfinished: Set<Int>,
        doubtful: Set<DoubtfulObject> = []
    ) {
        (self.plan, self.id, self.shard, self.shards) = (plan, id, shard, shards)
        (self.unfinished, self.doubtful) = (unfinished, doubtful)
    }
}

/// An object that a machine has read and not found sound: what anybody had proven of it counts no more.
public struct DoubtfulObject: Sendable, Hashable, Codable, Comparable {
    /// The URL of its backup.
    public var url: String
    /// Relative to the folder of the backup.
    public var object: ObjectName

    /// `url` is that of the backup, `object` relative to its folder.
    public init(_ object: ObjectName, at url: String) { (self.object, self.url) = (object, url) }

    /// By backup, then by object.
    public static func < (left: DoubtfulObject, right: DoubtfulObject) -> Bool {
        (left.url, left.object) < (right.url, right.object)
    }
}

/// A step towards the proof of one object.
public struct ProvenStep: Sendable, Equatable {
    /// What is added to the object's progress.
    public var step: ProgressStep
    /// Relative to the folder of the backup.
    public var object: ObjectName
    /// The backup that the object is part of.
    public var place: BackupPlace

    /// `object` is relative to the folder of the backup in `place`.
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
    /// Steps are in the order in which they were made. Only what was read of a backup for the plan counts: not what an
    /// earlier run had left, nothing where the backup was judged here since the plan was `made`, and nothing of an object that
    /// any bundle of the plan doubts.
    public func fold(_ bundle: MergedBundle, _ steps: [ProvenStep], after made: Timestamp) throws -> Bool {
        try write { db in
            try db.execute(
                sql: """
                    INSERT INTO merged_bundle (plan_id, bundle_id, shard, shards, unfinished, doubtful, at)
                    VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                    """,
                arguments: [
                    bundle.plan, bundle.id, bundle.shard, bundle.shards, try json(bundle.unfinished.sorted()),
                    try json(bundle.doubtful.sorted()), column(clock.now),
                ])
            guard db.changesCount == 1 else { return false }
            var folding = try Folding(
                of: bundle.plan, made: made, ProgressTable(db, key: signingKey))
            for step in steps { try folding.keep(step) }
            try folding.forgetDoubtful()
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
                    unfinished: Set(row.list("unfinished")), doubtful: Set(row.list("doubtful")))
            }
        }
    }

    /// The work of a plan, by its places in it, that has its verdict: one that is not inconclusive, of a proof that is in the tree and came
    /// after the plan was `made`.
    public func concludedWork(of plan: String, after made: Timestamp) throws -> Set<Int> {
        try read { db in
            try Int.fetchSet(
                db,
                sql: """
                    SELECT work FROM concluded_work c WHERE plan_id = ? AND EXISTS (
                        SELECT 1 FROM proof p JOIN leaf l ON l.kind = 'proof' AND l.row_id = p.id
                        WHERE p.run_id = c.run_id AND p.verdict <> 'inconclusive' AND p.ended >= ?)
                    """, arguments: [plan, column(made)])
        }
    }

    /// The same as `record`, and in the same transaction: with it a work of a plan has its verdict.
    ///
    /// One that is inconclusive is none: the work is done again.
    public func record(
        _ outcome: BackupOutcome, in run: RunID, concluding work: Int, of plan: String
    ) throws {
        try write { db in
            var recording = try Recording(outcome, in: run, db)
            try addLeaf(.proof, recording.write(), db)
            guard outcome.report.verdict != .inconclusive else { return }
            try db.execute(
                sql: """
                    INSERT INTO concluded_work (plan_id, work, run_id) VALUES (?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """,
                arguments: [plan, work, run.value])
        }
    }
}

/// The transaction in which the steps of one bundle enter the history.
private struct Folding {
    private let made: Timestamp
    private let progress: ProgressTable
    private var db: Database { progress.db }
    /// By the URL of the backup.
    private let doubtful: [String: Set<ObjectName>]
    private var backups: [BackupPlace: Backup] = [:]
    private var begun: Set<Int64> = []

    private struct Backup {
        var id: Int64
        var isJudged: Bool
    }

    init(of plan: String, made: Timestamp, _ progress: ProgressTable) throws {
        (self.made, self.progress) = (made, progress)
        let rows = try Row.fetchAll(
            progress.db, sql: "SELECT doubtful FROM merged_bundle WHERE plan_id = ?", arguments: [plan])
        let all: [DoubtfulObject] = rows.flatMap { $0.list("doubtful") }
        doubtful = Dictionary(grouping: all, by: \.url).mapValues { Set($0.map(\.object)) }
    }

    mutating func keep(_ step: ProvenStep) throws {
        let backup = try backup(step.place)
        guard !backup.isJudged else { return }
        let object = try db.objectID(of: step.object, in: backup.id)
        if begun.insert(object).inserted { try forget(object, before: made) }
        try progress.keep(step.step, object: object)
    }

    func forgetDoubtful() throws {
        for (url, objects) in doubtful {
            guard
                let backup = try Int64.fetchOne(
                    db, sql: "SELECT id FROM backup WHERE url = ?", arguments: [url])
            else { continue }
            for name in objects { try forget(db.objectID(of: name, in: backup), before: nil) }
        }
    }

    /// Progress that began before `time`, or any.
    private func forget(_ object: Int64, before time: Timestamp?) throws {
        try db.execute(
            sql: "DELETE FROM progress WHERE object_id = ? AND since < ifnull(?, since + 1)",
            arguments: [object, column(time)])
    }

    private mutating func backup(_ place: BackupPlace) throws -> Backup {
        if let known = backups[place] { return known }
        let id = try db.backupID(making: place)
        let isJudged =
            try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS (
                        SELECT 1 FROM proof
                        WHERE backup_id = ? AND ended >= ? AND verdict <> 'inconclusive')
                    """,
                arguments: [id, column(made)]) ?? false
        let backup = Backup(id: id, isJudged: isJudged)
        backups[place] = backup
        return backup
    }
}
