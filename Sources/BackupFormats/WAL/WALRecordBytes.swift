// SPDX-License-Identifier: Apache-2.0
import Digests

/// Where the bytes of one record stand in the file of its segment.
///
/// A record goes over as many pages as it needs, after the header of each (`XLogPageHeaderData` in
/// src/include/access/xlog_internal.h).
public struct WALRecordBytes: Sendable, Equatable {
    /// Of the file, in the order of the record.
    public let ranges: [Range<UInt64>]

    private static let pageSize: UInt64 = 8192
    private static let shortHeader: UInt64 = 24
    private static let longHeader: UInt64 = 40

    /// Nil where the record does not end in the segment that it begins in.
    ///
    /// `size` is the record's own, in bytes; the segment has `segmentSize`, a power of two.
    public init?(at position: LogSequenceNumber, size: UInt32, segmentSize: UInt32) {
        guard segmentSize.nonzeroBitCount == 1, UInt64(segmentSize) >= Self.pageSize else { return nil }
        var offset = position.position & UInt64(segmentSize - 1)
        var remaining = UInt64(size)
        var ranges: [Range<UInt64>] = []
        while remaining > 0 {
            guard offset < UInt64(segmentSize) else { return nil }
            if offset % Self.pageSize == 0 { offset += offset == 0 ? Self.longHeader : Self.shortHeader }
            let count = min(remaining, Self.pageSize - offset % Self.pageSize)
            ranges.append(offset..<offset + count)
            (offset, remaining) = (offset + count, remaining - count)
        }
        self.ranges = ranges
    }
}

/// The record of a tablespace that comes into being, with the path taken out of it.
///
/// Replay makes a tablespace without a path inside `pg_tblspc/OID` of the data directory (`create_tablespace_directories` in
/// src/backend/commands/tablespace.c, since the minor versions of August 2022). Where a link of that name already
/// stands, it is what the tablespace is made behind: so who puts the link there decides on the place, and the path that
/// was the origin's is touched by nobody.
public enum PathlessTablespace {
    /// The same record without its path, and with the checksum of what it is then; nil when it is no such record.
    ///
    /// `record` is the whole of it, as long as its header says, and comes back as long as it was.
    public static func record(of record: [UInt8]) -> [UInt8]? {
        guard let path = pathOffset(record) else { return nil }
        var changed = record
        for index in path..<changed.count { changed[index] = 0 }
        let checksum = checksum(of: changed)
        for index in 0..<4 {
            changed[20 + index] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt32(index)))
        }
        return changed
    }

    /// Where the path begins, behind the header of the main data and the OID.
    private static func pathOffset(_ record: [UInt8]) -> Int? {
        guard record.count > WALRecord.headerSize, record.count <= 4096, record[17] == 5,
            record[16] & 0xF0 == 0
        else { return nil }
        var parsed = WALRecord(at: 0, size: UInt32(record.count))
        parsed.receive(record.span.bytes)
        guard parsed.computedCRC == parsed.statedCRC,
            case .tablespaceCreated? = parsed.event(majorVersion: 18), let start = parsed.mainDataOffset
        else { return nil }
        return start + 4 < record.count ? start + 4 : nil
    }

    private static func checksum(of record: [UInt8]) -> UInt32 {
        var parsed = WALRecord(at: 0, size: UInt32(record.count))
        parsed.receive(record.span.bytes)
        return parsed.computedCRC
    }
}
