// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Foundation

/// A message as programs get it: over a webhook, or on a command's standard input.
struct MessageDocument: Encodable {
    let schema = "pg_backctl.notification/1"
    let id: String
    let occasion: Message.Occasion
    let written: Timestamp
    let subject: String
    let text: String
    /// Left out where the message is about none.
    let incident: Incident?
    /// Left out before the first.
    let checkpoint: String?

    init(_ message: Message) {
        (id, occasion, written) = (message.id, message.occasion, message.written)
        (subject, text, incident) = (message.subject, message.text, message.incident)
        checkpoint = message.checkpoint
    }

    /// UTF-8, keys in order, so that one message is always the same bytes.
    func bytes() throws(DeliveryError) -> [UInt8] { try Self.encode(self) }

    static func encode(_ value: some Encodable) throws(DeliveryError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { return try Array(encoder.encode(value)) } catch {
            throw DeliveryError("the message cannot be written as JSON", isRefusal: true)
        }
    }
}

/// A message as Slack's incoming webhooks want it, and those that took after them.
struct SlackDocument: Encodable {
    let text: String

    init(_ message: Message) {
        text = "*\(Self.escaped(message.subject))*\n\(Self.escaped(message.text))"
    }

    /// What would be a link, a mention or a call of everybody in the channel.
    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
