// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import TestKit
import Testing

@Suite("a segment of WAL that stands alone")
struct WALSegmentCheckTests {
    private static let maker = WALMaker()
    private static let segments = maker.segments(3)

    private static func name(_ index: Int) throws -> WALFileName {
        try #require(WALFileName(Array(maker.name(index).utf8)))
    }

    private static func check(
        _ bytes: [UInt8], _ name: WALFileName, size: UInt32? = nil, system: UInt64? = nil,
        pieces: Int = 100_000
    ) -> WALSegmentVerdict {
        var check = WALSegmentCheck(name, segmentSize: size, systemIdentifier: system)
        var rest = bytes[...]
        while !rest.isEmpty {
            check.receive(Array(rest.prefix(pieces)).span.bytes)
            rest = rest.dropFirst(pieces)
        }
        return check.finish()
    }

    private static func isSound(_ verdict: WALSegmentVerdict) -> Bool {
        if case .sound = verdict { true } else { false }
    }

    private static func offset(_ verdict: WALSegmentVerdict) -> UInt64? {
        if case .faulty(_, let offset) = verdict { offset } else { nil }
    }

    @Test(arguments: [1, 39, 40, 41, 8191, 8192, 8193, 1 << 20])
    func `is sound in pieces of any size`(pieces: Int) throws {
        guard case .sound(let facts) = Self.check(Self.segments[1], try Self.name(1), pieces: pieces) else {
            Issue.record("not sound")
            return
        }
        #expect(facts.segmentSize == 1 << 20 && facts.majorVersion == 15)
        #expect(facts.systemIdentifier == Self.maker.systemIdentifier)
        #expect(try #require(facts.soundUpTo).position > 4 << 20)
    }

    @Test func `is not sound with any bit changed but those between records`() throws {
        let (name, segment) = (try Self.name(0), Self.segments[0])
        let bytes =
            Array(stride(from: 0, to: 12_000, by: 89)) + Array(stride(from: 12_000, to: 1 << 20, by: 50_001))
        var unseen = 0
        for byte in bytes {
            var flipped = segment
            flipped[byte] ^= 1 << UInt8(byte % 8)
            if Self.isSound(Self.check(flipped, name)) { unseen += 1 }
        }
        // Up to seven bytes between two records, and some in the headers of pages, are covered by nothing.
        #expect(unseen < 10, "\(unseen)")
        var late = segment
        late[600_000] ^= 1
        let offset = try #require(Self.offset(Self.check(late, name)))
        #expect(offset <= 600_000 && offset > 560_000)
    }

    /// A segment may begin with pages of the timeline that was left in it, and never goes back.
    @Test func `goes from one timeline to later ones only`() throws {
        var maker = WALMaker()
        maker.timeline = 3
        let name = try #require(WALFileName(Array(maker.name(0).utf8)))
        func segment(_ timeline: (Int) -> UInt8) -> [UInt8] {
            var bytes = Self.segments[0]
            for page in 0..<bytes.count / 8192 { bytes[page * 8192 + 4] = timeline(page) }
            return bytes
        }
        #expect(Self.isSound(Self.check(segment { $0 < 50 ? 2 : 3 }, name)))
        #expect(Self.offset(Self.check(segment { $0 < 50 ? 3 : 2 }, name)) == 50 * 8192)
    }

    @Test(arguments: [0, 1, 39, 40, 8191, 8192, 500_000, (1 << 20) - 1])
    func `is not sound cut short`(count: Int) throws {
        let verdict = Self.check(Array(Self.segments[0].prefix(count)), try Self.name(0))
        #expect(Self.offset(verdict) != nil, "\(verdict)")
    }

    @Test func `is not sound with more behind it`() throws {
        #expect(Self.offset(Self.check(Self.segments[0] + [0], try Self.name(0))) == 1 << 20)
    }

    @Test func `is held to its name, size and cluster`() throws {
        let segment = Self.segments[0]
        #expect(Self.isSound(Self.check(segment, try Self.name(0), size: 1 << 20)))
        #expect(Self.offset(Self.check(segment, try Self.name(0), size: 16 << 20)) == 0)
        #expect(Self.offset(Self.check(segment, try Self.name(1))) == 0)
        #expect(Self.offset(Self.check(segment, try Self.name(0), system: 1)) == 0)
        var older = try Self.name(0)
        older.timeline = 2
        #expect(Self.isSound(Self.check(segment, older)))
        var maker = Self.maker
        maker.timeline = 2
        #expect(Self.offset(Self.check(maker.segments(1)[0], try Self.name(0))) == 0)
    }

    @Test func `ends with a switch`() throws {
        var maker = Self.maker
        maker.switchAfter = 300_000
        let segments = maker.segments(2)
        #expect(segments[0].suffix(700_000).allSatisfy { $0 == 0 })
        #expect(Self.isSound(Self.check(segments[0], try Self.name(0))))
        #expect(Self.isSound(Self.check(segments[1], try Self.name(1))))
    }

    @Test(arguments: [50_000, 8192 * 60, 8192 * 60 + 8])
    func `is unfinished when zeros follow the last record`(from: Int) throws {
        var maker = Self.maker
        maker.sizes = [64]
        var segment = maker.segments(1)[0]
        // Records of 64 bytes: cut where one begins, or nearly.
        segment.replaceSubrange(from..., with: repeatElement(0, count: segment.count - from))
        let verdict = Self.check(segment, try Self.name(0))
        switch verdict {
        case .unfinished(_, let end): #expect(end.position % (1 << 20) <= UInt64(from) + 64)
        case .faulty(_, let offset): #expect(offset + 64 > UInt64(from) && offset <= UInt64(from))
        case .sound: Issue.record("sound")
        }
        segment[900_000] = 1
        #expect(Self.offset(Self.check(segment, try Self.name(0))) != nil)
    }

    @Test func `is unfinished when a page ends with a record and no page follows`() throws {
        var segment = Self.segments[0]
        segment.replaceSubrange((8192 * 5)..., with: repeatElement(0, count: segment.count - 8192 * 5))
        guard case .unfinished(let facts, let end) = Self.check(segment, try Self.name(0)) else {
            Issue.record("not unfinished")
            return
        }
        #expect(end.position == (3 << 20) + 8192 * 5 && facts.segmentSize == 1 << 20)
    }

    @Test func `may be the inside of one record`() throws {
        var maker = Self.maker
        maker.sizes = [100, 3 << 20]
        let segments = maker.segments(3)
        for index in 0..<3 { #expect(Self.isSound(Self.check(segments[index], try Self.name(index)))) }
    }
}
