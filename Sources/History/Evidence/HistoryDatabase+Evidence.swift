// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import Evidence
import GRDB
import Synchronization

/// Who or what writes into a history, and what signs for it.
public struct Witness: Sendable {
    /// Who or what started this process; nil where nobody says.
    public var cause: String?
    /// Signs all that is written; nothing is signed without one.
    public var key: SigningKey?
    /// Reads the key again, where another process has given it up for the one of that name; nil where nobody can.
    public var renewed: @Sendable (_ newest: String) -> SigningKey?

    /// Takes them as they are.
    public init(
        cause: String? = nil, key: SigningKey? = nil,
        renewed: @escaping @Sendable (String) -> SigningKey? = { _ in nil }
    ) { (self.cause, self.key, self.renewed) = (cause, key, renewed) }
}

extension HistoryDatabase {
    /// What checkpoints and keys of this history are named after.
    public func origin() throws -> String { "pg_backctl/\(try identity())" }

    /// From now on leaves say who caused them, and checkpoints are signed.
    ///
    /// A key that has not signed here before enters the history with a leaf. Records of before there was a tree enter it now. Returns why
    /// the file of leaves is behind; nil where it is not.
    @discardableResult
    public func use(_ witness: Witness) throws -> String? {
        self.witness.withLock { $0 = witness }
        if let key = witness.key { try adopt(key) }
        try tellOfLeavesMoved()
        if try hasUnwitnessed() { try importUnwitnessed() }
        do {
            while try !fillFile() {}
            return nil
        } catch { return (error as? HistoryError)?.message ?? "\(error)" }
    }

    /// Gives the newest key up for another one; both sign that.
    public func rotate(from old: SigningKey, to new: SigningKey) throws {
        try writeSealed { db in
            let newest = try String.fetchOne(
                db, sql: "SELECT verifier FROM signing_key ORDER BY id DESC LIMIT 1")
            guard newest == old.verifier.description else { throw HistoryError.keyGivenUp }
            try add(new, .rotation, signedBy: [old, new], db)
            witness.withLock { $0.key = new }
        }
    }

    /// Keeps that the configuration is another one than before; nothing when it is the same.
    public func noteConfiguration(_ path: String, sha256: String, who: String, toolVersion: String) throws {
        try write { db in
            let before = try String.fetchOne(
                db, sql: "SELECT sha256 FROM configuration_change WHERE path = ? ORDER BY id DESC",
                arguments: [path])
            guard before != sha256 else { return }
            try db.execute(
                sql: """
                    INSERT INTO configuration_change (path, sha256, who, tool_version, host, at)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [path, sha256, who, toolVersion, process.host, column(clock.now)])
            try addLeaf(.configuration, db.lastInsertedRowID, db)
        }
    }

    /// The keys that have signed, the newest last.
    public func verifierKeys() throws -> [VerifierKey] {
        try read { db in
            try String.fetchAll(db, sql: "SELECT verifier FROM signing_key ORDER BY id")
        }.compactMap { VerifierKey($0) }
    }

    /// How each key came to sign, in order.
    public func keyNotes() throws -> [SignedNote] {
        try read { db in
            try String.fetchAll(db, sql: "SELECT note FROM signing_key ORDER BY id")
        }.compactMap { SignedNote($0) }
    }

    /// The newest checkpoint; nil before the first.
    public func newestCheckpoint() throws -> SignedNote? {
        try read { db in
            try String.fetchOne(db, sql: "SELECT note FROM checkpoint ORDER BY id DESC LIMIT 1")
        }.flatMap { SignedNote($0) }
    }

    /// Signs how many leaves there are now, if that was not signed yet; nil where nothing can sign.
    public func checkpoint() throws -> SignedNote? {
        try writeSealed { _ in }
        return try newestCheckpoint()
    }
}

// MARK: What a transaction adds
extension HistoryDatabase {
    /// Adds a record that this transaction has written.
    func addLeaf(_ kind: LeafKind, _ row: Int64, _ db: Database) throws {
        try LeafTable(db).append(kind, row, cause: Limit.cutIfAny(witness.withLock(\.cause)))
    }

    /// After the key, so that it is signed.
    private func tellOfLeavesMoved() throws {
        guard
            let moved = leavesMoved.withLock({ path in
                defer { path = nil }
                return path
            })
        else { return }
        try write { db in
            let event = try Event(
                .movedAside, at: clock.now,
                text:
                    "this history came to stand where another one was: the leaves of that were moved to '\(moved)'"
            ).insert(db)
            try addLeaf(.event, event, db)
        }
    }

    private func hasUnwitnessed() throws -> Bool {
        try HistoryError.translating(path) {
            try pool.writeWithoutTransaction { db in
                try Bool.fetchOne(
                    db,
                    sql: """
                        SELECT EXISTS (SELECT 1 FROM unwitnessed u WHERE u.through > ifnull(
                            (SELECT max(row_id) FROM leaf l WHERE l.kind = u.kind AND l.row_id <= u.through), 0))
                        """) ?? false
            }
        }
    }

    private func adopt(_ key: SigningKey) throws {
        let isNewest = { (db: Database) throws in
            try String.fetchOne(db, sql: "SELECT verifier FROM signing_key ORDER BY id DESC LIMIT 1")
                == key.verifier.description
        }
        // By the connection that writes: a second one would be opened for this alone.
        guard try !HistoryError.translating(path, { try pool.writeWithoutTransaction(isNewest) }) else {
            return
        }
        try writeSealed { db in
            let newest = try String.fetchOne(
                db, sql: "SELECT verifier FROM signing_key ORDER BY id DESC LIMIT 1")
            guard newest != key.verifier.description else { return }
            // Another process may just have given it up.
            if let newest, let renewed = witness.withLock(\.renewed)(newest),
                renewed.verifier.description == newest
            {
                return witness.withLock { $0.key = renewed }
            }
            try add(key, newest == nil ? .first : .replacement, signedBy: [key], db)
        }
    }

    private func add(
        _ key: SigningKey, _ reason: KeyNote.Reason, signedBy signers: [SigningKey], _ db: Database
    ) throws {
        let note = SignedNote(KeyNote.text(key.verifier, reason, at: clock.now), by: signers)
        try db.execute(
            sql: "INSERT INTO signing_key (verifier, note, at) VALUES (?, ?, ?)",
            arguments: [key.verifier.description, note.description, column(clock.now)])
        try addLeaf(.key, db.lastInsertedRowID, db)
    }

    /// In pieces, so that nobody who writes has to wait for long.
    private func importUnwitnessed() throws {
        for kind in LeafKind.allCases {
            while try write({ db in try importSome(kind, db) }) {}
        }
        try writeSealed { _ in }
    }

    /// Whether there are more.
    private func importSome(_ kind: LeafKind, _ db: Database) throws -> Bool {
        let through = try Int64.fetchOne(
            db, sql: "SELECT through FROM unwitnessed WHERE kind = ?", arguments: [kind.rawValue])
        guard let through else { return false }
        let last = try Int64.fetchOne(
            db, sql: "SELECT max(row_id) FROM leaf WHERE kind = ? AND row_id <= ?",
            arguments: [kind.rawValue, through])
        let rows = try Int64.fetchAll(
            db, sql: LeafSource.of(kind).numbers + " LIMIT 1000", arguments: [last ?? 0]
        ).filter { $0 <= through }
        let table = try LeafTable(db)
        for row in rows { try table.append(kind, row, isWitnessed: false, cause: nil) }
        return !rows.isEmpty
    }
}

// MARK: The file beside it
extension HistoryDatabase {
    /// Adds to the file the next thousand leaves that it lacks; false where it lacks more.
    func fillFile() throws -> Bool {
        // By the connection that has just written: a second one would be opened for this alone.
        try pool.writeWithoutTransaction { db in
            let table = try LeafTable(db)
            let size = try table.frontier().size
            guard size > 0 else { return true }
            return try LeafFile(of: files).catchUp(to: size, limit: 1000) { range in
                var lines: [[UInt8]] = []
                try table.leaves(range) { lines.append($0.bytes ?? []) }
                return lines
            }
        }
    }
}
