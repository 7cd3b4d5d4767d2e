// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Digests

extension Detector {
    /// A page of a table: its header as PostgreSQL has it, then rows that nobody reads.
    ///
    /// `PageHeaderData` in src/include/storage/bufpage.h.
    static var page: Detector {
        let header =
            UInt32(0).littleEndianBytes + UInt32(0x0150_0028).littleEndianBytes
            + pageChecksum.littleEndianBytes + UInt16(0).littleEndianBytes
            + UInt16(28).littleEndianBytes + UInt16(4096).littleEndianBytes + UInt16(8192).littleEndianBytes
            + UInt16(8196).littleEndianBytes + UInt32(0).littleEndianBytes
        let page = header + madeUp(PageCheck.pageSize - header.count)
        // Sixteen bits of sum overlook one changed bit in some 65,536; none of these.
        return Detector(.page, page, over: 0..<2048) { bytes in
            guard let file = RelationFile("base/5/1259") else { return false }
            var check = PageCheck(file)
            check.receive(bytes.span.bytes)
            return !check.finish().isDamaged
        }
    }

    /// Of the page above as block 0: whatever computes it now must come to the same.
    private static let pageChecksum: UInt16 = 0x5FAE

    /// One page of WAL with some records, read as recovery from a backup needs them.
    static var wal: Detector {
        let (page, ground, end) = walPage()
        let range = WALRange(
            timeline: 1, start: LogSequenceNumber(walStart + 40), end: LogSequenceNumber(walStart + end))
        return Detector(.wal, page, over: ground) { bytes in
            let name = WALFileName(
                timeline: 1, number: walStart / UInt64(walSegmentSize), size: walSegmentSize)
            var reader = WALReader(ranges: [range], systemIdentifier: systemIdentifier)
            reader.beginSegment(name, size: UInt64(walSegmentSize))
            reader.receive(bytes.span.bytes)
            reader.endSegment()
            return !reader.hasFaults && reader.isDone
        }
    }

    private static let systemIdentifier: UInt64 = 7_000_000_000_000_000_001
    private static let walSegmentSize: UInt32 = 1 << 20
    private static let walStart: UInt64 = 3 << 20

    /// `XLogLongPageHeaderData` (src/include/access/xlog_internal.h) and records of no manager's making; besides,
    /// where the content of the last record is, and where it ends.
    private static func walPage() -> (page: [UInt8], ground: Range<Int>, end: UInt64) {
        var page =
            UInt16(0xD110).littleEndianBytes + UInt16(2).littleEndianBytes + UInt32(1).littleEndianBytes
            + walStart.littleEndianBytes + UInt32(0).littleEndianBytes + [0, 0, 0, 0]
            + systemIdentifier.littleEndianBytes + walSegmentSize.littleEndianBytes
            + UInt32(8192).littleEndianBytes
        var (previous, start) = (UInt64(0), page.count)
        for size in [64, 800, 3000] {
            start = page.count
            page += record(madeUp(size), previous)
            previous = walStart + UInt64(start)
        }
        let end = page.count
        page += [UInt8](repeating: 0, count: 8192 - end)
        return (page, start + 24..<end, UInt64(end))
    }

    /// `XLogRecord` in src/include/access/xlogrecord.h.
    private static func record(_ content: [UInt8], _ previous: UInt64) -> [UInt8] {
        let head =
            UInt32(24 + content.count).littleEndianBytes + UInt32(5).littleEndianBytes
            + previous.littleEndianBytes + [0, 200, 0, 0]
        var crc = CRC32C()
        crc.update(content.span.bytes)
        crc.update(head.span.bytes)
        return head + crc.value.littleEndianBytes + content
    }

    /// A pg_control of PostgreSQL 13 to 16 (`ControlFileData` in src/include/catalog/pg_control.h).
    static var control: Detector {
        var file = [UInt8](repeating: 0, count: 8192)
        func set(_ number: some FixedWidthInteger, at offset: Int) {
            let bytes = number.littleEndianBytes
            file.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        }
        set(systemIdentifier, at: 0)
        set(UInt32(1300), at: 8)
        set(UInt32(202_209_061), at: 12)
        set(UInt32(6), at: 16)
        set(UInt64(0x0200_0060), at: 32)
        set(UInt64(0x0200_0028), at: 40)
        set(UInt32(1), at: 48)
        for (index, size) in [UInt32(8192), 131_072, 8192, walSegmentSize].enumerated() {
            set(size, at: 216 + 4 * index)
        }
        let summed = 288
        set(CRC32C.checksum(of: Array(file[..<summed])).value, at: summed)
        return Detector(.control, file, over: 12..<summed + 4) { (try? ControlFile.parse($0)) != nil }
    }
}
