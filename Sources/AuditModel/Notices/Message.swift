// SPDX-License-Identifier: Apache-2.0

/// Something to tell people, written once and delivered over each channel that wants it.
public struct Message: Sendable, Equatable, Codable {
    /// What a message is for; the raw value is what the configuration says after `on:`.
    public enum Occasion: String, Sendable, Codable, CaseIterable {
        /// Something is wrong.
        case incident
        /// An incident is over.
        case recovery
        /// Nothing was verified for too long; also that this is over.
        case silence
        /// How everything stands, once a week.
        case weekly
        /// Somebody asked whether messages arrive.
        case test
    }

    /// The same for every attempt and every channel, and for no other message.
    public var id: String
    /// By which each channel decides whether it is sent there.
    public var occasion: Occasion
    /// When it was written.
    public var written: Timestamp
    /// One line, which may hold anything that a store's names hold.
    public var subject: String
    /// Plain text in lines, each short enough for a telephone where words allow it.
    public var text: String
    /// What it is about, where that is an incident.
    public var incident: Incident?
    /// The newest signed checkpoint of the history when it was written: who keeps the message is a witness of it.
    public var checkpoint: String?

    /// Of one that is about no incident, unless it is given.
    public init(
        id: String, occasion: Occasion, written: Timestamp, subject: String, text: String,
        incident: Incident? = nil
    ) {
        (self.id, self.occasion, self.written) = (id, occasion, written)
        (self.subject, self.text, self.incident) = (subject, text, incident)
    }
}
