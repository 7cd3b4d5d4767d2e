// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import BackupFormats
import ObjectStore

/// What one segment of an archive holds, read to its end.
public struct SegmentContents: Sendable, Equatable {
    /// The segment's.
    public var name: WALFileName
    /// Where it stands in the archive.
    public var object: ObjectName
    /// What its records do that begin and end in it.
    public var events: WALEventLog
    /// Up to where its records are sound; where it begins when none ends in it.
    public var end: LogSequenceNumber
    /// The cluster's that wrote it.
    public var systemIdentifier: UInt64
    /// Whether WAL ends in it before the segment does.
    public var isUnfinished: Bool
}

extension WALArchive {
    /// Reads a segment, also one that is not whole; nil when nothing of it is there.
    ///
    /// The log of its events tells about the position `mark`.
    public func contents(
        of name: WALFileName, mark: LogSequenceNumber? = nil
    ) throws(WALArchiveError) -> SegmentContents? {
        let archive = WALArchive(
            store, systemIdentifier: systemIdentifier, segmentSize: segmentSize, allowsUnfinished: true,
            mark: mark,
            cancellation: cancellation)
        let delivery: WALDelivery
        do throws(WALArchiveError) { delivery = try archive.examine(.segment(name)) } catch {
            guard error.isAbsence else { throw error }
            return nil
        }
        guard let facts = delivery.facts else { return nil }
        let first = (name.number(size: facts.segmentSize) ?? 0).multipliedClamped(
            by: UInt64(facts.segmentSize))
        return SegmentContents(
            name: name, object: delivery.object, events: facts.events,
            end: delivery.endsAt ?? facts.soundUpTo ?? LogSequenceNumber(first),
            systemIdentifier: facts.systemIdentifier, isUnfinished: delivery.endsAt != nil)
    }
}
