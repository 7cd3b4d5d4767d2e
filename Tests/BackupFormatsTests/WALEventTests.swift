// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import BackupFormats

@Suite("what a record of WAL does")
struct WALEventTests {
    private static func record(_ manager: UInt8, _ info: UInt8, before: [UInt8] = [], _ data: [UInt8])
        -> WALRecord
    {
        let isLong = data.count > 255
        let length = isLong ? little(UInt32(data.count)) : [UInt8(data.count)]
        let payload = before + [isLong ? 254 : 255] + length + data
        var header = [UInt8](repeating: 0, count: WALRecord.headerSize)
        header.replaceSubrange(4..<8, with: little(UInt32(700)))
        (header[16], header[17]) = (info, manager)
        var record = WALRecord(at: 0x100, size: UInt32(header.count + payload.count))
        record.receive((header + payload).span.bytes)
        return record
    }

    private static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    /// The head of a block of a catalogue that all databases share; `image` are the bytes of an image's own head.
    private static func databaseBlock(
        _ flags: UInt8, _ image: [UInt8] = [], tablespace: UInt32 = 1664
    ) -> [UInt8] {
        [0, flags, 0, 0] + image + little(tablespace) + little(UInt32(0)) + little(UInt32(1262))
            + little(UInt32(0))
    }

    /// A row of `pg_database` as far as `datconnlimit`, which is at this offset; what stands elsewhere looks like another
    /// limit.
    private static func databaseRow(_ identifier: UInt32, limit: Int32, at offset: Int = 80) -> [UInt8] {
        let filling = (0..<(offset - 4) / 4).flatMap { _ in little(Int32(limit == -2 ? -1 : -2)) }
        return little(identifier) + filling + little(limit) + [0, 0, 0, 0]
    }

    private static let time = Timestamp(seconds: 946_684_800 + 60, nanoseconds: 5000)
    private static let timeBytes = little(Int64(60_000_005))

    @Test(arguments: [
        (
            record(5, 0, little(UInt32(16_400)) + Array("/srv/ts one".utf8) + [0]), 15,
            WALEvent.tablespaceCreated(16_400, path: "/srv/ts one")
        ),
        (record(5, 0, little(UInt32(16_400)) + [0]), 15, .tablespaceCreated(16_400, path: "")),
        (record(5, 0x10, little(UInt32(16_400))), 15, .tablespaceDropped(16_400)),
        // Of a shape that PostgreSQL never gives it: too short, and behind the head of a block.
        (record(5, 0, [1, 2, 3]), 15, .tablespaceUnreadable),
        (record(5, 0, before: [0, 0, 0, 0], little(UInt32(16_400)) + [0]), 15, .tablespaceUnreadable),
        (
            record(
                4, 0x00, little(UInt32(5)) + little(UInt32(1663)) + little(UInt32(1)) + little(UInt32(1663))),
            18,
            .databaseCreated(5, tablespace: 1663)
        ),
        (
            record(4, 0x10, little(UInt32(5)) + little(UInt32(16_400))), 15,
            .databaseCreated(5, tablespace: 16_400)
        ),
        (
            record(
                4, 0x20, little(UInt32(5)) + little(UInt32(2)) + little(UInt32(1663)) + little(UInt32(16_400))
            ), 15,
            .databaseDropped(5, tablespaces: [1663, 16_400])
        ),
        (
            record(4, 0x10, little(UInt32(5)) + little(UInt32(1)) + little(UInt32(1663))), 14,
            .databaseDropped(5, tablespaces: [1663])
        ),
        (
            record(4, 0x10, little(UInt32(5)) + little(UInt32(1663))), 12,
            .databaseDropped(5, tablespaces: [1663])
        ),
        (record(1, 0x00, timeBytes), 15, .committed(transaction: 700, at: time)),
        (record(1, 0x80, timeBytes + little(UInt32(1))), 15, .committed(transaction: 700, at: time)),
        (record(1, 0x30, before: [253, 1, 0], timeBytes), 15, .committed(transaction: 700, at: time)),
        (record(1, 0x20, timeBytes), 15, .rolledBack(transaction: 700, at: time)),
        (record(1, 0x40, timeBytes), 18, .rolledBack(transaction: 700, at: time)),
        (
            record(0, 0x70, timeBytes + Array("before it".utf8) + [UInt8](repeating: 0, count: 55)), 15,
            .restorePoint("before it", at: time)
        ),
        (record(0, 0x90, timeBytes + little(UInt32(3)) + little(UInt32(2))), 15, .timelineBegun(3, after: 2)),
        (
            record(10, 0x70, before: databaseBlock(0x20), databaseRow(5, limit: -2)), 15,
            .databaseInvalidated(5)
        ),
        (
            record(10, 0x70, before: databaseBlock(0x20) + [253, 1, 0], databaseRow(5, limit: -2)), 18,
            .databaseInvalidated(5)
        ),
        (
            record(10, 0x70, before: databaseBlock(0x20), databaseRow(5, limit: -2, at: 208)), 14,
            .databaseInvalidated(5)
        ),
        // An image of the page is instead of the row; compressed and with a hole, its header is longer.
        (
            record(10, 0x70, before: databaseBlock(0x10, [0, 32, 0, 0, 2]), [1, 0]), 15,
            .databaseInvalidated(nil)
        ),
        (
            record(10, 0x70, before: databaseBlock(0x10, [0, 1, 0, 0, 7, 9, 0]), [1, 0]), 15,
            .databaseInvalidated(nil)
        ),
        (
            record(10, 0x70, before: databaseBlock(0x10, [0, 1, 0, 0, 3, 9, 0]), [1, 0]), 14,
            .databaseInvalidated(nil)
        ),
    ])
    func `is told`(record: WALRecord, version: Int, event: WALEvent) {
        #expect(record.event(majorVersion: version) == event)
    }

    @Test(arguments: [
        // A change of a row, a checkpoint, and what is too short to be anything.
        record(10, 0, [1, 2, 3, 4, 5, 6, 7, 8]),
        // VACUUM's change of a database's row, and of a row in a catalogue of one database.
        record(10, 0x70, before: databaseBlock(0x20), databaseRow(5, limit: -1)),
        record(10, 0x70, before: databaseBlock(0x20, tablespace: 1663), databaseRow(5, limit: -2)),
        record(0, 0x10, timeBytes), record(1, 0x20, [1]),
        record(4, 0, [1, 2, 3, 4]), record(0, 0x70, [1, 2]),
        record(0, 0x90, timeBytes),
        record(1, 0, [1]),
    ])
    func `is nothing that a restore has to know`(record: WALRecord) {
        #expect(record.event(majorVersion: 18) == nil)
    }

    @Test func `a limit of connections is no deletion, wherever the version has it`() {
        let record = Self.record(
            10, 0x70, before: Self.databaseBlock(0x20), Self.databaseRow(5, limit: -1, at: 208))
        #expect(record.event(majorVersion: 12) == nil)
    }

    @Test func `a list that claims more than it holds is cut`() {
        let record = Self.record(
            4, 0x20, Self.little(UInt32(5)) + Self.little(UInt32.max) + Self.little(UInt32(9)))
        #expect(record.event(majorVersion: 18) == .databaseDropped(5, tablespaces: [9]))
    }
}
