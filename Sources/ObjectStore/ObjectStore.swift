// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// A place that holds objects under names and can be read, never written.
///
/// All methods block, are called from plain threads, and may be called from several at once. They look at
/// the cancellation they were made with and throw `.interrupted` soon after it is requested. What they say
/// about a name or a size comes from outside and is not trusted by anyone.
///
/// Behaviour is added by wrapping: `RetryingStore`, `ThrottledStore`.
public protocol ObjectStore: Sendable {
    /// Where this is, as messages say it and as pins are kept under: no credentials, no trailing slash.
    var url: String { get }

    /// Hands every object whose name starts with `prefix` to `body`, in the order of the store.
    ///
    /// Names are relative to the store. Either all of them are handed over or an error is thrown; an error
    /// from `body` ends the listing and is passed on.
    func list(
        _ prefix: ObjectName, _ body: (StoredObject) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError)

    /// Asks for one object by its name, on a connection of its own.
    ///
    /// Throws `.missing` when it is not there.
    func head(_ name: ObjectName) throws(ObjectStoreError) -> StoredObject

    /// Hands the bytes of `request.range` to `body`, in order, each byte once.
    ///
    /// Returns only when the last byte of the range was handed over; anything less is an error. Throws
    /// `.changed` as soon as the object is seen to be another version than `request.expected`. An error
    /// from `body` ends the reading and is passed on unchanged. A buffer is valid during the call only.
    ///
    /// Returns how often a request had to be repeated.
    @discardableResult
    func read(
        _ request: ReadRequest, _ body: (RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> ReadStatistics

    /// Hands the bytes of two ranges to `body` side by side, in the calling thread: about equally many of
    /// both, until one of them has come to its end.
    ///
    /// Promises what `read` does, of each range, but makes one attempt: no wrapper repeats it. Returns false
    /// when this store cannot; then nothing was handed over.
    func readSideBySide(
        _ first: ReadRequest, _ second: ReadRequest,
        _ body: (RawSpan, RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> Bool

    /// The newest version of an object that something else has taken the place of: another one, or a deletion.
    ///
    /// Nil where the store keeps no versions, or none of this object.
    func olderVersion(of name: ObjectName) throws(ObjectStoreError) -> OlderVersion?
}

/// A version of an object that is not the one that a listing shows.
public struct OlderVersion: Sendable, Equatable {
    /// With the validators of that version, by which it can be read.
    public var object: StoredObject
    /// When it was overwritten or deleted, as the store says.
    public var superseded: Timestamp

    /// `superseded` is when the next version came, or the deletion.
    public init(_ object: StoredObject, superseded: Timestamp) {
        (self.object, self.superseded) = (object, superseded)
    }
}

extension ObjectStore {
    /// Whether it is a directory of this machine.
    public var isLocal: Bool { url.hasPrefix("/") }

    /// Nil: a store keeps no versions unless it says so itself.
    public func olderVersion(of name: ObjectName) throws(ObjectStoreError) -> OlderVersion? { nil }

    /// False, and nothing is handed over: a store cannot unless it says so itself.
    public func readSideBySide(
        _ first: ReadRequest, _ second: ReadRequest,
        _ body: (RawSpan, RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> Bool { false }
}

/// An object as a store tells of it.
public struct StoredObject: Sendable, Equatable {
    /// Relative to the store.
    public var name: ObjectName
    /// What is known of this version of it.
    public var validators: Validators
    /// S3's storage class, when it is not the standard one.
    public var storageClass: String?
    /// Set when it is something that cannot be read as an object: a socket, a link out of the root.
    public var oddity: String?
    /// The name that the same object has without the link of a tablespace that led to it; nil for all others.
    public var otherName: ObjectName?

    /// Of the standard storage class and fit to be read, unless something else is said; `otherName` is left nil.
    public init(name: ObjectName, validators: Validators, storageClass: String? = nil, oddity: String? = nil)
    {
        (self.name, self.validators) = (name, validators)
        (self.storageClass, self.oddity) = (storageClass, oddity)
    }

    /// In bytes, as the store says.
    public var size: UInt64 { validators.size }

    /// Whether it is in a storage class of S3 whose objects cannot be read before somebody has them brought back.
    public var needsRestoring: Bool { storageClass == "GLACIER" || storageClass == "DEEP_ARCHIVE" }
}

/// Which bytes of which version of an object are to be read, and how.
public struct ReadRequest: Sendable, Equatable {
    /// Relative to the store.
    public var name: ObjectName
    /// The bytes to read, within `0..<expected.size`.
    public var range: Range<UInt64>
    /// What listing or HEAD said of the object: the version that must be read.
    public var expected: Validators
    /// A reading that must not see what an earlier one left behind: a new connection, no page cache.
    public var isSecondLook: Bool
    /// Shared by the attempts of one reading, where the listing gave no ETag.
    public var witness: VersionWitness?

    /// The range must lie within `expected.size`; there is no witness yet.
    public init(_ name: ObjectName, range: Range<UInt64>, expected: Validators, isSecondLook: Bool = false) {
        (self.name, self.range, self.expected, self.isSecondLook) = (name, range, expected, isSecondLook)
    }

    /// All bytes of the version that a listing or HEAD told of.
    public init(whole object: StoredObject, isSecondLook: Bool = false) {
        self.init(
            object.name, range: 0..<object.size, expected: object.validators, isSecondLook: isSecondLook)
    }
}

/// What a reading took besides its bytes.
public struct ReadStatistics: Sendable, Equatable, Codable {
    /// How many requests failed and were repeated.
    public var retries: Int
    /// What those failures were, folded into one line; nil when there were none.
    public var trouble: String?

    /// Of a reading without trouble, unless some is given.
    public init(retries: Int = 0, trouble: String? = nil) {
        (self.retries, self.trouble) = (retries, trouble)
    }
}
