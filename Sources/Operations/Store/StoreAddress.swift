// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import ObjectStore
public import Settings

/// One store and how it is reached: each has settings of its own, so that two in one process can differ in
/// keys, endpoint and region.
public struct StoreAddress: Sendable {
    /// `s3://bucket/prefix`, or a directory.
    public var location: String
    /// What options, environment and files say of this store.
    public var settings: Settings
    /// Whether an endpoint was named for this store, which a directory has none of.
    public var namesEndpoint = false
    /// How requests name the bucket; of no meaning for a directory.
    public var addressing = Addressing.automatic
    /// Whether to agree to pay for requests to a requester-pays bucket.
    public var requesterPays = false
    /// A file with the 32-byte key of objects encrypted with SSE-C.
    public var customerKeyFile: String?
    /// Set to see the store as it was then; only a bucket that keeps versions can be.
    public var asOf: Timestamp?
    /// In bytes a second, over all readings of the store; nil for no limit.
    public var rateLimit: UInt64?
    /// The store itself, where another process has opened it and lends it to this one.
    var lent: (any ObjectStore)?

    /// Reached as `settings` say, and in nothing else out of the ordinary.
    public init(_ location: String, _ settings: Settings) {
        (self.location, self.settings) = (location, settings)
    }

    /// How a request names the bucket.
    public enum Addressing: String, Sendable, CaseIterable {
        /// As the bucket's name and the endpoint allow.
        case automatic
        case path
        case virtualHost = "virtual-host"

        var style: S3Addressing {
            switch self {
            case .automatic: .automatic
            case .path: .path
            case .virtualHost: .virtualHost
            }
        }
    }
}
