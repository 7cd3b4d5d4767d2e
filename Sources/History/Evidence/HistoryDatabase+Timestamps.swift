// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Digests
public import Evidence
import GRDB

/// A checkpoint of which an authority has signed when it was there.
public struct StampedCheckpoint: Sendable, Equatable {
    /// The checkpoint as it was signed.
    public let note: SignedNote
    /// The address that was asked.
    public let authority: String
    /// A TimeStampResp of RFC 3161 about the bytes of the note.
    public let response: [UInt8]

    /// Takes the values as they are.
    public init(_ note: SignedNote, authority: String, response: [UInt8]) {
        (self.note, self.authority, self.response) = (note, authority, response)
    }

    /// Nil for an answer that cannot be read, or is about something else.
    public var time: Timestamp? {
        let read = try? TimestampResponse(response)
        return read?.digest == SHA256.digest(of: Array(note.description.utf8)) ? read?.time : nil
    }
}

extension HistoryDatabase {
    /// Keeps what an authority has answered.
    public func add(_ stamped: StampedCheckpoint) throws {
        guard let checkpoint = Checkpoint(stamped.note.text) else { return }
        try write { db in
            try db.execute(
                sql: "INSERT INTO timestamp (size, note, authority, response, at) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    checkpoint.size, stamped.note.description, stamped.authority, column(stamped.response),
                    column(clock.now),
                ])
        }
    }

    /// What is kept of that, from one time to another by this machine's clock; the oldest first.
    public func timestamps(
        from start: Timestamp, to end: Timestamp
    ) throws -> [StampedCheckpoint] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM timestamp WHERE at >= ? AND at < ? ORDER BY id",
                arguments: [column(start), column(end)]
            ).compactMap(StampedCheckpoint.init)
        }
    }

    /// The newest; nil where there is none.
    public func newestTimestamp() throws -> StampedCheckpoint? {
        try read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM timestamp ORDER BY id DESC LIMIT 1")
                .flatMap(StampedCheckpoint.init)
        }
    }
}

extension StampedCheckpoint {
    init?(_ row: Row) {
        guard let note = SignedNote(row["note"] as String), let response = row.blob("response") else {
            return nil
        }
        self.init(note, authority: row["authority"], response: response)
    }
}
