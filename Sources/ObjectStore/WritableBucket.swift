// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
public import Logging

/// A folder of a bucket into which small objects are put, and in which they are read.
///
/// Of its own, so that no store of backups is ever one: what reads those cannot write.
public struct WritableBucket: Sendable {
    /// What is there; waits out what may pass.
    public let store: RetryingStore
    private let bucket: S3Bucket

    /// Makes no request.
    public init(_ bucket: S3Bucket, cancellation: Cancellation, logger: Logger) {
        self.bucket = bucket
        store = RetryingStore(bucket, cancellation: cancellation, logger: logger)
    }

    /// Puts an object there, whole, in the place of one that has its name.
    public func put(_ bytes: [UInt8], as name: ObjectName) throws(ObjectStoreError) {
        try store.repeated { () throws(ObjectStoreError) in try bucket.put(bytes, as: name) }
    }

    /// The bytes of an object; nil for one that is longer than `limit`, of which nothing is read.
    ///
    /// Throws `.missing` where it is not there.
    public func content(of name: ObjectName, limit: Int) throws(ObjectStoreError) -> [UInt8]? {
        let object = try store.head(name)
        guard object.size <= UInt64(limit) else { return nil }
        var content: [UInt8] = []
        content.reserveCapacity(Int(object.size))
        try store.read(ReadRequest(whole: object)) { bytes in content.append(bytes) }
        return content
    }
}
