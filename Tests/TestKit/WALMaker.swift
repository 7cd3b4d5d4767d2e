// SPDX-License-Identifier: Apache-2.0
import Digests

/// Writes WAL as PostgreSQL 15 does: pages, records that go over pages and segments, checksums.
///
/// But for one of a tablespace, the records are of no resource manager's making; for those that are, ask a
/// `PostgresCluster`.
public struct WALMaker: Sendable {
    public var timeline: UInt32 = 1
    public var systemIdentifier: UInt64 = 7_000_000_000_000_000_001
    public var segmentSize = 1 << 20
    /// The number of the first segment.
    public var first: UInt64 = 3
    /// How many bytes the records have, one after the other and from the beginning again.
    public var sizes = [100, 24, 9000, 31, 700, 27_001]
    /// Written in place of a record once this position (from the first segment's start on) is passed: the
    /// rest of its segment stays empty.
    public var switchAfter: Int?

    /// A record that makes a tablespace begins at this place: from the first segment's start on, a multiple of 8, and not
    /// within the first 24 bytes of a page.
    public var tablespaceAt: Int?
    /// Its resource manager: `RM_TBLSPC_ID`.
    public var manager: UInt8 = 5
    /// Its kind, of those that the manager knows.
    public var info: UInt8 = 0
    /// What it holds behind its header.
    public var tablespace: [UInt8] = Self.tablespace(16_400, "/srv/space")

    private static let pageSize = 8192

    public init() {}

    /// As `CreateTableSpace` writes it (src/backend/commands/tablespace.c).
    public static func tablespace(_ identifier: UInt32, _ path: String) -> [UInt8] {
        let number = (0..<4).map { UInt8(truncatingIfNeeded: identifier >> (8 * $0)) }
        let data = number + Array(path.utf8) + [0]
        return [255, UInt8(data.count)] + data
    }

    /// So many segments, each full up to its end.
    public func segments(_ count: Int) -> [[UInt8]] {
        let base = first * UInt64(segmentSize)
        var stream = Stream(base: base, maker: self)
        let end = count * segmentSize
        var index = 0
        var hasSwitched = false
        while stream.bytes.count < end {
            if let position = switchAfter, !hasSwitched, stream.bytes.count > position {
                stream.add(size: 24, info: 0x40, manager: 0)
                stream.fillSegment()
                hasSwitched = true
            } else if let tablespaceAt, stream.next <= tablespaceAt {
                addTowards(tablespaceAt, to: &stream, size: sizes[index % sizes.count])
                index += 1
            } else {
                stream.add(size: sizes[index % sizes.count], info: 0, manager: 200)
                index += 1
            }
        }
        return (0..<count).map { Array(stream.bytes[$0 * segmentSize..<($0 + 1) * segmentSize]) }
    }

    /// The tablespace at its place, or what leads there: the record before it ends exactly where it begins.
    private func addTowards(_ place: Int, to stream: inout Stream, size: Int) {
        let here = stream.next
        if here == place { return stream.add(tablespace, info: info, manager: manager) }
        let isOnItsPage = here / Self.pageSize == place / Self.pageSize && place - here >= 24
        let isNear = here + 2 * size + Self.pageSize > place
        stream.add(size: isOnItsPage ? place - here : isNear ? 24 : size, info: 0, manager: 200)
    }

    /// The name of the segment that is so many after the first.
    public func name(_ index: Int) -> String {
        let number = first + UInt64(index)
        let perID = (UInt64(1) << 32) / UInt64(segmentSize)
        return [UInt64(timeline), number / perID, number % perID].map { Self.digits($0) }.joined()
    }

    private static func digits(_ number: UInt64) -> String {
        let text = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: 8 - text.utf8.count) + text
    }

    private struct Stream {
        var bytes: [UInt8] = []
        var previous: UInt64 = 0
        let base: UInt64
        let maker: WALMaker

        /// Where the next record begins.
        var next: Int {
            let place = (bytes.count + 7) / 8 * 8
            return place % pageSize > 0 ? place : place + (place % maker.segmentSize > 0 ? 24 : 40)
        }

        mutating func add(size: Int, info: UInt8, manager: UInt8) {
            let start = Int(truncatingIfNeeded: (base + UInt64(next)) >> 3)
            add((24..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ start) }, info: info, manager: manager)
        }

        mutating func add(_ payload: [UInt8], info: UInt8, manager: UInt8) {
            while bytes.count % 8 != 0 { bytes.append(0) }
            if bytes.count % pageSize == 0 { beginPage(remaining: 0) }
            let start = base + UInt64(bytes.count)
            var rest = record(payload, info: info, manager: manager)[...]
            previous = start
            while !rest.isEmpty {
                if bytes.count % pageSize == 0 { beginPage(remaining: rest.count) }
                let piece = rest.prefix(pageSize - bytes.count % pageSize)
                bytes += piece
                rest = rest.dropFirst(piece.count)
            }
        }

        mutating func fillSegment() {
            while bytes.count % maker.segmentSize != 0 { bytes.append(0) }
        }

        private func record(_ payload: [UInt8], info: UInt8, manager: UInt8) -> [UInt8] {
            let head =
                little(UInt32(24 + payload.count)) + little(UInt32(5)) + little(previous) + [
                    info, manager, 0, 0,
                ]
            var crc = CRC32C()
            crc.update(payload.span.bytes)
            crc.update(head.span.bytes)
            return head + little(crc.value) + payload
        }

        private mutating func beginPage(remaining: Int) {
            let isFirst = bytes.count % maker.segmentSize == 0
            let info = UInt16((remaining > 0 ? 1 : 0) | (isFirst ? 2 : 0))
            let address = base + UInt64(bytes.count)
            bytes += little(UInt16(0xD110)) + little(info) + little(maker.timeline) + little(address)
            bytes += little(UInt32(remaining)) + [0, 0, 0, 0]
            guard isFirst else { return }
            bytes += little(maker.systemIdentifier) + little(UInt32(maker.segmentSize)) + little(UInt32(8192))
        }

        private func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
            (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> Number(8 * $0)) }
        }
    }
}
