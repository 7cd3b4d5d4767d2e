// SPDX-License-Identifier: Apache-2.0

/// The members of one WAL range's object, in any order, each at most once.
struct WALRangeMembers {
    private var timeline: UInt32?
    private var start: LogSequenceNumber?
    private var end: LogSequenceNumber?

    /// Reads up to the end of the object, whose start was taken.
    static func take(_ reader: inout ManifestReader) throws(FormatError) -> WALRange {
        var members = WALRangeMembers()
        let offset = reader.position - 1
        var isFirst = true
        while let name = try reader.nextMember(isFirst: &isFirst) {
            try members.take(String(decoding: name, as: UTF8.self), &reader)
        }
        guard let timeline = members.timeline, let start = members.start, let end = members.end else {
            throw reader.fault("a timeline, a start and an end", at: offset)
        }
        guard start <= end else { throw reader.fault("an end that is not before the start", at: offset) }
        return WALRange(timeline: timeline, start: start, end: end)
    }

    private mutating func take(_ name: String, _ reader: inout ManifestReader) throws(FormatError) {
        let offset = reader.position
        let isNew: Bool
        switch name {
        case "Timeline":
            isNew = timeline == nil
            let value = try reader.integer(upTo: UInt64(UInt32.max), "a timeline of 32 bits")
            guard value > 0 else { throw reader.fault("a timeline of at least 1", at: offset) }
            timeline = UInt32(value)
        case "Start-LSN":
            isNew = start == nil
            start = try Self.position(&reader)
        case "End-LSN":
            isNew = end == nil
            end = try Self.position(&reader)
        default: throw reader.fault("a member that WAL ranges have, not '\(name)'", at: offset)
        }
        guard isNew else { throw reader.fault("each member once, not '\(name)' again", at: offset) }
    }

    private static func position(_ reader: inout ManifestReader) throws(FormatError) -> LogSequenceNumber {
        reader.skipBlanks()
        let offset = reader.position
        let text = try reader.string("a WAL position")
        guard let position = LogSequenceNumber(text: text) else {
            throw reader.fault("a WAL position such as 0/2000028", at: offset)
        }
        return position
    }
}
