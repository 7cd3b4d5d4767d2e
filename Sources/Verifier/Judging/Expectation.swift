// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Digests

/// What is known of an object's digest before it is read.
struct Expectation: Sendable, Equatable {
    /// What attests an object.
    enum Attestation: Sendable, Equatable {
        /// The sum file's line with this number says so.
        case sumFile(sha256: String, line: Int)
        /// The manifest says so; the digest is hex of this algorithm's bytes.
        case manifest(_ algorithm: DigestAlgorithm, digest: String, size: UInt64)
    }

    var attestation: Attestation?
    var pin: Pin?
    /// Whether the sum file (or the manifest, when it attests) equals a pin of its own.
    var isAttestorUnchanged: Bool
}

/// What a reading of an object gave.
struct Observation: Sendable, Equatable {
    var sha256: String
    var validators: Validators
    /// The bytes' digest by the manifest's algorithm, hex, when the manifest attests and it was taken.
    var manifestDigest: String?
}
