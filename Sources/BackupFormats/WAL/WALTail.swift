// SPDX-License-Identifier: Apache-2.0

/// What stands in a segment behind the place where its sound records end: whether WAL ended there, or went on and is
/// damaged.
///
/// PostgreSQL writes a segment from the front. Behind the end of WAL it holds zeros, or, in a file that is used again,
/// pages of an older segment. A page or a record that was written there as part of this segment shows that WAL went on.
struct WALTail {
    /// Whether nothing was written behind the end, as far as was looked.
    private(set) var isBare = true
    private let end: UInt64

    private static let pageSize = WALReader.pageSize

    /// Looks at the page in which the sound records end.
    ///
    /// `end` is that place, or where the first thing stands that is not sound; `page` is the last one that was read, at
    /// `address`.
    init(behind end: UInt64, in page: [UInt8], at address: UInt64) {
        self.end = end
        if end == address {
            receive(page, at: address)
        } else {
            isBare = !holdsLaterRecord(page, at: address)
        }
    }

    /// Looks at the next page.
    mutating func receive(_ page: [UInt8], at address: UInt64) {
        guard isBare, page.contains(where: { $0 != 0 }) else { return }
        let header = WALPageHeader(page)
        isBare =
            header.majorVersion != nil && header.address < address
            && header.address % UInt64(Self.pageSize) == 0
    }

    /// Whether a record that follows the end stands on a page: one that is linked to what was written there or later.
    ///
    /// The last record itself may be torn: a server that is killed leaves such. What an older segment has left there is
    /// linked to records of its own, which are further back.
    private func holdsLaterRecord(_ page: [UInt8], at address: UInt64) -> Bool {
        let first = end > address ? Int(end - address) : 0
        return stride(from: first, through: page.count - WALRecord.headerSize, by: 8).contains { offset in
            var reader = BinaryReader(page, at: offset)
            let length: UInt32 = reader.take()
            guard length >= WALRecord.headerSize, length <= WALRecord.largest else { return false }
            reader = BinaryReader(page, at: offset + 8)
            let previous: UInt64 = reader.take()
            return previous >= end && previous < address + UInt64(offset)
        }
    }
}

/// Where WAL ends in a segment that is not whole, and what is known of the segment.
public struct WALSegmentEnd: Sendable, Equatable {
    /// Nil where not even the first page came.
    public var facts: WALSegmentFacts?
    /// Behind the last sound record, or where the segment begins; nil without facts.
    public var position: LogSequenceNumber?
}
