// SPDX-License-Identifier: Apache-2.0

/// An object whose changed content a person declared to be right.
public struct Accepted: Sendable, Equatable {
    /// The backup that the object is of.
    public var place: BackupPlace
    /// Relative to the backup's folder.
    public var object: ObjectName
    /// What was pinned before.
    public var previous: String?
    /// Nil when what was accepted is that the object is gone.
    public var sha256: String?

    /// Both digests are SHA-256 in hex digits; without `previous` nothing was pinned.
    public init(
        place: BackupPlace, object: ObjectName, previous: String?, sha256: String?
    ) {
        (self.place, self.object, self.previous) = (place, object, previous)
        self.sha256 = sha256
    }
}
