// SPDX-License-Identifier: Apache-2.0

/// Something that people are told of once, and once more when it is over.
public struct Incident: Sendable, Equatable, Codable {
    /// What makes two sightings one incident.
    public struct Key: Sendable, Hashable {
        /// The store's name; empty for what concerns all of the service.
        public let store: String
        /// What it is, as `Incident.kind` says it.
        public let kind: String
        /// What it is about, as `Incident.subject` says it; empty for the store.
        public let subject: String
    }

    /// The store's name; empty for what concerns all of the service.
    public var store: String
    /// What it is, in words that stay the same: `damaged`, `backup-overdue`, `wal-gap`, or one of `Incident`'s own.
    public var kind: String
    /// What it is about: a label, a group, a key; empty for the store.
    public var subject: String
    /// An error or a warning: what is only a note is no incident.
    public var severity: Severity
    /// Since when it is so, as far as anybody knows.
    public var since: Timestamp
    /// What happened: a sentence without its stop.
    public var headline: String
    /// What that means for whoever may have to restore: sentences.
    public var meaning: String
    /// What to restore instead; nil when there is nothing, or when nothing has to be.
    public var nextBest: RecoveryPoint?
    /// What to type next; nil where there is nothing to type.
    public var command: String?
    /// When it was over; nil while it is open.
    public var closed: Timestamp?
    /// Why it is over where that is no good news: a sentence without its stop.
    public var ending: String?

    /// Unless said otherwise it is open, an error, and about the store as a whole.
    public init(
        store: String, kind: String, subject: String = "", severity: Severity = .error, since: Timestamp,
        headline: String, meaning: String, nextBest: RecoveryPoint? = nil, command: String? = nil,
        closed: Timestamp? = nil
    ) {
        (self.store, self.kind, self.subject) = (store, kind, subject)
        (self.severity, self.since, self.closed) = (severity, since, closed)
        (self.headline, self.meaning) = (headline, meaning)
        (self.nextBest, self.command) = (nextBest, command)
    }

    /// A history has at most one open incident of a key.
    public var key: Key { Key(store: store, kind: kind, subject: subject) }

    /// Whether it goes on, as far as anybody has looked.
    public var isOpen: Bool { closed == nil }
}

extension Incident {
    /// The kind of one that says that nothing was verified for too long: nobody watches.
    public static let silence = "silence"
    /// The kind of what is said of a backup whose trial restore failed.
    public static let trialFailed = "trial-failed"
}
