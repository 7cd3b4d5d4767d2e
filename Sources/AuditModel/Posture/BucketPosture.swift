// SPDX-License-Identifier: Apache-2.0

/// How a bucket keeps what is in it, as the bucket itself says.
public struct BucketPosture: Sendable, Equatable, Codable {
    /// Whether a bucket keeps versions of its objects.
    public enum Versioning: String, Sendable, Codable {
        case never
        /// Those that there are stay; new ones take each other's place.
        case suspended
        case enabled
    }

    /// Whether what is overwritten or deleted is kept.
    public var versioning: Told<Versioning>
    /// What new objects are locked by.
    public var lock: Told<LockRule>
    /// Of some objects of the newest backup.
    public var lockedObjects: [LockedObject]
    /// The rules in force that may touch this store; none of those that are switched off.
    public var lifecycle: Told<[LifecycleRule]>
    /// What keeps the bucket from being made public.
    public var publicAccessBlock: Told<PublicAccessBlock>
    /// Whether the bucket's policy lets everybody in.
    public var hasPublicPolicy: Told<Bool>
    /// What the bucket's access list grants to everybody, such as `READ`.
    public var publicGrants: Told<[String]>
    /// How new objects are encrypted: `AES256`, `aws:kms`, …; `none` where they are not.
    public var encryption: Told<String>
    /// Whether these credentials may write an object.
    public var mayWrite: Told<Bool>
    /// Whether these credentials may delete a version of an object for good.
    public var mayDelete: Told<Bool>

    /// What was not asked, or not answered, says so by itself and is never left out.
    public init(
        versioning: Told<Versioning>, lock: Told<LockRule>, lockedObjects: [LockedObject],
        lifecycle: Told<[LifecycleRule]>, publicAccessBlock: Told<PublicAccessBlock>,
        hasPublicPolicy: Told<Bool>, publicGrants: Told<[String]>, encryption: Told<String>,
        mayWrite: Told<Bool>, mayDelete: Told<Bool>
    ) {
        (self.versioning, self.lock, self.lockedObjects) = (versioning, lock, lockedObjects)
        (self.lifecycle, self.publicAccessBlock) = (lifecycle, publicAccessBlock)
        (self.hasPublicPolicy, self.publicGrants) = (hasPublicPolicy, publicGrants)
        (self.encryption, self.mayWrite, self.mayDelete) = (encryption, mayWrite, mayDelete)
    }
}

/// S3 Object Lock's two kinds.
public enum LockMode: String, Sendable, Codable {
    /// Those with a right of its own may lift it.
    case governance = "GOVERNANCE"
    /// Nobody may.
    case compliance = "COMPLIANCE"
}

/// What a bucket locks new objects by.
public struct LockRule: Sendable, Equatable, Codable {
    /// Whether objects of the bucket can be locked at all.
    public var isEnabled: Bool
    /// Nil where new objects are not locked unless whoever writes them says so.
    public var mode: LockMode?
    /// For how long; a year counts as 365.
    public var days: Int?

    /// Without mode and time, nothing is locked unless whoever writes it says so.
    public init(isEnabled: Bool, mode: LockMode? = nil, days: Int? = nil) {
        (self.isEnabled, self.mode, self.days) = (isEnabled, mode, days)
    }
}

/// An object of the newest backup and what it is locked by.
public struct LockedObject: Sendable, Equatable, Codable {
    /// Relative to the store, escaped.
    public var name: String
    /// When it was written, as the store says.
    public var modified: Timestamp?
    /// Said only where the store shows a lock, or cannot have any.
    public var lock: Told<Lock>

    /// What forbids an object's deletion.
    public struct Lock: Sendable, Equatable, Codable {
        /// Nil where it is not locked.
        public var mode: LockMode?
        /// When the lock ends by itself.
        public var until: Timestamp?
        /// Whether somebody forbids its deletion until further notice.
        public var isHeld: Bool

        /// Of an object that anybody with the right to delete may delete, unless said otherwise.
        public init(mode: LockMode? = nil, until: Timestamp? = nil, isHeld: Bool = false) {
            (self.mode, self.until, self.isHeld) = (mode, until, isHeld)
        }
    }

    /// `name` and `modified` are as the store lists the object.
    public init(name: String, modified: Timestamp?, lock: Told<Lock>) {
        (self.name, self.modified, self.lock) = (name, modified, lock)
    }
}

/// A rule by which a bucket deletes objects or moves them to another storage class.
public struct LifecycleRule: Sendable, Equatable, Codable {
    /// As the bucket calls it, escaped.
    public var name: String
    /// Whether it is for a part of the store, or only for objects of some tags or sizes.
    public var isPartial: Bool
    /// Objects are deleted that many days after they were written.
    public var expiresAfterDays: Int?
    /// All objects are deleted then.
    public var expiresOn: Timestamp?
    /// Versions are deleted that many days after something took their place.
    public var oldVersionsExpireAfterDays: Int?
    /// To other storage classes.
    public var moves: [Move]

    /// A move to another storage class, some days after an object was written or at a time.
    public struct Move: Sendable, Equatable, Codable {
        /// Such as `DEEP_ARCHIVE`, escaped.
        public var storageClass: String
        /// Counted from the object's own time.
        public var afterDays: Int?
        /// Of all objects at once.
        public var on: Timestamp?

        /// S3 has either days or a date; with neither, nobody knows when it moves.
        public init(storageClass: String, afterDays: Int? = nil, on: Timestamp? = nil) {
            (self.storageClass, self.afterDays, self.on) = (storageClass, afterDays, on)
        }

        /// Whether what is there must be brought back, for hours, before it can be read.
        public var needsRestoring: Bool { storageClass == "GLACIER" || storageClass == "DEEP_ARCHIVE" }
    }

    /// Of a rule for all of the store that takes nothing away and moves nothing, unless said otherwise.
    public init(
        name: String, isPartial: Bool = false, expiresAfterDays: Int? = nil, expiresOn: Timestamp? = nil,
        oldVersionsExpireAfterDays: Int? = nil, moves: [Move] = []
    ) {
        (self.name, self.isPartial) = (name, isPartial)
        (self.expiresAfterDays, self.expiresOn) = (expiresAfterDays, expiresOn)
        (self.oldVersionsExpireAfterDays, self.moves) = (oldVersionsExpireAfterDays, moves)
    }
}

/// The four switches of S3's Block Public Access; off where the bucket has none of them.
public struct PublicAccessBlock: Sendable, Equatable, Codable {
    /// `BlockPublicAcls`: refuses access lists that let everybody in.
    public var blocksLists: Bool
    /// `IgnorePublicAcls`: does not go by those that there are.
    public var ignoresLists: Bool
    /// `BlockPublicPolicy`: refuses policies that let everybody in.
    public var blocksPolicies: Bool
    /// `RestrictPublicBuckets`: does not go by one that there is.
    public var restrictsPolicies: Bool

    /// All four are off unless said otherwise, as where the bucket has no such configuration.
    public init(
        blocksLists: Bool = false, ignoresLists: Bool = false, blocksPolicies: Bool = false,
        restrictsPolicies: Bool = false
    ) {
        (self.blocksLists, self.ignoresLists) = (blocksLists, ignoresLists)
        (self.blocksPolicies, self.restrictsPolicies) = (blocksPolicies, restrictsPolicies)
    }

    /// Whether all four are on.
    public var isComplete: Bool { blocksLists && ignoresLists && blocksPolicies && restrictsPolicies }
}
