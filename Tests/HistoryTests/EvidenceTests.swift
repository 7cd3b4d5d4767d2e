// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Digests
import Evidence
import Foundation
import GRDB
import Synchronization
import TestKit
import Testing

@testable import History

@Suite struct EvidenceTests {
    private let scratch: Scratch
    private let clock = TestClock()

    init() throws { scratch = try Scratch() }

    private func key(_ byte: UInt8, for history: HistoryDatabase) throws -> SigningKey {
        let seed = try #require(Ed25519.PrivateKey(seed: [UInt8](repeating: byte, count: 32)))
        return try #require(SigningKey(name: try history.origin(), seed))
    }

    /// A history with a record of each kind, signed.
    private func filled() throws -> HistoryDatabase {
        let history = try scratch.open(clock: clock)
        try history.use(Witness(cause: "a test", key: key(1, for: history)))
        let finding = Finding.recorded(.checksumMismatch, object: "base.tar", message: "m")
        try history.verify(
            place, .tampered, objects: [reading("base.tar", .tampered, sha256: digest("b"))],
            findings: [finding], pins: [firstPin("base.tar")], inspection: inspection())
        _ = try history.accept(label: "A", reason: "moved on purpose", who: "tester")
        try history.restore(findings: [finding])
        try history.tryOut()
        try history.sweep()
        let incident = Incident(
            store: "shop", kind: "damaged", since: clock.now, headline: "h", meaning: "m")
        _ = try history.open(incident)
        try history.close(incident.key)
        _ = try history.keep(label: "A", until: clock.now, reason: "audit", who: "tester")
        try history.noteConfiguration("/c.yaml", sha256: digest("c"), who: "tester", toolVersion: "1")
        let found = try #require(try history.findings().first)
        _ = try history.decide(on: found.number, .noted, reason: "r", who: "tester")
        _ = try history.checkpoint()
        return history
    }

    private var lines: [Substring] {
        get throws {
            try String(contentsOfFile: scratch.path + ".leaves", encoding: .utf8).split(separator: "\n")
        }
    }

    @Test func `every kind of record is a leaf, in the file beside it and under a signature`() throws {
        let history = try filled()
        let audit = try history.audit()
        #expect(audit.faults.isEmpty)
        #expect(audit.size > LeafKind.allCases.count - 1)
        #expect(audit.signed == audit.size)
        #expect(audit.inFile == audit.size)
        #expect(audit.unwitnessed == 0)
        let text = try lines.joined()
        for kind in LeafKind.allCases { #expect(text.contains(#""kind":"\#(kind.rawValue)""#), "\(kind)") }
        #expect(text.contains(#""cause":"a test""#))
        #expect(text.contains(#""who":"tester""#))
    }

    @Test func `every leaf is as its schema says`() throws {
        let history = try filled()
        try history.pool.close()
        #expect(try JSONSchemaCheck.faults(of: scratch.path + ".leaves", schema: "leaf-1") == "")
    }

    /// Every column that a leaf tells of, changed behind the program's back.
    @Test(arguments: [
        "UPDATE proof SET verdict = 'verified'", "UPDATE proof SET ended = ended + 1",
        "UPDATE proof SET bytes_read = 7",
        "UPDATE proof SET seconds = seconds + 1e-9", "UPDATE reading SET sha256 = replace(sha256, 'b', 'c')",
        "UPDATE reading SET verdict = 'verified'", "DELETE FROM reading", "DELETE FROM finding_sighting",
        "UPDATE finding SET code = 'WAL_GAP'", "UPDATE finding_sighting SET severity = 'note'",
        "UPDATE pin SET sha256 = replace(sha256, 'a', 'c')", "UPDATE backup SET label = 'B'",
        "UPDATE run SET command = 'trial'", "UPDATE event SET who = 'nobody'", "UPDATE event SET at = 1",
        "UPDATE restore_end SET exit_status = exit_status + 3", "UPDATE restore SET target = '/elsewhere'",
        "UPDATE restore_phase SET seconds = 0", "UPDATE trial_end SET ended = ended + 1",
        "UPDATE trial SET goal = 'another'", "UPDATE trial_check SET outcome = 'failed'",
        "DELETE FROM trial_check", "UPDATE given_up_slot SET reason = 'overlapped'",
        "UPDATE sweep_end SET exit_status = 7", "UPDATE sweep SET started_by = 'somebody'",
        "UPDATE mark SET keep_until = keep_until + 1", "UPDATE configuration_change SET who = 'somebody'",
        "UPDATE signing_key SET at = at + 1", "UPDATE inspection SET is_complete = 1 - is_complete",
        "UPDATE leaf SET cause = 'somebody'", "UPDATE leaf SET is_witnessed = 0",
        "UPDATE leaf SET hash = replace(hash, 'a', 'b')", "DELETE FROM leaf WHERE number = 2",
        "UPDATE tree_frontier SET peaks = replace(peaks, 'a', 'b')",
        "UPDATE checkpoint SET note = replace(note, 'made 2', 'made 3')",
        "INSERT INTO given_up_slot (schedule, slot, reason, at) VALUES ('new', 1, 'missed', 1)",
        "DELETE FROM checkpoint WHERE id = (SELECT max(id) FROM checkpoint)",
        "DELETE FROM checkpoint WHERE id = 1",
        """
        INSERT INTO pin (object_id, reason, sha256, is_attested, since, size)
        SELECT object_id, 'accepted', sha256, 1, since, size FROM pin LIMIT 1
        """,
        "UPDATE sweep_store SET exit_status = 1",
        "UPDATE sweep_store SET report = json_set(report, '$.bytesRead', 7)",
        "DELETE FROM sweep_store",
        "INSERT INTO sweep_store (sweep_id, name, exit_status, report) SELECT sweep_id, 'ghost', 0, report FROM sweep_store",
        "UPDATE incident SET severity = 'note'", "DELETE FROM incident_end",
        "UPDATE incident SET incident = json_set(incident, '$.headline', 'all is well')",
        "DELETE FROM incident", "UPDATE incident_end SET closed = closed - 1",
        """
        INSERT INTO given_up_slot (schedule, slot, reason, at) VALUES ('new', 1, 'missed', 1);
        UPDATE unwitnessed SET through = (SELECT max(id) FROM given_up_slot) WHERE kind = 'slot'
        """,
        """
        INSERT INTO incident (store, kind, subject, severity, since, incident, opened)
        SELECT store, kind, 'new', severity, since, incident, opened FROM incident;
        INSERT INTO incident_end SELECT max(id), 5 FROM incident;
        UPDATE unwitnessed SET through = (SELECT max(id) FROM incident) WHERE kind IN ('incident', 'closing')
        """,
        "INSERT INTO given_up_slot (id, schedule, slot, reason, at) VALUES (-1, 'new', 1, 'missed', 1)",
        """
        INSERT INTO event (id, at, kind, backup_id, who, text) SELECT -1, 1, 'acceptance', id, 'w', 't' FROM backup;
        INSERT INTO pin (object_id, reason, sha256, is_attested, since, size)
        SELECT object_id, 'accepted', sha256, 1, since, size FROM pin LIMIT 1
        """,
        """
        INSERT INTO finding_decision (finding_id, kind, newest_proof, reason, who, at)
        SELECT finding_id, kind, newest_proof, 'other', who, at FROM finding_decision;
        INSERT INTO unwitnessed VALUES ('decision', 99)
        """,
        """
        INSERT INTO reading_day (backup_id, day, readings, bytes_read, bytes_resumed, seconds, retries)
        SELECT backup_id, ended / 86400000000000, 1, 1, 1, 1, 1 FROM proof;
        DELETE FROM reading
        """,
        "UPDATE pin SET is_attested = 1 - is_attested", "UPDATE pin SET inode = 7",
        """
        UPDATE proof SET verdict = 'verified';
        UPDATE leaf SET facts = json_set(facts, '$.verdict', 'tampered') WHERE kind = 'proof'
        """,
        """
        UPDATE incident SET store = 'other';
        UPDATE leaf SET facts = '{"store":"shop"}' WHERE kind IN ('incident', 'closing')
        """,
        "UPDATE leaf SET facts = '{\"since\":1}' WHERE kind = 'mark'",
        "UPDATE leaf SET facts = json_set(facts, '$.exitStatus', 1) WHERE kind = 'store'",
        "UPDATE backup SET url = url || char(0)", "UPDATE incident SET store = store || char(0)",
        "INSERT INTO backup (id, url, label) SELECT 0, url || char(0), label FROM backup",
        "UPDATE proof SET backup_id = 77",
        "DELETE FROM sweep; DELETE FROM sweep_end; DELETE FROM sweep_store",
        "DELETE FROM run WHERE id = (SELECT max(id) FROM run)",
        """
        INSERT INTO restore (backup_id, target, goal, accepts_damage, is_resumed, started, tool_version, host, boot_id,
            pid, process_start)
        SELECT backup_id, target, goal, accepts_damage, is_resumed, started, tool_version, host, boot_id,
            pid, process_start FROM restore LIMIT 1;
        DELETE FROM restore WHERE id = (SELECT max(id) FROM restore)
        """,
    ])
    func `what was changed later is found`(_ change: String) throws {
        let history = try filled()
        try history.rewrite(change)
        #expect(try history.audit().faults.isEmpty == false)
    }

    @Test(arguments: [
        """
        CREATE TRIGGER t AFTER INSERT ON given_up_slot
        BEGIN DELETE FROM progress; END
        """,
        "CREATE VIEW v AS SELECT 1", "DROP TRIGGER proof_never_changes",
        """
        DROP TRIGGER proof_never_changes;
        CREATE TRIGGER proof_never_changes BEFORE UPDATE ON proof WHEN 0
        BEGIN SELECT RAISE(ABORT, 'proof is append-only'); END
        """,
    ])
    func `a history that works on its rows by other rules than ours is not used`(_ change: String) throws {
        let history = try filled()
        try history.pool.write { try $0.execute(sql: change) }
        try history.pool.close()
        for use in [HistoryDatabase.Use.keeping, .lookingUp] {
            let error = #expect(throws: HistoryError.self) {
                try HistoryDatabase(at: scratch.path, for: use, clock: clock.wall)
            }
            #expect(error?.exitStatus == .tampered)
        }
    }

    @Test func `a history that a newer program has taken over meanwhile is not written`() throws {
        let history = try filled()
        try history.rewrite("PRAGMA user_version = 1000")
        #expect(throws: HistoryError.self) { try history.verify() }
    }

    @Test func `looks at a backup are found by where it lies, whatever folders it lies in`() throws {
        let history = try scratch.open(clock: clock)
        let nested = BackupPlace(url: "/srv/b/main/20261101T010000", label: "20261101T010000")
        try history.verify(nested, objects: [reading("base.tar")], pins: [firstPin("base.tar")])
        let (from, to) = (clock.now.advanced(bySeconds: -60), clock.now.advanced(bySeconds: 60))
        let label = "main/20261101T010000"
        #expect(try history.looks(at: [label], in: "/srv/b", from: from, to: to)[label]?.count == 1)
        #expect(try history.looks(at: ["20261101T010000"], in: nested.url, from: from, to: to).count == 1)
    }

    @Test func `an incident that was closed behind the program's back is found`() throws {
        let history = try filled()
        _ = try history.open(
            Incident(store: "shop", kind: "overdue", since: clock.now, headline: "h", meaning: "m"))
        #expect(try history.audit().faults.isEmpty)
        try history.rewrite(
            """
            INSERT INTO incident_end SELECT max(id), 5 FROM incident;
            UPDATE unwitnessed SET through = (SELECT max(id) FROM incident) WHERE kind = 'closing'
            """)
        #expect(try history.audit().faults.contains { if case .lateImport = $0 { true } else { false } })
    }

    @Test func `a record that was slipped in as an old one stays found when the next run has hashed it`()
        throws
    {
        let history = try filled()
        try history.rewrite(
            """
            INSERT INTO given_up_slot (schedule, slot, reason, at) VALUES ('new', 1, 'missed', 1);
            UPDATE unwitnessed SET through = (SELECT max(id) FROM given_up_slot) WHERE kind = 'slot'
            """)
        try history.use(Witness(key: key(1, for: history)))
        try history.rewrite("UPDATE unwitnessed SET through = 0")
        #expect(try history.audit().faults.contains { if case .lateImport = $0 { true } else { false } })
    }

    @Test func `leaves of a period are those that signed times tell`() throws {
        let history = try filled()
        let (size, day) = (try history.audit().size, clock.now..<clock.now.advanced(bySeconds: 86_400))
        let range = try history.leafRange(day, of: size)
        #expect(range == 0..<size)
        try history.rewrite("UPDATE checkpoint SET at = 0")
        #expect(try history.leafRange(day, of: size) == range)
    }

    @Test func `a changed line of the file is found`() throws {
        let history = try filled()
        let path = scratch.path + ".leaves"
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for index in stride(from: 0, to: bytes.count, by: 97) {
            var changed = bytes
            changed[index] ^= 1
            try changed.write(to: URL(fileURLWithPath: path))
            #expect(try history.audit().faults.isEmpty == false, "byte \(index)")
        }
    }

    /// Each byte with one bit of it the other way round.
    private func flipped(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.indices.map { index in
            var changed = bytes
            changed[index] ^= 1 << (index % 7)
            return changed
        }
    }

    @Test func `a flipped byte of a checkpoint, a receipt or the file of leaves is found, whichever it is`()
        throws
    {
        let history = try filled()
        let note = try #require(try history.newestCheckpoint())
        let notes = flipped(Array(note.description.utf8)).map { String(decoding: $0, as: UTF8.self) }
        let leaf = try #require(try history.leaf(.trial, 1))
        let statement = ReceiptStatement(
            .trial, leaf.document, subjects: [.init("base.tar", sha256: digest("b"))])
        let receipt = Envelope(
            statement.bytes, type: ReceiptStatement.payloadType, by: try key(1, for: history)
        ).bytes
        let receipts = flipped(receipt)
        #expect(try history.audit([("n", note.description)], receipts: [("r", receipt)]).faultsFound == 0)
        #expect(try history.audit(notes.map { ("n", $0) }).faultsFound == notes.count)
        #expect(try history.audit(receipts: receipts.map { ("r", $0) }).faultsFound == receipts.count)
        let file = URL(fileURLWithPath: scratch.path + ".leaves")
        let whole = Array(try Data(contentsOf: file))
        // Without its end of line the last one was cut while it was written, which a power failure does, too.
        for (index, changed) in flipped(whole).dropLast().enumerated() where index % 11 == 0 {
            try Data(changed).write(to: file)
            #expect(try history.audit().faultsFound > 0, "\(index)")
        }
    }

    @Test func `a receipt of a record that is not there like this is none of ours`() throws {
        let history = try filled()
        let leaf = try #require(try history.leaf(.trial, 1))
        let other = try key(2, for: history)
        let (type, ours) = (ReceiptStatement.payloadType, try key(1, for: history))
        let statement = ReceiptStatement(.trial, leaf.document, subjects: []).bytes
        let invented = ReceiptStatement(.trial, ["leaf": .number(3)], subjects: []).bytes
        let audit = try history.audit(receipts: [
            ("forged", Envelope(statement, type: type, by: other).bytes),
            ("invented", Envelope(invented, type: type, by: ours).bytes),
            ("odd", Envelope(statement, type: "text/plain", by: ours).bytes),
        ])
        #expect(
            audit.faults == [
                .wrongReceipt(source: "forged", .unsigned), .wrongReceipt(source: "invented", .noSuchLeaf),
                .wrongReceipt(source: "odd", .unreadable),
            ])
    }

    @Test func `an older history that was put back is found by a later checkpoint and by the file`() throws {
        let history = try filled()
        let old = scratch.folder + "/old.sqlite"
        try history.copy(to: old)
        try history.verify()
        let later = try #require(try history.newestCheckpoint())
        let leaves = try Data(contentsOf: URL(fileURLWithPath: scratch.path + ".leaves"))

        let back = try HistoryDatabase(at: old, clock: clock.wall)
        #expect(try back.audit().faults.isEmpty)
        guard
            case .wrongWitness("mail", .longer)? = try back.audit([("mail", later.description)]).faults.first
        else {
            Issue.record("not found by the checkpoint")
            return
        }
        try leaves.write(to: URL(fileURLWithPath: old + ".leaves"))
        let faults = try back.audit().faults
        #expect(faults.contains { if case .shorterThanFile = $0 { true } else { false } })
        #expect(
            try history.audit([("mail", later.description)]).witnesses
                == [later].compactMap { Checkpoint($0.text)?.size })
    }

    @Test func `a checkpoint of another history, or that no key of this one has signed, is refused`() throws {
        let history = try filled()
        let other = try HistoryDatabase(at: scratch.folder + "/other.sqlite", clock: clock.wall)
        try other.use(Witness(key: key(1, for: other)))
        let foreign = try #require(try other.newestCheckpoint())
        #expect(
            try history.audit([("f", foreign.description)]).faults
                == [.wrongWitness(source: "f", .foreign(try other.origin()))])
        let text = try #require(try history.newestCheckpoint()).text
        let forged = SignedNote(text, by: [try key(9, for: history)])
        #expect(
            try history.audit([("g", forged.description)]).faults == [.wrongWitness(source: "g", .unsigned)])
        #expect(try history.audit([("h", "junk")]).faults == [.wrongWitness(source: "h", .unreadable)])
    }

    @Test func `a key is given up for another one under both signatures`() throws {
        let history = try filled()
        let (old, new) = (try key(1, for: history), try key(2, for: history))
        let before = try #require(try history.newestCheckpoint())
        try history.rotate(from: old, to: new)
        let audit = try history.audit([("before", before.description)])
        #expect(audit.faults.isEmpty)
        #expect(audit.notes.isEmpty)
        #expect(
            audit.keys == [
                SigningParty(old.verifier, isVouched: false), SigningParty(new.verifier, isVouched: true),
            ])
        #expect(try #require(try history.newestCheckpoint()).isSigned(by: new.verifier))
    }

    @Test func `a key that comes back goes on, and names what a stranger has signed meanwhile`() throws {
        let history = try filled()
        let size = try history.audit().size
        for number: UInt8 in [2, 1, 2] {
            try history.use(Witness(key: key(number, for: history)))
            try history.verify()
        }
        let audit = try history.audit()
        #expect(audit.faults == [.unsignedLeaves(size..<size + 2)])
        #expect(audit.keys.count == 4 && audit.signed == audit.size)
    }

    @Test func `a process whose key was given up reads the new one, or does not sign`() throws {
        let history = try filled()
        let (old, new) = (try key(1, for: history), try key(2, for: history))
        let other = try HistoryDatabase(at: scratch.path, clock: clock.wall)
        try other.rotate(from: old, to: new)
        try history.verify()
        let unsigned = try history.audit()
        #expect(unsigned.faults == [.unsignedLeaves(unsigned.signed..<unsigned.size)])
        try history.use(Witness(key: new))
        try other.rotate(from: new, to: key(3, for: history))
        let third = try key(3, for: history)
        history.witness.withLock { $0 = Witness(key: new, renewed: { _ in third }) }
        try history.verify()
        let audit = try history.audit()
        #expect(audit.faults == unsigned.faults && audit.signed == audit.size)
        #expect(throws: HistoryError.keyGivenUp) { try other.rotate(from: old, to: new) }
    }

    @Test func `what a file of leaves holds that no program of ours has written crashes nothing`() throws {
        let history = try filled()
        let file = URL(fileURLWithPath: scratch.path + ".leaves")
        for line in [
            #"{"leaf":9223372036854775807}"#, #"{"leaf":-9223372036854775808}"#, "{}", "\u{0}\u{0}", "x\nx",
        ] {
            try Data((line + "\n").utf8).write(to: file)
            try history.verify()
            #expect(try history.audit().faults.isEmpty == false, "\(line)")
            #expect(try history.use(Witness(key: key(1, for: history))) != nil, "\(line)")
        }
    }

    @Test func `a record that was changed gets no receipt, and damage is no subject`() throws {
        let history = try filled()
        let leaf = try #require(try history.newestProofLeaf(label: "A", place: nil))
        #expect(try history.subjects(of: leaf).isEmpty)
        try history.rewrite("UPDATE proof SET bytes_read = 7")
        #expect(throws: HistoryError.changedRecord(.proof, 1)) {
            try history.newestProofLeaf(label: "A", place: nil)
        }
    }

    @Test func `an older history is no forgery before its records are imported`() throws {
        let path = scratch.folder + "/old.sqlite"
        let old = try OldHistory(path, version: Self.beforeEvidence)
        try old.add(
            "INSERT INTO given_up_slot (schedule, slot, reason, at) VALUES ('nightly', 1, 'missed', 2)")
        let audit = try HistoryDatabase(at: path, for: .lookingUp, clock: clock.wall).audit()
        #expect(audit.faults.isEmpty && audit.notImported == 1)
    }

    /// The last schema without a tree.
    private static let beforeEvidence = 11

    @Test func `a tree from before sweeps and incidents were leaves goes on with them`() throws {
        let path = scratch.folder + "/old.sqlite"
        let old = try OldHistory(path, version: Self.beforeEvidence + 1)
        try old.add(
            """
            INSERT INTO sweep (stores, seed, started, tool_version, host, boot_id, pid, process_start)
            VALUES ('["shop"]', 1, 2, '1', 'h', 'b', 1, 1);
            INSERT INTO sweep_store (sweep_id, name, exit_status, report) VALUES (1, 'shop', 0, '{}');
            INSERT INTO incident (store, kind, subject, severity, since, incident, opened)
            VALUES ('shop', 'damaged', '', 'error', 1, '{}', 2);
            INSERT INTO incident_end (incident_id, closed) VALUES (1, 3);
            """)
        let history = try HistoryDatabase(at: path, clock: clock.wall)
        #expect(try history.audit().notImported == 3)
        try history.use(Witness(key: key(1, for: history)))
        let audit = try history.audit()
        #expect(audit.faults.isEmpty && audit.unwitnessed == 3)
        #expect(throws: (any Error).self) {
            try history.pool.write { try $0.execute(sql: "DELETE FROM leaf") }
        }
    }

    @Test func `what pruning takes of sweeps keeps its leaf, and nothing else may go`() throws {
        let history = try filled()
        for _ in 0..<PruneRule.usualKept {
            clock.advance(60)
            try history.sweep()
        }
        _ = try history.prune(PruneRule())
        let rows = { try history.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sweep_store") } }
        #expect(try rows() == PruneRule.usualKept)
        #expect(try history.audit().faults.isEmpty)
        try history.rewrite("DELETE FROM sweep_store WHERE id = (SELECT min(id) FROM sweep_store)")
        #expect(try history.audit().faults.isEmpty == false)
    }

    @Test func `a key that was replaced by hand goes on, and the audit says so`() throws {
        let history = try filled()
        try history.use(Witness(key: key(3, for: history)))
        let audit = try history.audit()
        #expect(audit.faults.isEmpty)
        #expect(audit.notes.count == 1)
    }

    @Test func `what came before there was a tree enters it as not witnessed`() throws {
        let path = scratch.folder + "/old.sqlite"
        let old = try OldHistory(path, version: Self.beforeEvidence)
        try old.add(
            """
            INSERT INTO given_up_slot (schedule, slot, reason, at) VALUES ('nightly', 1, 'missed', 2);
            INSERT INTO event (at, kind, text) VALUES (1, 'lock-taken-over', 't');
            """)
        let history = try HistoryDatabase(at: path, clock: clock.wall)
        try history.use(Witness(key: key(1, for: history)))
        try history.verify()
        let audit = try history.audit()
        #expect(audit.faults.isEmpty)
        #expect(audit.unwitnessed == 2)
        #expect(audit.size == 4)
    }

    @Test func `the file is made anew from the rows, and a line that was cut is finished`() throws {
        let history = try filled()
        let whole = try Data(contentsOf: URL(fileURLWithPath: scratch.path + ".leaves"))
        // What a power failure leaves, besides: zeros, and what was never written.
        let broken =
            [0, 1, 100, whole.count - 1, whole.count].map { whole.prefix($0) }
            + [whole.prefix(100) + Data(count: 50), whole + Data("junk".utf8)]
        for (length, left) in broken.enumerated() {
            try left.write(to: URL(fileURLWithPath: scratch.path + ".leaves"))
            _ = try history.fillFile()
            #expect(
                try Data(contentsOf: URL(fileURLWithPath: scratch.path + ".leaves")) == whole, "\(length)")
        }
        try FileManager.default.removeItem(atPath: scratch.path + ".leaves")
        _ = try history.fillFile()
        #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.path + ".leaves")) == whole)
    }

    @Test func `readings that were pruned by rule are no tampering, and others are`() throws {
        let history = try scratch.open(clock: clock)
        try history.use(Witness(key: key(1, for: history)))
        for _ in 0..<3 {
            try history.verify(objects: [reading("base.tar")], pins: [firstPin("base.tar")])
            clock.advance(86_400 * 400)
        }
        let pruned = try history.prune(PruneRule())
        #expect(pruned.readings > 0)
        let audit = try history.audit()
        #expect(audit.faults.isEmpty)
        #expect(audit.pruned == pruned.readings)
        try history.rewrite("UPDATE reading SET sha256 = replace(sha256, 'a', 'b')")
        #expect(try history.audit().faults.isEmpty == false)
    }

    @Test func `two processes' worth of writers keep one tree and one file`() async throws {
        let history = try filled()
        let path = scratch.path
        let now = clock.wall
        let key = try key(1, for: history)
        let size = try history.audit().size
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<4 {
                group.addTask {
                    let other = try HistoryDatabase(at: path, clock: now)
                    try other.use(Witness(key: key))
                    for slot in 0..<10 {
                        try other.giveUp(
                            GivenUpSlot(
                                schedule: "s\(number)", slot: Timestamp(seconds: Int64(slot)),
                                reason: .missed,
                                at: now.now))
                    }
                }
            }
            try await group.waitForAll()
        }
        let audit = try history.audit()
        #expect(audit.faults.isEmpty)
        #expect(audit.size == size + 40)
        #expect(audit.inFile == audit.size)
    }
}

extension EvidenceTests {
    @Test func `a history that is gone is missed by the one that begins in its place`() throws {
        try filled().pool.close()
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: scratch.path + suffix)
        }
        let next = try scratch.open(clock: clock)
        try next.use(Witness(key: key(1, for: next)))
        let event = try #require(try next.events().first)
        #expect(event.kind == EventLine.movedAside && event.text.contains("is gone"))
        #expect(try names(in: scratch.folder).contains { $0.hasPrefix("history.sqlite.lost-") })
        let audit = try next.audit()
        #expect(audit.faults.isEmpty && audit.inFile == audit.size)
    }
}

@Suite struct `A row as a line of canonical JSON` {
    @Test func `has the bytes of the object, whichever way it is written`() throws {
        let queue = try DatabaseQueue()
        try queue.read { db in
            let row = try #require(
                try Row.fetchOne(
                    db,
                    sql: """
                        SELECT 'b"\\' || char(10, 27) || 'é' AS "name", 7 AS "bytes", NULL AS "etag", 1 AS "isAttested?",
                            1800000000000000001 AS "since@", 0.25 AS "nanoseconds#", 'x' AS "textSHA256$", 1.5 AS "measured"
                        """))
            let columns = LeafColumns(row)
            var bytes: [UInt8] = []
            columns.append(row, to: &bytes)
            #expect(bytes == columns.object(row).bytes + [UInt8(ascii: "\n")])
            #expect(
                String(decoding: bytes, as: UTF8.self).contains(
                    #""nanoseconds":250000000,"since":"2027-01-15T08:00:00.000000001Z","#))
        }
    }
}
