// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Digests

/// One file of a backup as its manifest promises it.
public struct ManifestFile: Sendable, Equatable {
    /// Relative to the data directory; files of a tablespace are under `pg_tblspc/OID/`.
    public let path: ObjectName
    /// In bytes.
    public let size: UInt64
    /// Of its checksum; `none` when there is none.
    public let algorithm: DigestAlgorithm
    /// As long as the algorithm's digest; empty without one.
    ///
    /// CRC-32C stands in the byte order of the server, which is little-endian almost everywhere
    /// (PostgreSQL's `pg_checksum_final` copies the integer as it is).
    public let checksum: [UInt8]

    /// `checksum` has the length of the algorithm's digest and is empty for `none`, which nobody checks here.
    public init(path: ObjectName, size: UInt64, algorithm: DigestAlgorithm, checksum: [UInt8]) {
        (self.path, self.size, self.algorithm, self.checksum) = (path, size, algorithm, checksum)
    }
}

/// A stretch of write-ahead log that recovery from the backup needs.
public struct WALRange: Sendable, Equatable {
    /// Whose WAL it is.
    public let timeline: UInt32
    /// Where reading begins.
    public let start: LogSequenceNumber
    /// Never before `start`.
    public let end: LogSequenceNumber

    /// `end` is not before `start`, which nobody checks here.
    public init(timeline: UInt32, start: LogSequenceNumber, end: LogSequenceNumber) {
        (self.timeline, self.start, self.end) = (timeline, start, end)
    }
}
