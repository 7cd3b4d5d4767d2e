// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import GRDB

extension HistoryDatabase: Outbox {
    /// Goes by `Message.id`: a second message of the same id changes nothing for that channel.
    public func keep(_ message: Message, for channel: String) throws {
        try write { db in
            try db.execute(
                sql: """
                    INSERT INTO message (channel, message_id, written, document) VALUES (?, ?, ?, ?)
                    ON CONFLICT (channel, message_id) DO NOTHING
                    """, arguments: [channel, message.id, column(message.written), try json(message)])
        }
    }

    /// A message that only a newer program can read is passed over, and stays.
    public func next(for channel: String) throws -> WaitingMessage? {
        try read { db in
            let rows = try Row.fetchCursor(db, sql: MessageTable.waiting, arguments: [channel])
            while let row = try rows.next() {
                if let message = WaitingMessage(row) { return message }
            }
            return nil
        }
    }

    /// Forgets the attempts; throws when the message was settled before.
    public func end(_ message: WaitingMessage.ID, _ end: WaitingMessage.End, at time: Timestamp) throws {
        try write { db in
            try db.execute(sql: "DELETE FROM message_attempts WHERE message = ?", arguments: [message.value])
            try db.execute(
                sql: "INSERT INTO message_end (message, outcome, at) VALUES (?, ?, ?)",
                arguments: [message.value, column(end), column(time)])
        }
    }

    /// Counts the failure, and the refusal if it is one; keeps the first 4096 characters of the reason.
    public func postpone(_ message: WaitingMessage.ID, _ failure: WaitingMessage.Failure) throws {
        try write { db in
            try db.execute(
                sql: """
                    INSERT INTO message_attempts (message, failures, refusals, reason, not_before)
                    VALUES (?1, 1, ?2, ?3, ?4)
                    ON CONFLICT (message) DO UPDATE SET failures = failures + 1,
                        refusals = refusals + excluded.refusals, reason = excluded.reason,
                        not_before = excluded.not_before
                    """,
                arguments: [
                    message.value, failure.isRefusal ? 1 : 0, Limit.cut(failure.reason),
                    column(failure.notBefore),
                ])
        }
    }

    /// The failure that is told of a channel is that of the message which is next.
    public func standings(of channels: [String]) throws -> [ChannelStatus] {
        try read { db in try channels.map { try MessageTable.standing(of: $0, db) } }
    }
}

/// Messages, those that wait and those that are settled.
enum MessageTable {
    /// Those of a channel that have no end, in their order.
    static let waiting = """
        SELECT message.id, document, failures, refusals, reason, not_before FROM message
        LEFT JOIN message_attempts ON message_attempts.message = message.id
        WHERE channel = ? AND NOT EXISTS (SELECT 1 FROM message_end WHERE message_end.message = message.id)
        ORDER BY message.id
        """

    static func standing(of channel: String, _ db: Database) throws -> ChannelStatus {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT count(*) - count(outcome) AS waiting,
                    min(CASE WHEN outcome IS NULL THEN written END) AS since,
                    max(CASE WHEN outcome = 'delivered' THEN at END) AS delivered,
                    count(CASE WHEN outcome = 'given-up' THEN 1 END) AS given_up
                FROM message LEFT JOIN message_end ON message_end.message = message.id WHERE channel = ?
                """, arguments: [channel])
        guard let row else { return ChannelStatus(name: channel) }
        return ChannelStatus(
            name: channel, undelivered: row["waiting"], waitingSince: row.timeIfAny("since"),
            lastDelivery: row.timeIfAny("delivered"), givenUp: row["given_up"],
            failure: try failure(of: channel, db))
    }

    /// Of the one that is next.
    private static func failure(of channel: String, _ db: Database) throws -> String? {
        try Row.fetchOne(db, sql: waiting, arguments: [channel]).flatMap { $0["reason"] }
    }
}

extension WaitingMessage {
    fileprivate init?(_ row: Row) {
        guard let message: Message = row.value("document") else { return nil }
        self.init(
            id: ID(row["id"]), message: message, attempts: row["failures"] ?? 0,
            refusals: row["refusals"] ?? 0,
            notBefore: row.timeIfAny("not_before"))
    }
}
