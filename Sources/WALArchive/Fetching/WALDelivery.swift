// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import BackupFormats

/// A file of WAL that was handed over.
public struct WALDelivery: Sendable, Equatable {
    /// What was handed over.
    public var file: ArchivedWALFile
    /// Where it stands in the archive.
    public var object: ObjectName
    /// Unpacked.
    public var size: UInt64
    /// Nil for what is no segment.
    public var facts: WALSegmentFacts?
    /// Set when WAL ends in this segment.
    public var endsAt: LogSequenceNumber?
    /// What is wrong with the segment unless WAL ends in it; nil for a whole one.
    var fault: WALArchiveError?
    /// Whether what is wrong lies behind the goal of the recovery that it is for.
    var isBehindGoal = false
    /// What was wrong with it at first, and was not when it was read once more.
    public var trouble: String?
    /// Of the unpacked bytes, in hex; nil where there was no need to know.
    var sha1: String?
}

extension WALDelivery {
    /// How much of the segment comes before its end of WAL, in bytes.
    var bytesOfWAL: UInt64 {
        guard let end = endsAt, let size = facts?.segmentSize, let number = file.segment?.number(size: size)
        else { return self.size }
        return min(UInt64(size), end.position &- number &* UInt64(size))
    }
}
