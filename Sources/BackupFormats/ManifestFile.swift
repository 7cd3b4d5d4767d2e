// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// One file of a backup as its manifest promises it.
public struct ManifestFile: Sendable, Equatable {
    /// Relative to the data directory; files of a tablespace are under `pg_tblspc/OID/`.
    public let path: ObjectName
    public let size: UInt64
    public let algorithm: ChecksumAlgorithm
    /// As long as the algorithm's digest; empty without one.
    ///
    /// CRC-32C stands in the byte order of the server, which is little-endian almost everywhere
    /// (PostgreSQL's `pg_checksum_final` copies the integer as it is).
    public let checksum: [UInt8]

    public init(path: ObjectName, size: UInt64, algorithm: ChecksumAlgorithm, checksum: [UInt8]) {
        (self.path, self.size, self.algorithm, self.checksum) = (path, size, algorithm, checksum)
    }
}

/// What a manifest's checksums are made with; the raw value is the name that PostgreSQL writes.
public enum ChecksumAlgorithm: String, Sendable, Codable, CaseIterable {
    case none = "NONE"
    /// Detects accidents, never an attacker.
    case crc32c = "CRC32C"
    case sha224 = "SHA224"
    case sha256 = "SHA256"
    case sha384 = "SHA384"
    case sha512 = "SHA512"

    /// In bytes.
    public var digestLength: Int {
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

/// A stretch of write-ahead log that recovery from the backup needs.
public struct WALRange: Sendable, Equatable {
    public let timeline: UInt32
    public let start: LogSequenceNumber
    /// Never before `start`.
    public let end: LogSequenceNumber

    public init(timeline: UInt32, start: LogSequenceNumber, end: LogSequenceNumber) {
        (self.timeline, self.start, self.end) = (timeline, start, end)
    }
}
