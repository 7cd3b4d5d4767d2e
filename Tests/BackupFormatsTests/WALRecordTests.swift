// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Testing

@testable import BackupFormats

@Suite("a record of WAL")
struct WALRecordTests {
    /// A record of one block without an image, as `XLogRecordAssemble` puts it together.
    private func record(flags: UInt8) -> WALRecord {
        let block: [UInt8] =
            [0, flags, 0, 0] + Self.bytes(1663) + Self.bytes(5) + Self.bytes(16_385) + Self.bytes(7)
        let size = WALRecord.headerSize + block.count
        var record = WALRecord(at: 0, size: UInt32(size))
        let bytes = [UInt8](repeating: 0, count: WALRecord.headerSize) + block
        record.receive(bytes.span.bytes)
        return record
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    @Test func `writes a block whole when it makes it anew, not when it changes it`() throws {
        let file = try #require(RelationFile("base/5/16385"))
        let block = BlockReference(file, block: 7)
        #expect(record(flags: 0x40).images(majorVersion: 15) == [block])
        #expect(record(flags: 0).images(majorVersion: 15).isEmpty)
    }
}
