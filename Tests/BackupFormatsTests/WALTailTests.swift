// SPDX-License-Identifier: Apache-2.0
import TestKit
import Testing

@testable import BackupFormats

@Suite("behind the last sound record of a segment")
struct WALTailTests {
    private static let page = 8192
    private static let maker = WALMaker()
    private static let segment = maker.segments(1)[0]
    /// What a segment that is used again still holds: pages of one that came long before.
    private static let older: [UInt8] = {
        var maker = WALMaker()
        maker.first = 1
        maker.sizes = [64, 300]
        return maker.segments(1)[0]
    }()

    private static func end(_ bytes: [UInt8], isCutShort: Bool = false) throws -> LogSequenceNumber? {
        let name = try #require(WALFileName(Array(maker.name(0).utf8)))
        var check = WALSegmentCheck(name)
        check.receive(bytes.span.bytes)
        let end = check.end(isCutShort: isCutShort)
        if case .sound = check.finish() { return nil }
        return end?.position
    }

    @Test func `pages of an older segment show that WAL ended`() throws {
        for cut in [8192 * 9, 8192 * 40, 8192 * 9 + 24, 8192 * 40 + 4000] {
            let border = (cut + Self.page - 1) / Self.page * Self.page
            let zeros = [UInt8](repeating: 0, count: border - cut)
            let bytes = Array(Self.segment[..<cut]) + zeros + Self.older[border...]
            let end = try #require(try Self.end(bytes), "\(cut)")
            #expect(end.position >= 3 << 20 && end.position <= UInt64(3 << 20 + cut))
        }
    }

    @Test func `zeros show it, too`() throws {
        let bytes = Self.segment[..<(Self.page * 9)] + [UInt8](repeating: 0, count: (1 << 20) - Self.page * 9)
        #expect(try Self.end(Array(bytes)) != nil)
    }

    @Test func `a page of the segment itself shows that WAL went on`() throws {
        var bytes = Self.segment
        bytes.replaceSubrange(Self.page * 9..<Self.page * 10, with: repeatElement(0, count: Self.page))
        #expect(try Self.end(bytes) == nil)
        bytes = Self.segment
        bytes.replaceSubrange(
            Self.page * 9..<Self.page * 10, with: Self.older[Self.page * 9..<Self.page * 10])
        #expect(try Self.end(bytes) == nil)
    }

    @Test(arguments: [100, 8192 * 9 + 5000, 600_000])
    func `a record that does not sum up is damaged where others follow it`(place: Int) throws {
        var bytes = Self.segment
        bytes[place] ^= 0x10
        #expect(try Self.end(bytes) == nil)
        // Also when they are but on the same page.
        bytes = Self.segment
        bytes.replaceSubrange(Self.page..., with: repeatElement(0, count: bytes.count - Self.page))
        #expect(try Self.end(bytes) != nil)
        bytes[100] ^= 0x10
        #expect(try Self.end(bytes) == nil)
    }

    @Test func `bytes that nobody wrote as WAL are damage`() throws {
        var bytes = Self.segment[..<(Self.page * 9)] + [UInt8](repeating: 0, count: (1 << 20) - Self.page * 9)
        bytes[Self.page * 30 + 9] = 7
        #expect(try Self.end(Array(bytes)) == nil)
    }

    @Test(arguments: [0, 20, 39])
    func `nothing is known of a segment that hardly begins`(count: Int) throws {
        let name = try #require(WALFileName(Array(Self.maker.name(0).utf8)))
        var check = WALSegmentCheck(name)
        let bytes = Array(Self.segment[..<count])
        check.receive(bytes.span.bytes)
        #expect(check.end() == WALSegmentEnd())
    }

    @Test(arguments: [40, 8192, 50_000, 700_001, (1 << 20) - 1])
    func `nothing need be where the file itself ends`(count: Int) throws {
        let end = try #require(try Self.end(Array(Self.segment[..<count])))
        #expect(end.position <= UInt64(3 << 20 + count) && end.position >= 3 << 20)
        // The records of the last page count, as far as they are whole.
        if count == 700_001 { #expect(end.position > UInt64(3 << 20 + count - 40_000)) }
    }

    @Test func `more bytes than a segment has are no end`() throws {
        #expect(try Self.end(Self.segment + [0]) == nil)
    }
}
