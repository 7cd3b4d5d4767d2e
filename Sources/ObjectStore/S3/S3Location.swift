// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// A bucket and the folder in it that a store is: `s3://bucket/prefix`.
///
/// The prefix is taken byte for byte, nothing is percent-decoded, and it names a folder whether it ends
/// in a slash or not: `s3://b/backups` holds `backups/x`, never `backups2/x`.
public struct S3Location: Sendable, Equatable {
    /// A name that is safe in a host name and a path.
    public let bucket: String
    /// What the keys of this store begin with: empty, or ending in a slash.
    public let keyPrefix: ObjectName

    /// Reads `s3://bucket/prefix`; throws `.unusable` when it is not of that form.
    public init(_ text: String) throws(ObjectStoreError) {
        let scheme = "s3://"
        guard text.hasPrefix(scheme) else {
            throw Self.refusal(text, "it does not begin with 's3://'")
        }
        let rest = text.utf8.dropFirst(scheme.utf8.count)
        let bucket = rest.prefix { $0 != UInt8(ascii: "/") }
        let prefix = rest.dropFirst(bucket.count + 1)
        try self.init(
            bucket: String(decoding: bucket, as: UTF8.self), prefix: ObjectName(bytes: prefix), as: text)
    }

    /// Throws for what is no name of a bucket.
    public init(bucket: String, prefix: ObjectName) throws(ObjectStoreError) {
        try self.init(bucket: bucket, prefix: prefix, as: "s3://\(bucket)/\(prefix)")
    }

    private init(bucket: String, prefix: ObjectName, as text: String) throws(ObjectStoreError) {
        guard Self.isBucketName(bucket) else {
            throw Self.refusal(text, "'\(ObjectName(bucket))' is no bucket name")
        }
        // 1,024 bytes is all a key may have (Amazon S3 User Guide, "Naming Amazon S3 objects").
        guard prefix.bytes.count <= 1024 else {
            throw Self.refusal(text, "the prefix is longer than 1024 bytes")
        }
        self.bucket = bucket
        keyPrefix = prefix.isEmpty || prefix.hasSuffix("/") ? prefix : prefix + "/"
    }

    /// Whether every character may stand in a host name or a path segment as it is.
    ///
    /// Wider than Amazon's rule of today: older buckets and other servers have capitals and underscores.
    private static func isBucketName(_ name: String) -> Bool {
        (1...255).contains(name.utf8.count) && name.utf8.contains { $0 != UInt8(ascii: ".") }
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                    UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private static func refusal(_ text: String, _ reason: String) -> ObjectStoreError {
        .unusable("'\(ObjectName(text))'", reason: reason, hint: "write it as s3://BUCKET/PREFIX.")
    }

    /// The bucket and prefix as they stand in messages and pins, without a trailing slash.
    var path: String {
        let folder = ObjectName(bytes: keyPrefix.bytes.dropLast())
        return folder.isEmpty ? bucket : "\(bucket)/\(folder)"
    }

    /// The key of an object of this store.
    func key(of name: ObjectName) -> ObjectName { keyPrefix + name }
}
