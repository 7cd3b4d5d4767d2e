// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics

/// Another store, read no faster than a rate limit allows.
///
/// Each buffer is paid for before it is handed on, so a transfer waits and the sender with it. Listings
/// are not counted.
public struct ThrottledStore: ObjectStore {
    private let store: any ObjectStore
    private let limit: RateLimit
    private let cancellation: Cancellation

    /// Wraps a store; the cancellation, which ends a wait, is the one that the store was made with.
    public init(_ store: any ObjectStore, limit: RateLimit, cancellation: Cancellation) {
        (self.store, self.limit, self.cancellation) = (store, limit, cancellation)
    }

    /// That of the store within.
    public var url: String { store.url }

    /// Never waits for the limit.
    public func list(
        _ prefix: ObjectName, _ body: (StoredObject) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) {
        try store.list(prefix, body)
    }

    /// Never waits for the limit.
    public func head(_ name: ObjectName) throws(ObjectStoreError) -> StoredObject { try store.head(name) }

    /// Never waits for the limit.
    public func olderVersion(of name: ObjectName) throws(ObjectStoreError) -> OlderVersion? {
        try store.olderVersion(of: name)
    }

    /// Hands each buffer on when the limit has room for it; throws `.interrupted` out of that wait.
    public func read(
        _ request: ReadRequest, _ body: (RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> ReadStatistics {
        try store.read(request) { (bytes) throws(ObjectStoreError) in
            try limit.take(bytes.byteCount, unless: cancellation)
            try body(bytes)
        }
    }

    /// Pays for both buffers of a step together, before they are handed on.
    public func readSideBySide(
        _ first: ReadRequest, _ second: ReadRequest,
        _ body: (RawSpan, RawSpan) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> Bool {
        try store.readSideBySide(first, second) { (one, other) throws(ObjectStoreError) in
            try limit.take(one.byteCount + other.byteCount, unless: cancellation)
            try body(one, other)
        }
    }
}
