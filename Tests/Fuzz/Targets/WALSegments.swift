// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Digests

private let segmentSize: UInt64 = 1 << 20

/// Pages as they come; the first byte says whether a manifest told the range, and in what pieces they come.
@Sendable func fuzzWALPages(_ input: [UInt8]) {
    let (steer, bytes) = steered(input)
    precondition(read(bytes, steer, pieces: [bytes]) == read(bytes, steer, pieces: pieces(of: bytes, steer)))
}

/// Records of any content whose length, link and CRC are right, over pages whose headers are.
@Sendable func fuzzWALRecords(_ input: [UInt8]) {
    let (steer, bytes) = steered(input)
    var layout = WALLayout(magic: steer & 0x40 == 0 ? 0xD110 : 0xD106)
    var rest = bytes[...]
    while rest.count > 3, layout.bytes.count < 200_000 {
        let length = Int(rest.removeFirst()) | Int(rest.removeFirst() & 0x3F) << 8
        let (info, manager) = (rest.removeFirst(), rest.popFirst() ?? 0)
        layout.append(Array(rest.prefix(length)), info: info, manager: manager)
        rest = rest.dropFirst(length)
    }
    layout.fillPage()
    let outcome = read(layout.bytes, steer, pieces: pieces(of: layout.bytes, steer))
    precondition(outcome == read(layout.bytes, steer, pieces: [layout.bytes]))
    precondition(outcome.faults.allSatisfy { $0.found == "nothing" }, "\(outcome.faults)")
}

private struct Outcome: Equatable {
    var faults: [WALFault]
    var soundUpTo: LogSequenceNumber?
    var outcome: WALOutcome
}

private func read(_ bytes: [UInt8], _ steer: Int, pieces: [[UInt8]]) -> Outcome {
    let start = LogSequenceNumber(2 * segmentSize + 40)
    let range = WALRange(timeline: 1, start: start, end: LogSequenceNumber(3 * segmentSize + 8000))
    var reader = WALReader(ranges: steer & 0x80 == 0 ? [range] : nil, systemIdentifier: nil)
    let name = WALFileName(timeline: 1, number: 2, size: UInt32(segmentSize))
    reader.beginSegment(name, size: segmentSize)
    for piece in pieces { reader.receive(piece.span.bytes) }
    reader.endSegment()
    // A second segment of the same bytes: of another place, which must be told.
    reader.beginSegment(WALFileName(timeline: 1, number: 3, size: UInt32(segmentSize)), size: segmentSize)
    reader.receive(bytes.span.bytes)
    reader.endSegment()
    precondition(reader.faults.count <= 100)
    return Outcome(
        faults: reader.faults.filter { $0.segment == name }, soundUpTo: reader.soundUpTo,
        outcome: reader.outcome(start: start))
}

/// Writes records over pages as PostgreSQL lays them out.
private struct WALLayout {
    private(set) var bytes: [UInt8] = []
    private let magic: UInt16
    private var previous: UInt64 = 0

    init(magic: UInt16) { self.magic = magic }

    mutating func append(_ content: [UInt8], info: UInt8, manager: UInt8) {
        if bytes.isEmpty { beginPage(remaining: 0) }
        while bytes.count % 8 != 0 { bytes.append(0) }
        if bytes.count % 8192 == 0 { beginPage(remaining: 0) }
        let start = 2 * segmentSize + UInt64(bytes.count)
        let size = UInt32(24 + content.count)
        var header = little(UInt64(size), 4) + little(0, 4) + little(previous, 8) + [info, manager, 0, 0]
        var crc = CRC32C()
        crc.update(content.span.bytes)
        crc.update(header.span.bytes)
        header += crc.bytes
        previous = start
        var rest = (header + content)[...]
        while !rest.isEmpty {
            if bytes.count % 8192 == 0 { beginPage(remaining: UInt32(rest.count)) }
            let room = 8192 - bytes.count % 8192
            bytes += rest.prefix(room)
            rest = rest.dropFirst(room)
        }
    }

    mutating func fillPage() { while bytes.count % 8192 != 0 { bytes.append(0) } }

    private mutating func beginPage(remaining: UInt32) {
        let isFirst = bytes.isEmpty
        let info: UInt64 = (remaining > 0 ? 1 : 0) | (isFirst ? 2 : 0)
        let address = 2 * segmentSize + UInt64(bytes.count)
        bytes += little(UInt64(magic), 2) + little(info, 2) + little(1, 4) + little(address, 8)
        bytes += little(UInt64(remaining), 4) + little(0, 4)
        if isFirst { bytes += little(42, 8) + little(segmentSize, 4) + little(8192, 4) }
    }

    private func little(_ number: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
