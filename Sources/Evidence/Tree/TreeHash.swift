// SPDX-License-Identifier: Apache-2.0
public import Digests

/// The hashes that a Merkle tree is made of (RFC 6962, section 2.1): leaves and nodes are told apart by their first byte.
public enum TreeHash {
    /// Of a tree without leaves.
    public static let empty = SHA256.digest(of: [])

    /// Of a leaf with these bytes.
    public static func leaf(_ bytes: [UInt8]) -> SHA256Digest { SHA256.digest(of: [0] + bytes) }

    /// Of what has these two below it.
    public static func node(_ left: SHA256Digest, _ right: SHA256Digest) -> SHA256Digest {
        SHA256.digest(of: [1] + left.bytes + right.bytes)
    }
}
