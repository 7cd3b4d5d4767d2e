// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Digests
import Evidence
import GRDB
import TestKit
import Testing

@testable import History

/// What somebody without the key adds, takes away or puts back.
@Suite struct ForgeryTests {
    private let scratch: Scratch
    private let clock = TestClock()
    private let history: HistoryDatabase
    private let key: SigningKey

    init() throws {
        scratch = try Scratch()
        history = try scratch.open(clock: clock)
        let seed = try #require(Ed25519.PrivateKey(seed: [UInt8](repeating: 1, count: 32)))
        key = try #require(SigningKey(name: try history.origin(), seed))
        try history.use(Witness(key: key))
        try history.verify()
    }

    private func slot(_ second: Int64) -> GivenUpSlot {
        GivenUpSlot(
            schedule: "s", slot: Timestamp(seconds: second), reason: .missed, at: Timestamp(seconds: second))
    }

    @Test func `each change signs the tree as it leaves it`() throws {
        #expect(try history.audit().signed == history.audit().size)
        try history.giveUp(slot(1))
        let run = try history.begin(start(.checksummed))
        try history.verify()
        #expect(try history.audit().signed == history.audit().size)
        #expect(try history.audit().faults.isEmpty)
        try history.end(run, exitStatus: 0, verdict: nil)
        #expect(try history.audit().notes.isEmpty)
    }

    @Test func `leaves that were added without the key stay named when the next run signs`() throws {
        let size = try history.audit().size
        let other = try HistoryDatabase(at: scratch.path, clock: clock.wall)
        try other.giveUp(slot(1))
        try other.giveUp(slot(2))
        let fault = EvidenceFault.unsignedLeaves(size..<size + 2)
        #expect(try history.audit().faults == [fault])
        try history.giveUp(slot(3))
        try history.verify()
        #expect(try history.audit().faults == [fault])
        #expect(fault.message.contains("leaves \(size) to \(size + 1) are signed by nobody"))
    }

    @Test func `leaves of before there was a key are a note`() throws {
        let scratch = try Scratch()
        let history = try scratch.open()
        try history.verify()
        let seed = try #require(Ed25519.PrivateKey(seed: [UInt8](repeating: 2, count: 32)))
        let key = try #require(SigningKey(name: try history.origin(), seed))
        try history.use(Witness(key: key))
        let audit = try history.audit()
        #expect(audit.faults.isEmpty && audit.notes.count == 1)
    }

    @Test func `leaves of an older program that had not signed them are a note`() throws {
        // As that one leaves them after a kill: a checkpoint of its form, and leaves behind it.
        let size = try history.audit().size
        let old = Checkpoint(
            origin: try history.origin(), size: size, root: try history.audit().root, made: clock.now)
        try history.giveUp(slot(1))
        try history.rewrite(
            """
            DELETE FROM checkpoint;
            UPDATE sqlite_sequence SET seq = 1 WHERE name = 'checkpoint';
            INSERT INTO checkpoint VALUES (1, \(size), '\(SignedNote(old.text, by: [key]))', 1);
            UPDATE tree_frontier SET note = NULL, upgraded = size
            """)
        for _ in 0..<2 {
            let audit = try history.audit()
            #expect(audit.faults.isEmpty && audit.notes.count == 1, "\(audit)")
            #expect(audit.notes.first?.hasPrefix("leaves \(size) to \(size) are of an older program") == true)
            try history.giveUp(slot(2))
        }
        try history.rewrite("UPDATE tree_frontier SET upgraded = upgraded + 1")
        #expect(try !history.audit().faults.isEmpty)
    }

    @Test func `leaves that were cut off are missed when others have come since`() throws {
        try history.giveUp(slot(1))
        try history.giveUp(slot(2))
        try history.rewrite(
            """
            DELETE FROM given_up_slot WHERE id = 2;
            UPDATE sqlite_sequence SET seq = 1 WHERE name = 'given_up_slot';
            DELETE FROM leaf WHERE number = (SELECT max(number) FROM leaf)
            """)
        let head = try history.pool.read { try String.fetchOne($0, sql: "SELECT note FROM tree_frontier") }
        try history.rewrite(
            """
            DELETE FROM checkpoint WHERE id = (SELECT max(id) FROM checkpoint);
            UPDATE sqlite_sequence SET seq = (SELECT max(id) FROM checkpoint) WHERE name = 'checkpoint'
            """)
        for second: Int64 in 3..<9 { try history.giveUp(slot(second)) }
        let kept = try history.pool.read { try String.fetchAll($0, sql: "SELECT note FROM checkpoint") }
        #expect(head.map(kept.contains) == true)
        #expect(
            try history.audit().faults.contains {
                if case .wrongCheckpoint(_, .otherRoot) = $0 { true } else { false }
            })
    }

    @Test(arguments: ["trial", "restore", "sweep"])
    func `what was killed and has no leaf is missed, too`(_ what: String) throws {
        switch what {
        case "trial": _ = try history.begin(trialStart(place, at: clock.now))
        case "sweep":
            _ = try history.begin(
                SweepStart(stores: ["shop"], seed: 1, started: clock.now, toolVersion: "1.0"))
        default:
            _ = try history.begin(restoreStart(place, at: clock.now))
        }
        #expect(try history.audit().faults.isEmpty)
        try history.rewrite(
            """
            DELETE FROM \(what);
            UPDATE sqlite_sequence SET seq = 0 WHERE name = '\(what)'
            """)
        #expect(try history.audit().faults == [.missingStart(what, row: 1)])
        // The next one of its kind gets its number.
        clock.advance(1)
        switch what {
        case "trial": try history.tryOut()
        case "sweep": try history.sweep()
        default: try history.restore()
        }
        #expect(try history.audit().faults.contains(.missingStart(what, row: 1)))
    }

    @Test func `an index that hides rows from whoever asks is found`() throws {
        try rewriteSchema(
            "UPDATE sqlite_schema SET sql = sql || ' WHERE id > 9' WHERE name = 'proof_backup'",
            "REINDEX proof_backup",
            "UPDATE sqlite_schema SET sql = replace(sql, ' WHERE id > 9', '') WHERE name = 'proof_backup'")
        let again = try HistoryDatabase(at: scratch.path, for: .lookingUp, clock: clock.wall)
        let faults = try again.audit().faults
        #expect(!faults.isEmpty)
        for fault in faults { #expect(fault.message.hasPrefix("the file contradicts itself: "), "\(fault)") }
    }

    /// Writes into SQLite's own table of what there is.
    private func rewriteSchema(_ changes: String...) throws {
        try history.pool.close()
        let queue = try DatabaseQueue(path: scratch.path)
        try queue.writeWithoutTransaction { db in
            for change in changes {
                try db.execute(sql: "PRAGMA writable_schema = ON")
                try db.execute(sql: change)
                try db.execute(sql: "PRAGMA writable_schema = RESET")
            }
        }
        try queue.close()
    }

    @Test(arguments: [
        """
        INSERT INTO sqlite_schema VALUES ('trigger', 'sqlite_t', 'proof', 0,
            'CREATE TRIGGER sqlite_t BEFORE INSERT ON proof BEGIN SELECT RAISE(IGNORE); END')
        """,
        "INSERT INTO sqlite_schema VALUES ('view', 'sqlite_v', 'sqlite_v', 0, 'CREATE VIEW sqlite_v AS SELECT 1')",
        "UPDATE sqlite_schema SET sql = replace(sql, '''damaged''', '''dam aged''') WHERE name = 'proof'",
    ])
    func `a schema that only looks like ours is not used`(_ change: String) throws {
        try rewriteSchema(change)
        #expect(throws: HistoryError.self) {
            try HistoryDatabase(at: scratch.path, for: .lookingUp, clock: clock.wall)
        }
    }

    @Test func `what nobody has signed stays named when its checkpoint goes`() throws {
        let other = try HistoryDatabase(at: scratch.path, clock: clock.wall)
        let size = try history.audit().size
        try other.giveUp(slot(1))
        try history.giveUp(slot(2))
        try history.giveUp(slot(3))
        let named = EvidenceFault.unsignedLeaves(size..<size + 1)
        #expect(try history.audit().faults == [named])
        try history.rewrite(
            """
            DELETE FROM checkpoint WHERE note LIKE '%unsigned%' AND id < (SELECT max(id) FROM checkpoint);
            UPDATE checkpoint SET id = (SELECT count(*) FROM checkpoint c WHERE c.id <= checkpoint.id);
            UPDATE sqlite_sequence SET seq = (SELECT max(id) FROM checkpoint) WHERE name = 'checkpoint'
            """)
        #expect(try history.audit().faults == [named])
    }

    @Test func `records are not said to be from before there was a tree afterwards`() throws {
        try history.rewrite(
            """
            INSERT INTO event (at, kind, backup_id, who, text) SELECT 1, 'acceptance', id, 'w', 't' FROM backup LIMIT 1;
            UPDATE unwitnessed SET through = 1 WHERE kind = 'event'
            """)
        #expect(try history.audit().faults.contains(.lateImport(.event, row: 1)))
        try history.verify()
        #expect(try history.audit().faults.contains(.lateImport(.event, row: 1)))
    }

    @Test func `pins are not in another order than they were written`() throws {
        for sha256: Character in ["a", "b"] {
            try history.verify(
                objects: [reading("a", sha256: digest(sha256))],
                pins: [firstPin("a", sha256: digest(sha256))])
        }
        #expect(try history.audit().faults.isEmpty)
        try history.rewrite("UPDATE pin SET id = id + 1000 WHERE id = 1")
        #expect(try history.audit().faults == [.movedPin(1001)])
    }

    @Test func `pins of a run that has not begun yet stop it`() throws {
        try history.rewrite(
            """
            INSERT INTO object (backup_id, name) SELECT id, 'b' FROM backup;
            INSERT INTO pin (object_id, run_id, reason, sha256, is_attested, since, size)
            SELECT o.id, (SELECT seq + 1 FROM sqlite_sequence WHERE name = 'run'), 'first', '\(digest("a"))', 1, 1, 1
            FROM object o
            """)
        let error = #expect(throws: HistoryError.self) { try history.verify() }
        #expect(error?.exitStatus == .tampered)
    }

    @Test(arguments: [
        "UPDATE reading SET object_id = (SELECT id FROM object WHERE backup_id <> 1)",
        "UPDATE finding SET backup_id = 2, object_id = (SELECT id FROM object WHERE backup_id = 2)",
        "INSERT INTO finding (backup_id, code, object_id, ordinal) SELECT backup_id, code, object_id, 7 FROM finding",
    ])
    func `what is found of one backup is not moved to another`(_ change: String) throws {
        let finding = Finding.recorded(.checksumMismatch, object: "a", message: "m")
        try history.verify(place, .damaged, objects: [reading("a", .damaged)], findings: [finding])
        try history.verify(BackupPlace(url: "s3://bucket/prod/B", label: "B"), objects: [reading("a")])
        #expect(try history.audit().faults.isEmpty)
        try history.rewrite(change)
        #expect(try !history.audit().faults.isEmpty)
    }

    @Test func `a head that was put back costs nothing that checkpoints have signed`() throws {
        let head = try history.pool.read { try String.fetchOne($0, sql: "SELECT note FROM tree_frontier") }
        for second: Int64 in 1..<4 { try history.giveUp(slot(second)) }
        try history.rewrite("UPDATE tree_frontier SET note = '\(head ?? "")'")
        try history.giveUp(slot(9))
        #expect(try history.audit().faults.isEmpty)
    }

    private var step: ProgressStep {
        .complete(sha256: digest("f"), validators: validators, at: clock.now)
    }

    private func kept() throws -> ObjectProgress? { try history.memory(of: place).progress["a"] }

    @Test(arguments: [
        "UPDATE progress SET sha256 = replace(sha256, 'f', 'e')", "UPDATE progress SET since = since + 1",
        "UPDATE progress SET code = NULL", "UPDATE progress SET modified = 77",
        "UPDATE progress SET object_id = (SELECT id FROM object WHERE name = 'b')",
        """
        CREATE TEMP TABLE old AS SELECT * FROM progress;
        DELETE FROM progress;
        INSERT INTO progress (object_id, sha256, since, size, etag, version, modified, changed, inode)
        SELECT object_id, sha256, since, size, etag, version, modified, changed, inode FROM temp.old
        """,
    ])
    func `a reading that nobody has made is not taken for one`(_ change: String) throws {
        try history.hold()
        try history.keep([(step, "a")], in: place)
        #expect(try kept() != nil)
        try history.rewrite("INSERT INTO object (backup_id, name) SELECT id, 'b' FROM backup")
        #expect(try kept() != nil)
        try history.rewrite(change)
        #expect(try history.memory(of: place).progress.isEmpty)
    }

    @Test func `states and chunks that nobody has read are not taken, either`() throws {
        try history.hold()
        let states = ProgressStep.read(
            states: [UInt8](repeating: 7, count: 32), from: 0, chunkSize: 4096, validators: validators,
            at: clock.now)
        let chunks = ProgressStep.proven(
            chunks: 0..<2, chunkSize: 4096, pin: digest("a"), validators: validators, at: clock.now)
        try history.keep([(states, "a"), (chunks, "c")], in: place)
        try history.rewrite(
            """
            INSERT INTO progress_states (progress_id, first, states)
            SELECT progress_id, 1, states FROM progress_states;
            INSERT INTO progress_chunks (progress_id, first, past_last)
            SELECT progress_id, 2, 99 FROM progress_chunks
            """)
        let progress = try history.memory(of: place).progress
        #expect(progress["a"] == nil)
        #expect(progress["c"]?.extent == .proven(chunks: [0..<2], chunkSize: 4096, pin: digest("a")))
    }

    @Test func `a reading of before the newest verdict is not taken when somebody puts it back`() throws {
        let run = try history.begin(start(.checksummed))
        try history.lock(place, for: run)
        try history.keep([(step, "a")], in: place)
        try history.end(run, exitStatus: 126, verdict: nil)
        try history.rewrite("CREATE TABLE saved AS SELECT * FROM progress")
        try history.verify(objects: [reading("a")])
        try history.rewrite("INSERT INTO progress SELECT * FROM saved; DROP TABLE saved")
        #expect(try kept() == nil)
    }
}
