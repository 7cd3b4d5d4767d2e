// SPDX-License-Identifier: Apache-2.0

/// What one look at a backup has come to, and when.
public struct DatedLevel: Sendable, Equatable {
    /// The highest level that it has shown; nil where it found damage.
    public var level: Level?
    /// When it was over.
    public var at: Timestamp
    /// Of damage, what the first finding says; nil where that is not kept.
    public var words: String?

    /// Takes both as they are.
    public init(_ level: Level?, at: Timestamp) { (self.level, self.at) = (level, at) }
}
