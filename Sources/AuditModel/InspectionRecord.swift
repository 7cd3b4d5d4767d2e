// SPDX-License-Identifier: Apache-2.0

/// What the contents of a backup were found to be.
///
/// A function of the bytes and of the checks: it holds again whenever every object of the backup is shown to
/// have the digest it had, until the checks have grown.
public struct InspectionRecord: Sendable, Equatable, Codable {
    /// The version of the checks that found it.
    public var checks: Int
    /// SHA-256 over the names and digests of the objects, lower-case hex.
    public var digestSet: String
    /// Whether every check could be carried out, whatever it found: the level `inspected` was reached.
    public var isComplete: Bool
    /// What is wrong in the contents.
    public var findings: [Finding]
    /// What the contents are.
    public var contents: ContentSummary

    /// Findings and contents are those of exactly these digests, by exactly these checks.
    public init(
        checks: Int, digestSet: String, isComplete: Bool, findings: [Finding], contents: ContentSummary
    ) {
        (self.checks, self.digestSet, self.isComplete) = (checks, digestSet, isComplete)
        (self.findings, self.contents) = (findings, contents)
    }
}

/// How much a backup holds, and of what; sizes in bytes, as unpacked.
public struct ContentSummary: Sendable, Equatable, Codable {
    /// PostgreSQL's, such as 15; nil when nothing says it.
    public var majorVersion: Int?
    /// The cluster's; nil when nothing says it.
    public var systemIdentifier: UInt64?
    /// How many files the backup holds.
    public var files: UInt64 = 0
    /// Of all files, unpacked.
    public var bytes: UInt64 = 0
    /// The bytes of the archives that hold them.
    public var archiveBytes: UInt64 = 0
    /// How many pages of relations were summed; 0 where the cluster has no page checksums.
    public var pages: UInt64 = 0
    /// By database and fork.
    public var relations: [RelationTotal] = []
    /// Of an incremental backup, which is nothing without it.
    public var parent: ParentBackup?

    /// Counts begin at 0; what is not said here is set later.
    public init() {}

    /// Whether the cluster summed its pages; nil when that was not found out.
    ///
    /// `isComplete` says whether every check could be carried out: pages that were not looked at are none, too.
    public func hasPageChecksums(ifComplete isComplete: Bool) -> Bool? {
        pages > 0 ? true : isComplete ? false : nil
    }
}

/// The backup that an incremental one builds on.
public struct ParentBackup: Sendable, Equatable, Codable {
    /// The timeline on which its WAL starts.
    public var timeline: UInt32
    /// Where its WAL starts, as a byte position.
    public var start: UInt64

    /// As `backup_label` has them after `INCREMENTAL FROM TLI` and `INCREMENTAL FROM LSN`.
    public init(timeline: UInt32, start: UInt64) { (self.timeline, self.start) = (timeline, start) }
}

/// What the relation files of one kind in one database come to.
public struct RelationTotal: Sendable, Equatable, Codable {
    /// The database's OID; 0 for relations that all databases share.
    public var database: UInt32
    /// `main`, `fsm`, `vm` or `init`.
    public var fork: String
    /// How many there are.
    public var files: UInt64
    /// Of all of them together.
    public var bytes: UInt64

    /// Each segment of a relation counts as a file of its own.
    public init(database: UInt32, fork: String, files: UInt64, bytes: UInt64) {
        (self.database, self.fork, self.files, self.bytes) = (database, fork, files, bytes)
    }
}
