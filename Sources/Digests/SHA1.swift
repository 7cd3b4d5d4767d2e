// SPDX-License-Identifier: Apache-2.0

/// SHA-1 (FIPS 180-4), for names that other tools made with it.
///
/// It detects accidents, never an attacker.
public struct SHA1: ~Copyable {
    private var digest = EVPDigest("SHA1")

    /// The digest of no bytes.
    public init() {}

    /// Adds the next bytes.
    public mutating func update(_ bytes: RawSpan) { digest.update(bytes) }

    /// 20 bytes; more may be added afterwards.
    public func finalized() -> [UInt8] { digest.finalized() }
}
