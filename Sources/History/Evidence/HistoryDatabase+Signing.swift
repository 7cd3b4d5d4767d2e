// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests
import Evidence
import GRDB
import Synchronization

/// What each transaction signs: the tree as it leaves it, so that nobody without the key adds a leaf.
extension HistoryDatabase {
    /// Signs the history as this transaction leaves it, if it says something else than what was signed before.
    ///
    /// What was signed last is kept in one place. A checkpoint is added beside it where that is asked for, and where what was there before
    /// this transaction is not what was signed last: that stays, and leaves that nobody had signed are named for good.
    func sign(_ db: Database, after before: HeadTable.State, asCheckpoint: Bool) throws {
        guard let key = try currentKey(db) else { return }
        let table = HeadTable(db, try TrustedKeys(db, of: key.verifier))
        let last = try table.last
        let signed = max(
            try last?.checkpoint.size ?? table.firstKeyLeaf ?? before.size, before.upgraded)
        let now = try table.state.checkpoint(
            origin: key.verifier.name, made: clock.now,
            unsigned: (last?.checkpoint.unsigned ?? []) + [signed..<max(signed, before.size)])
        if let last, last.checkpoint.tellsTheSame(as: now), !asCheckpoint { return }
        let note = SignedNote(now.text, by: [key])
        let isAsLeft = last.map { HeadTable.State($0.checkpoint) == before } ?? true
        if !isAsLeft, let last { try table.add(last, at: clock.now) }
        try table.keep((now, note))
        if asCheckpoint || !isAsLeft { try table.add((now, note), at: clock.now) }
    }

    /// The key of this process; nil where it has none.
    var signingKey: SigningKey? { witness.withLock(\.key) }

    /// The one that signs now; nil where this process has another one, and cannot get that.
    private func currentKey(_ db: Database) throws -> SigningKey? {
        guard let key = signingKey else { return nil }
        let newest = try String.fetchOne(
            db.cachedStatement(sql: "SELECT verifier FROM signing_key ORDER BY id DESC LIMIT 1"))
        if newest == key.verifier.description { return key }
        guard let newest, let renewed = witness.withLock(\.renewed)(newest),
            renewed.verifier.description == newest
        else {
            return nil
        }
        witness.withLock { $0.key = renewed }
        return renewed
    }
}

/// What was signed of a history: by its last change, and for good.
struct HeadTable {
    private let db: Database
    private let trusted: TrustedKeys

    /// Signatures of other keys than the trusted are none.
    init(_ db: Database, _ trusted: TrustedKeys) { (self.db, self.trusted) = (db, trusted) }

    /// Of what is begun, the tables of which a leaf tells only the end.
    static let begun = ["restore", "run", "sweep", "trial"]

    typealias Signed = (checkpoint: Checkpoint, note: SignedNote)

    /// What was signed last: by the last change, or where that was put back, as the newest checkpoint; nil where nothing was.
    var last: Signed? {
        get throws {
            let (head, newest) = (try head, try newestCheckpoint)
            guard let head, let newest else { return head ?? newest }
            return head.checkpoint.size < newest.checkpoint.size ? newest : head
        }
    }

    /// The number of the leaf that tells of the first key; nil before there is one.
    var firstKeyLeaf: Int? {
        get throws {
            try Int.fetchOne(db.cachedStatement(sql: "SELECT min(number) FROM leaf WHERE kind = 'key'"))
        }
    }

    private var head: Signed? {
        get throws {
            signed(try String.fetchOne(db.cachedStatement(sql: "SELECT note FROM tree_frontier")))
        }
    }

    private var newestCheckpoint: Signed? {
        get throws {
            let notes = try String.fetchCursor(
                db.cachedStatement(sql: "SELECT note FROM checkpoint ORDER BY id DESC"))
            while let note = try notes.next() {
                if let signed = signed(note) { return signed }
            }
            return nil
        }
    }

    /// What is signed of a history.
    struct State: Equatable {
        let size: Int
        let root: SHA256Digest
        let begun: [String: Checkpoint.Start]
        let imported: [String: Int64]?

        init(_ checkpoint: Checkpoint) {
            (size, root, begun) = (checkpoint.size, checkpoint.root, checkpoint.begun)
            imported = checkpoint.imported
        }

        /// How many leaves an older program has left, which did not sign each change.
        var upgraded: Int { Int(clamping: imported?[Self.leaves] ?? 0) }

        /// As it is now.
        init(_ db: Database) throws {
            let frontier = try LeafTable(db).frontier()
            (size, root) = (frontier.size, frontier.root)
            (begun, imported) = (try Self.begun(db), try Self.imported(db))
        }

        func checkpoint(origin: String, made: Timestamp, unsigned: [Range<Int>]) -> Checkpoint {
            Checkpoint(
                origin: origin, size: size, root: root, made: made, begun: begun, unsigned: unsigned,
                imported: imported)
        }

        /// Up to which numbers records are from before there was a tree, and leaves from before each change was signed.
        static func imported(_ db: Database) throws -> [String: Int64] {
            let rows = try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT kind, through FROM unwitnessed WHERE through <> 0
                        UNION ALL SELECT '\(leaves)', upgraded FROM tree_frontier WHERE upgraded <> 0
                        """))
            return Dictionary(rows.map { ($0["kind"], $0["through"]) }) { $1 }
        }

        /// By this name that is told where kinds of records are.
        static let leaves = "leaf"

        private static func begun(_ db: Database) throws -> [String: Checkpoint.Start] {
            var begun: [String: Checkpoint.Start] = [:]
            for name in HeadTable.begun {
                let newest = try Row.fetchOne(
                    db.cachedStatement(sql: "SELECT id, started FROM \"\(name)\" ORDER BY id DESC LIMIT 1"))
                if let newest { begun[name] = Checkpoint.Start(newest["id"], newest.time("started")) }
            }
            return begun
        }
    }

    var state: State {
        get throws { try State(db) }
    }

    /// As the head, if that says something else.
    func keep(_ signed: Signed) throws {
        if let head = try head, head.checkpoint.tellsTheSame(as: signed.checkpoint) { return }
        try db.cachedStatement(sql: "UPDATE tree_frontier SET note = ?").execute(
            arguments: [signed.note.description])
    }

    /// As a checkpoint, if the newest says something else.
    func add(_ signed: Signed, at now: Timestamp) throws {
        if let newest = try newestCheckpoint, newest.checkpoint.tellsTheSame(as: signed.checkpoint) { return }
        try db.execute(
            sql: "INSERT INTO checkpoint (size, note, at) VALUES (?, ?, ?)",
            arguments: [signed.checkpoint.size, signed.note.description, column(now)])
    }

    private func signed(_ text: String?) -> Signed? {
        guard let note = text.flatMap({ SignedNote($0) }), let checkpoint = Checkpoint(note.text),
            trusted.haveSigned(note)
        else { return nil }
        return (checkpoint, note)
    }
}
