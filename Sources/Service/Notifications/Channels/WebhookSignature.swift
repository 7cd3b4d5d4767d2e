// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
import Digests

/// What shows a receiver that a request is ours, and of now.
///
/// HMAC-SHA-256 over the time, a full stop and the body: whoever has not the secret can neither make a request
/// nor send an old one under a new time. A receiver refuses times that are minutes away from its own.
public struct WebhookSignature: Sendable, Equatable {
    /// Whole seconds since 1970, in digits.
    public static let timeHeader = "Pg-Backctl-Timestamp"
    /// `v1=` and 64 hexadecimal digits.
    public static let signatureHeader = "Pg-Backctl-Signature"

    /// The value of `timeHeader`.
    public let time: String
    /// The value of `signatureHeader`.
    public let signature: String

    /// Signs the very bytes that are sent; of the time only whole seconds count.
    public init(of body: [UInt8], at time: Timestamp, secret: Secret) {
        let seconds = String(time.seconds)
        let code = HMACSHA256.authenticate(Array("\(seconds).".utf8) + body, key: Array(secret.revealed.utf8))
        (self.time, signature) = (seconds, "v1=\(Hex.encode(code))")
    }
}
