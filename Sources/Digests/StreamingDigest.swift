// SPDX-License-Identifier: Apache-2.0

/// The checksums a `backup_manifest` may name, PostgreSQL's `pg_checksum_type`.
public enum DigestAlgorithm: String, Sendable, CaseIterable {
    case none = "NONE"
    /// Detects accidents, never an attacker.
    case crc32c = "CRC32C"
    case sha224 = "SHA224"
    case sha256 = "SHA256"
    case sha384 = "SHA384"
    case sha512 = "SHA512"

    /// The length of the checksum in bytes.
    public var byteCount: Int {
        switch self {
        case .none: 0
        case .crc32c: 4
        case .sha224: 28
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }
}

/// A checksum of any of PostgreSQL's kinds, of a message that comes in pieces.
public struct StreamingDigest: ~Copyable {
    /// Which digest it is.
    public let algorithm: DigestAlgorithm
    private var crc = CRC32C()
    /// There for the members of the SHA-2 family only.
    private var sha: EVPDigest?

    /// The digest of no bytes.
    public init(_ algorithm: DigestAlgorithm) {
        self.algorithm = algorithm
        switch algorithm {
        case .none, .crc32c: sha = nil
        case .sha224, .sha256, .sha384, .sha512: sha = EVPDigest(algorithm.rawValue)
        }
    }

    /// Takes the next bytes of the message.
    public mutating func update(_ bytes: RawSpan) {
        switch algorithm {
        case .none: break
        case .crc32c: crc.update(bytes)
        case .sha224, .sha256, .sha384, .sha512: sha?.update(bytes)
        }
    }

    /// The checksum of the message so far, in the order in which a manifest prints its bytes.
    ///
    /// More may be added afterwards. Empty for `none`.
    public func finalized() -> [UInt8] {
        switch algorithm {
        case .none: []
        case .crc32c: crc.bytes
        case .sha224, .sha256, .sha384, .sha512: sha?.finalized() ?? []
        }
    }
}
