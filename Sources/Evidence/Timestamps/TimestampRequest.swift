// SPDX-License-Identifier: Apache-2.0
public import Digests

/// What a time stamping authority is asked: to sign that a digest was there at its time (RFC 3161, section 2.4.1).
public struct TimestampRequest: Sendable {
    /// Of the data.
    public let digest: SHA256Digest
    /// 8 bytes that an answer must bear, so that no older one can stand in for it.
    public let nonce: [UInt8]

    /// With a nonce that nobody can foresee.
    public init(_ digest: SHA256Digest) {
        // The highest bit is not set, and another one is: 8 bytes, as a positive number.
        let number = UInt64.random(in: 1 << 56..<1 << 63)
        self.init(digest, nonce: (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) })
    }

    init(_ digest: SHA256Digest, nonce: [UInt8]) { (self.digest, self.nonce) = (digest, nonce) }

    /// A TimeStampReq in DER that asks for the certificate, too: the body of a POST as `application/timestamp-query`.
    public var bytes: [UInt8] {
        DERItem.short(
            DERItem.Tag.sequence,
            [DERItem.Tag.integer, 1, 1] + Self.imprint(of: digest) + DERItem.short(DERItem.Tag.integer, nonce)
                + [0x01, 1, 0xFF])
    }

    /// id-sha256, 2.16.840.1.101.3.4.2.1.
    static let sha256: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]

    private static func imprint(of digest: SHA256Digest) -> [UInt8] {
        let algorithm = DERItem.short(
            DERItem.Tag.sequence, DERItem.short(DERItem.Tag.identifier, sha256) + [0x05, 0])
        return DERItem.short(
            DERItem.Tag.sequence, algorithm + DERItem.short(DERItem.Tag.octets, digest.bytes))
    }
}
