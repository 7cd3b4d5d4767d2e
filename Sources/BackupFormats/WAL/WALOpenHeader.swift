// SPDX-License-Identifier: Apache-2.0

/// A record whose header goes over the end of a segment, so early that what kind of record it is stands in the next one.
public struct WALOpenHeader: Sendable, Equatable {
    /// Where the record begins.
    public var position: LogSequenceNumber
    /// How many bytes of its header are there: at least 8, for records begin at multiples of that.
    public var count: Int

    /// Whether the record makes or drops a tablespace, by the beginning of the next segment; nil where that says nothing.
    ///
    /// There the header goes on behind that of the page (`XLogLongPageHeaderData`, `xl_rmid` in `XLogRecord`).
    public func isOfTablespace(before next: [UInt8]) -> Bool? {
        let header = WALPageHeader(next)
        guard next.count >= 64, header.majorVersion != nil, header.isLong, header.isContinued else {
            return nil
        }
        return next[header.size + 17 - count] == 5
    }
}
