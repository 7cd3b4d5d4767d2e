// SPDX-License-Identifier: Apache-2.0

/// Records that follow one another: the one whose end has not come, and the one before it.
struct WALRecordChain: Sendable {
    private(set) var open: WALRecord?
    /// Where the last sound one begins.
    private var previous: UInt64?

    /// Begins anew with a record that need not follow those before it.
    mutating func restart() { (open, previous) = (nil, nil) }

    /// Expects no more of the record whose end has not come.
    mutating func giveUp() { open = nil }

    mutating func begin(_ record: WALRecord) { open = record }

    /// Where on the next page the first byte stands that belongs to a record.
    mutating func firstOffset(on header: WALPageHeader, at address: UInt64) throws(WALHalt) -> Int {
        guard let open else {
            if header.isContinued { throw .beginsWithin(address) }
            return header.size
        }
        if header.isOverwritten {
            giveUp()
            return header.size
        }
        guard header.isContinued, header.remaining == open.remaining else {
            throw .invalid(
                at: address, "\(open.remaining) bytes more of the record at \(LogSequenceNumber(open.start))",
                header.isContinued ? "\(header.remaining)" : "another record")
        }
        return header.size
    }

    /// Takes what a page holds of the open record from `offset` on; gives the record when that was the last of it.
    mutating func take(_ page: [UInt8], _ offset: inout Int) -> WALRecord? {
        guard let remaining = open?.remaining else { return nil }
        let count = min(Int(remaining), page.count - offset)
        open?.receive(page.span.bytes.extracting(offset..<offset + count))
        offset += count
        guard count == Int(remaining) else { return nil }
        defer { open = nil }
        return open
    }

    /// Checks a whole record by its CRC and its link to the one before it.
    mutating func check(_ record: WALRecord) throws(WALHalt) {
        guard record.computedCRC == record.statedCRC else {
            throw .invalid(
                at: record.start, "a record with CRC \(String(record.computedCRC, radix: 16))",
                String(record.statedCRC, radix: 16))
        }
        guard previous == nil || previous == record.previous else {
            throw .invalid(
                at: record.start, "a record after \(LogSequenceNumber(previous ?? 0))",
                "one after \(LogSequenceNumber(record.previous))")
        }
        previous = record.start
    }
}
