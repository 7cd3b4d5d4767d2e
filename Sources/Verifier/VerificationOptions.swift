// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Inspection

/// How a verification is to be done.
public struct VerificationOptions: Sendable {
    /// How much is to be shown of each backup.
    public var level: Level
    /// Start over: neither what an interrupted run left nor earlier states are used.
    public var isFresh: Bool
    /// How many objects, or parts of objects, are worked on at once.
    public var jobs: Int
    /// In bytes, a multiple of 64: where the states of newly read objects are taken.
    public var chunkSize: UInt64
    /// How many bytes of an object one job proves before it looks for the next piece of work.
    public var spanSize: UInt64
    /// What an interrupted run read longer ago than this, in seconds, is read again.
    public var progressLifetime: Int64
    /// How often it is kept which small objects were read, in seconds of monotonic time.
    public var progressInterval: Double
    /// How many threads can compute at once; archives are unpacked beside their reading while there is room.
    public var processors: Int
    /// What the history says the run was done by.
    public var toolVersion: String
    /// What the run is called in the history.
    public var command = "verify"
    /// Where the members of backups are kept while they are proven; contents are taken apart then, whatever
    /// is known of them.
    public var output: (any MemberOutput)?
    /// Set to read no objects of a backup but these and those that say what the others must be.
    ///
    /// What is concluded of the backup then means nothing; what is told of these objects does.
    public var only: Set<ObjectName>?

    /// Intervals and sizes are those of every day; tests have smaller ones.
    public init(
        level: Level, isFresh: Bool = false, jobs: Int = 1, chunkSize: UInt64 = 8 << 20,
        spanSize: UInt64 = 64 << 20, progressLifetime: Int64 = 86_400, progressInterval: Double = 1,
        processors: Int = 1, toolVersion: String
    ) {
        precondition(chunkSize > 0 && chunkSize % 64 == 0, "SHA-256 has states at multiples of 64 bytes only")
        (self.level, self.isFresh, self.jobs) = (level, isFresh, max(1, jobs))
        (self.chunkSize, self.spanSize) = (chunkSize, max(spanSize, chunkSize))
        (self.progressLifetime, self.progressInterval) = (progressLifetime, progressInterval)
        (self.processors, self.toolVersion) = (max(1, processors), toolVersion)
    }
}
