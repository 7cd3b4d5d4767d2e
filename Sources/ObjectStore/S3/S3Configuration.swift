// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
public import Logging

/// How a bucket is spoken to.
public struct S3Configuration: Sendable {
    /// Nil means Amazon's own server of `region`.
    public var endpoint: S3Endpoint?
    /// Part of every signature, and of Amazon's host names.
    public var region: String
    /// Where the bucket's name goes.
    public var addressing: S3Addressing
    /// Asked before each request.
    public var credentials: any CredentialSource
    /// Says that we pay for what we read of somebody else's bucket.
    public var requesterPays: Bool
    /// The 32-byte key of objects encrypted with SSE-C, in base64.
    public var sseCustomerKey: Secret?
    /// A PEM file of the only authorities to trust; nil for the system's.
    public var caFile: String?
    /// The HTTP proxy that the bucket is reached through; nil for none.
    public var proxy: Secret?
    /// In bytes, per running transfer.
    public var receiveBuffer: Int
    /// An answer slower than this for `stallSeconds` is given up.
    public var minimumBytesPerSecond: Int
    /// How long an answer may be that slow.
    public var stallSeconds: Int
    /// Set to see the bucket as it was then, by the versions that it keeps.
    public var asOf: Timestamp?
    /// Set to have answers counted.
    public var requests: RequestCount?
    /// What requests are dated by, corrected by the store's own time.
    public var clock: WallClock
    /// Looked at before and during each request.
    public var cancellation: Cancellation
    /// Told what is odd about the store; never of credentials.
    public var logger: Logger

    /// `proxy`, `asOf` and `requests` are left nil; whether the region can be one is checked by `S3Bucket`.
    public init(
        region: String = "us-east-1", endpoint: S3Endpoint? = nil, addressing: S3Addressing = .automatic,
        credentials: any CredentialSource, requesterPays: Bool = false, sseCustomerKey: Secret? = nil,
        caFile: String? = nil, receiveBuffer: Int = 512 << 10, minimumBytesPerSecond: Int = 1024,
        stallSeconds: Int = 30, clock: WallClock = .system, cancellation: Cancellation, logger: Logger
    ) {
        (self.endpoint, self.region, self.addressing) = (endpoint, region, addressing)
        (self.credentials, self.requesterPays) = (credentials, requesterPays)
        (self.sseCustomerKey, self.caFile) = (sseCustomerKey, caFile)
        (self.receiveBuffer, self.minimumBytesPerSecond) = (receiveBuffer, minimumBytesPerSecond)
        self.stallSeconds = stallSeconds
        (self.clock, self.cancellation, self.logger) = (clock, cancellation, logger)
    }

    /// Whether a text can be a region: it becomes part of a host name.
    static func isRegion(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
            }
    }
}
