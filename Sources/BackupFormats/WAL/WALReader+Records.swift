// SPDX-License-Identifier: Apache-2.0

// Which records a page holds, and whether they are sound.
extension WALReader {
    mutating func readRecords(
        _ page: [UInt8], _ offset: inout Int, _ address: UInt64, _ segment: Segment
    ) {
        while offset < Self.pageSize {
            if record == nil {
                guard let begun = beginRecord(page, &offset, address, segment) else { return }
                record = begun
            }
            guard let open = record else { return }
            let count = min(Int(open.remaining), Self.pageSize - offset)
            record?.take(page.span.bytes.extracting(offset..<offset + count))
            offset += count
            guard let read = record, read.remaining == 0 else { return }
            record = nil
            guard end(read, at: address + UInt64(offset), segment) else { return }
        }
    }

    /// The record that begins at `offset`; nil when there is none, or none that counts.
    mutating func beginRecord(
        _ page: [UInt8], _ offset: inout Int, _ address: UInt64, _ segment: Segment
    ) -> WALRecord? {
        offset = (offset + 7) / 8 * 8
        guard offset + 8 <= Self.pageSize else { return nil }
        let start = address + UInt64(offset)
        if soundFrom == nil { soundFrom = LogSequenceNumber(start) }
        if let end = segment.range?.end.position, start >= end { complete(segment.name.timeline) }
        var reader = BinaryReader(page, at: offset)
        let size: UInt32 = reader.take()
        if isStrict, size == 0 {
            _ = stopEmpty(from: LogSequenceNumber(start))
            return nil
        }
        if isBeyond, size == 0 {
            _ = stop()
            return nil
        }
        guard size >= WALRecord.headerSize, size <= WALRecord.largest else {
            _ = stop(
                .invalid, segment.name, LogSequenceNumber(start), "a record",
                size == 0 ? "nothing" : "one of \(size) bytes")
            return nil
        }
        return WALRecord(at: start, size: size)
    }

    mutating func end(_ record: WALRecord, at end: UInt64, _ segment: Segment) -> Bool {
        let lsn = LogSequenceNumber(record.start)
        guard record.computedCRC == record.statedCRC else {
            return stop(
                .invalid, segment.name, lsn, "a record with CRC \(String(record.computedCRC, radix: 16))",
                String(record.statedCRC, radix: 16))
        }
        guard previous == nil || previous == record.previous else {
            return stop(
                .invalid, segment.name, lsn, "a record after \(LogSequenceNumber(previous ?? 0))",
                "one after \(LogSequenceNumber(record.previous))")
        }
        previous = record.start
        let aligned = record.isSwitch ? self.end(of: segment) : (end + 7) / 8 * 8
        if !isBeyond {
            soundUpTo = LogSequenceNumber(aligned)
            soundRecords += 1
            remember(record, end: aligned)
        }
        if let rangeEnd = segment.range?.end.position, aligned >= rangeEnd {
            complete(segment.name.timeline)
        }
        if record.isSwitch { progress = .skippingSegment }
        return !record.isSwitch
    }

    /// A switch record takes up all that is left of its segment (`XLogDecodeNextRecord` in xlogreader.c).
    private func end(of segment: Segment) -> UInt64 { segment.base + UInt64(segmentSize ?? 0) }

    mutating func remember(_ record: WALRecord, end: UInt64) {
        if let start = record.endedBackup, backupEnds.count < 64 {
            backupEnds[start] = LogSequenceNumber(end)
        }
        if let event = record.event(majorVersion: majorVersion ?? 18) {
            events.note(event, at: LogSequenceNumber(record.start))
        }
        guard !isStrict else { return }
        for block in record.images(majorVersion: majorVersion ?? 18) {
            if images.count < Self.imageLimit {
                images.insert(block.hashValue)
            } else {
                hasForgottenImages = true
            }
        }
    }

    /// Where a record of a tablespace begins whose end has not come.
    public var openTablespaceRecord: LogSequenceNumber? {
        record.flatMap { $0.isOfTablespace ? LogSequenceNumber($0.start) : nil }
    }

    /// How many bytes of a record's header came before the end, when its manager was not among them.
    var openHeader: WALOpenHeader? {
        record.flatMap { record in
            record.headerCount > 17
                ? nil : WALOpenHeader(position: LogSequenceNumber(record.start), count: record.headerCount)
        }
    }

    mutating func complete(_ timeline: UInt32) {
        completed.insert(timeline)
        isBeyond = true
    }
}
