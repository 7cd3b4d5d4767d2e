// SPDX-License-Identifier: Apache-2.0

/// What a store says about one version of an object, without its bytes.
///
/// S3 gives ETag (quotes stripped), version, size and Last-Modified; a local directory gives size, mtime,
/// ctime and inode.
public struct Validators: Sendable, Hashable, Codable {
    /// In bytes.
    public var size: UInt64
    /// S3 only: the entity tag, without its quotes.
    public var etag: String?
    /// S3 only, of buckets that keep versions.
    public var version: String?
    /// When its content was last written, to the second on S3.
    public var modified: Timestamp?
    /// Local only: when the inode last changed.
    public var changed: Timestamp?
    /// Local only.
    public var inode: UInt64?

    /// What the store does not tell is nil, and agrees with whatever is told elsewhere.
    public init(
        size: UInt64, etag: String? = nil, version: String? = nil, modified: Timestamp? = nil,
        changed: Timestamp? = nil, inode: UInt64? = nil
    ) {
        (self.size, self.etag, self.version) = (size, etag, version)
        (self.modified, self.changed, self.inode) = (modified, changed, inode)
    }

    /// Whether nobody seems to have written the object between these two.
    ///
    /// ctime does not count: chmod, a hard link or a restored mtime move it without a write. What only
    /// one side knows does not count either.
    public func isSameVersion(as other: Validators) -> Bool {
        func agrees<Value: Equatable>(_ mine: Value?, _ theirs: Value?) -> Bool {
            mine == nil || theirs == nil || mine == theirs
        }
        return size == other.size && agrees(etag, other.etag) && agrees(version, other.version)
            && isWritten(when: other) && agrees(inode, other.inode)
    }

    /// Whether their times of writing may be the same moment: exactly, where both tell more than the second, or to the second.
    public func isWritten(when other: Validators) -> Bool {
        guard let mine = modified, let theirs = other.modified else { return true }
        let isExact = [mine, theirs].allSatisfy { !$0.nanoseconds.isMultiple(of: 1_000_000_000) }
        return isExact ? mine == theirs : mine.seconds == theirs.seconds
    }
}
