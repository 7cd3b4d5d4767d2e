// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// How the bucket is named in a request.
public enum S3Addressing: Sendable, Equatable {
    /// `https://server/bucket/key`.
    case path
    /// `https://bucket.server/key`.
    case virtualHost
    /// The virtual host on Amazon, when the bucket's name has no dot (a certificate's `*` covers one label
    /// only); the path everywhere else.
    case automatic
}

/// Where the requests for one bucket go.
struct S3Address: Sendable, Equatable {
    /// The server with its scheme, such as `https://bucket.s3.eu-west-1.amazonaws.com`.
    let origin: String
    /// What the `Host` header says.
    let host: String
    /// What stands before a key: encoded, beginning and ending in a slash.
    let root: String

    init(endpoint: S3Endpoint, bucket: String, addressing: S3Addressing) {
        if Self.isVirtual(endpoint, bucket, addressing) {
            host = "\(bucket.lowercased()).\(endpoint.authority)"
            root = "\(endpoint.basePath)/"
        } else {
            host = endpoint.authority
            root = "\(endpoint.basePath)/\(bucket)/"
        }
        origin = "\(endpoint.scheme)://\(host)"
    }

    private static func isVirtual(_ endpoint: S3Endpoint, _ bucket: String, _ addressing: S3Addressing)
        -> Bool
    {
        switch addressing {
        case .path: false
        case .virtualHost: true
        case .automatic: endpoint.isAmazonRegion && !bucket.contains(".") && bucket == bucket.lowercased()
        }
    }

    /// The encoded path of a key.
    ///
    /// Nothing is normalised: `a//b` and `a/../b` are keys of their own.
    func path(of key: ObjectName) -> String {
        var path = Array(root.utf8)
        path.reserveCapacity(root.utf8.count + key.bytes.count + 16)
        URLCoding.append(key.bytes, keepingSlash: true, to: &path)
        return String(decoding: path, as: UTF8.self)
    }

    /// The path of the bucket itself, for listings.
    ///
    /// Without the slash at its end some servers answer a redirect, with it none does.
    var bucketPath: String { root }
}
