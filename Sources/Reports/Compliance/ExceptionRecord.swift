// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// Something that went wrong, from when it was first seen to when it was over.
public struct ExceptionRecord: Sendable, Equatable, Encodable {
    /// The store's name; empty for what concerns all.
    public var store: String
    /// What it is, in words that stay the same: `damaged`, `backup-overdue`.
    public var kind: String
    /// What it is about: a label, a group; empty for the store.
    public var subject: String
    /// When it was first seen, or since when it is so.
    public var since: Timestamp
    /// Nil while it is open at the end of the period.
    public var closed: Timestamp?
    /// For how many days it was, or is, open; a day that was begun counts.
    public var days: Int
    /// What happened: a sentence without its stop.
    public var words: String
    /// What it means, and what is to be done.
    public var remedy: String
}
