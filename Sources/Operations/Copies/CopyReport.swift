// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics

/// What a second store holds of the backups of a first one.
public struct CopyReport: Sendable, Equatable {
    /// Of the first store.
    public var location: String
    /// Of the second.
    public var copyLocation: String
    /// Every backup of the first store.
    public var backups: [CopiedBackup]

    /// What a process ends with that did nothing but this: 1 where a copy holds something else, 7 where something is missing.
    ///
    /// What nobody has read yet is neither.
    public var exitStatus: ExitStatus {
        ExitStatus.mostSevere(
            backups.map { backup in
                switch backup.state {
                case .differs: .damaged
                case .missing, .incomplete: .policyNotMet
                case .same, .unread: .success
                }
            })
    }
}

/// What a second store holds of one backup.
public struct CopiedBackup: Sendable, Equatable {
    /// How much of it the second store holds; the raw value ends the kind of a finding, such as `copy-missing`.
    public enum State: String, Sendable, Codable {
        /// All objects are there with the digests that the first store's are pinned with.
        case same
        /// All objects are there in their sizes, but not all of them were read on both sides.
        case unread
        /// Objects are not there.
        case incomplete
        /// Nothing of it is there.
        case missing
        /// An object has another size or digest.
        case differs
    }

    /// That of the first store's backup; a copy has the same.
    public var label: String
    /// When the first store's newest object of it was written: a copy may need its time.
    public var written: Timestamp?
    /// How many the first store has.
    public var objects: Int
    /// Those of the second store that are shown to be the same.
    public var same = 0
    /// How many are not there; those of a missing backup are not counted here.
    public var absent = 0
    /// How many have another size or digest.
    public var differing = 0
    /// The first of those that are not there or not the same.
    public var differences: [CopyDifference] = []
    /// Whether the second store has a backup of that label.
    public var isThere: Bool
    /// Since when all of it is shown: of all objects that are the same, the longest time ago that one was read well in the
    /// second store; nil until all are the same.
    public var lastShown: Timestamp?

    /// One object that differs outweighs all that are absent, and one that is absent all that were not read.
    public var state: State {
        if !isThere { return .missing }
        if differing > 0 { return .differs }
        if absent > 0 { return .incomplete }
        return same == objects ? .same : .unread
    }

    /// How many are there in the right size, but were not read on both sides.
    public var unread: Int { isThere ? objects - same - absent - differing : 0 }
}

/// An object that a second store lacks, or has otherwise.
public struct CopyDifference: Sendable, Equatable {
    /// What is wrong with it in the second store.
    public enum Kind: Sendable, Equatable {
        case absent
        /// In bytes.
        case size(expected: UInt64, found: UInt64)
        /// SHA-256.
        case digest(expected: String, found: String)
    }

    /// Relative to the backup.
    public var object: ObjectName
    /// With what the first store has, and what the second one has instead.
    public var kind: Kind
}
