// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import BackupFormats

@Suite("the record of a tablespace without its path")
struct PathlessTablespaceTests {
    /// As `CreateTableSpace` writes it.
    private static func record(path: String, sealed: Bool = true) -> [UInt8] {
        let data = [16, 64, 0, 0] + Array(path.utf8) + [0]
        let payload = [255, UInt8(data.count)] + data
        var header = [UInt8](repeating: 0, count: WALRecord.headerSize)
        (header[0], header[17]) = (UInt8(header.count + payload.count), 5)
        var bytes = header + payload
        var parsed = WALRecord(at: 0, size: UInt32(bytes.count))
        parsed.receive(bytes.span.bytes)
        guard sealed else { return bytes }
        for index in 0..<4 {
            bytes[20 + index] = UInt8(truncatingIfNeeded: parsed.computedCRC >> (8 * UInt32(index)))
        }
        return bytes
    }

    private static func parsed(_ bytes: [UInt8]) -> WALRecord {
        var record = WALRecord(at: 0, size: UInt32(bytes.count))
        record.receive(bytes.span.bytes)
        return record
    }

    @Test func `is as long as it was, and sound`() throws {
        let before = Self.record(path: "/srv/space")
        let after = try #require(PathlessTablespace.record(of: before))
        #expect(after.count == before.count)
        let record = Self.parsed(after)
        #expect(record.computedCRC == record.statedCRC)
        #expect(record.event(majorVersion: 15) == .tablespaceCreated(16_400, path: ""))
    }

    @Test func `is made of sound records of tablespaces only`() {
        #expect(PathlessTablespace.record(of: Self.record(path: "/srv/space", sealed: false)) == nil)
        var other = Self.record(path: "/srv/space")
        other[17] = 4
        #expect(PathlessTablespace.record(of: other) == nil)
        #expect(PathlessTablespace.record(of: []) == nil)
        #expect(PathlessTablespace.record(of: [UInt8](repeating: 0, count: 30)) == nil)
    }

    struct Placed: Sendable {
        var position: UInt64
        var size: UInt32
        var ranges: [Range<UInt64>]
    }

    @Test(arguments: [
        Placed(position: 0x100_0028, size: 50, ranges: [0x28..<0x5A]),
        Placed(position: 0x100_1FF8, size: 50, ranges: [0x1FF8..<0x2000, 0x2018..<0x2042]),
        Placed(position: 0x10F_FFF8, size: 8, ranges: [0xF_FFF8..<0x10_0000]),
    ])
    func `stands behind the headers of pages`(_ record: Placed) {
        let position = LogSequenceNumber(record.position)
        let place = WALRecordBytes(at: position, size: record.size, segmentSize: 1 << 20)
        #expect(place?.ranges == record.ranges)
    }

    @Test func `has no place in one file when it ends in the next segment`() {
        #expect(WALRecordBytes(at: LogSequenceNumber(0x10F_FFF8), size: 9, segmentSize: 1 << 20) == nil)
        #expect(WALRecordBytes(at: LogSequenceNumber(0), size: 9, segmentSize: 3 << 20) == nil)
    }
}
