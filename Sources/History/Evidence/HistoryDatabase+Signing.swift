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
        let table = HeadTable(db)
        let last = try table.head ?? table.newestCheckpoint
        let isAsLeft = last.map { HeadTable.State($0.checkpoint) == before }
        let (signed, size) = (last?.checkpoint.size ?? 0, before.size)
        let now = try table.state.checkpoint(
            origin: key.verifier.name, made: clock.now, unsigned: signed < size ? signed..<size : nil)
        let note = SignedNote(now.text, by: [key])
        if isAsLeft == false, let last { try table.add(last, at: clock.now) }
        try table.keep((now, note))
        if asCheckpoint || isAsLeft == false || now.unsigned != nil {
            try table.add((now, note), at: clock.now)
        }
    }

    /// The key of this process; nil where it has none.
    var signingKey: SigningKey? { witness.withLock(\.key) }

    /// The one that signs now; nil where this process has another one, and cannot get that.
    private func currentKey(_ db: Database) throws -> SigningKey? {
        guard let key = signingKey else { return nil }
        let newest = try String.fetchOne(
            db.cachedStatement(sql: "SELECT verifier FROM signing_key ORDER BY id DESC LIMIT 1"))
        if newest == key.verifier.description { return key }
        guard let renewed = witness.withLock(\.renewed)(), renewed.verifier.description == newest else {
            return nil
        }
        witness.withLock { $0.key = renewed }
        return renewed
    }
}

/// What was signed of a history: by its last change, and for good.
struct HeadTable {
    private let db: Database

    init(_ db: Database) { self.db = db }

    /// Of what is begun, the tables of which a leaf tells only the end.
    static let begun = ["restore", "run", "sweep", "trial"]

    typealias Signed = (checkpoint: Checkpoint, note: SignedNote)

    /// As the last change that was signed has left it; nil where nothing is, and where that is signed by no key of the history.
    var head: Signed? {
        get throws {
            try signed(try String.fetchOne(db.cachedStatement(sql: "SELECT note FROM tree_frontier")))
        }
    }

    /// The newest that is kept.
    var newestCheckpoint: Signed? {
        get throws {
            try signed(
                try String.fetchOne(
                    db.cachedStatement(sql: "SELECT note FROM checkpoint ORDER BY id DESC LIMIT 1")))
        }
    }

    /// What is signed of a history.
    struct State: Equatable {
        let size: Int
        let root: SHA256Digest
        let begun: [String: Checkpoint.Start]

        init(_ checkpoint: Checkpoint) {
            (size, root, begun) = (checkpoint.size, checkpoint.root, checkpoint.begun)
        }

        fileprivate init(_ frontier: TreeFrontier, begun: [String: Checkpoint.Start]) {
            (size, root, self.begun) = (frontier.size, frontier.root, begun)
        }

        func checkpoint(origin: String, made: Timestamp, unsigned: Range<Int>?) -> Checkpoint {
            Checkpoint(
                origin: origin, size: size, root: root, made: made, begun: begun, unsigned: unsigned)
        }
    }

    /// As it is now.
    var state: State {
        get throws { State(try LeafTable(db).frontier(), begun: try begun()) }
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

    private func signed(_ text: String?) throws -> Signed? {
        guard let note = text.flatMap({ SignedNote($0) }), let checkpoint = Checkpoint(note.text) else {
            return nil
        }
        let keys = try String.fetchAll(
            db.cachedStatement(sql: "SELECT verifier FROM signing_key ORDER BY id DESC"))
        let isSigned = keys.contains { VerifierKey($0).map(note.isSigned) ?? false }
        return isSigned ? (checkpoint, note) : nil
    }

    private func begun() throws -> [String: Checkpoint.Start] {
        var begun: [String: Checkpoint.Start] = [:]
        for name in Self.begun {
            let newest = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT id, started FROM \"\(name)\" ORDER BY id DESC LIMIT 1"))
            if let newest { begun[name] = Checkpoint.Start(newest["id"], newest.time("started")) }
        }
        return begun
    }
}
