// SPDX-License-Identifier: Apache-2.0
import TestKit
import Testing

@testable import BackupFormats

@Suite("the WAL of a backup")
struct WALReaderTests {
    /// A backup of a standby may end where a segment does, of which a switch left the rest empty.
    @Test func `reaches the end of its segment with a switch`() throws {
        var maker = WALMaker()
        maker.switchAfter = 300_000
        let size = UInt64(maker.segmentSize)
        let base = maker.first * size
        let segment = maker.segments(1)[0]
        for (past, outcome) in [(0, WALOutcome.complete), (8, .gap([try #require(name(maker, 1))]))] {
            let range = WALRange(
                timeline: 1, start: LogSequenceNumber(base + 40),
                end: LogSequenceNumber(base + size + UInt64(past)))
            var reader = WALReader(ranges: [range], systemIdentifier: maker.systemIdentifier)
            reader.beginSegment(try #require(name(maker, 0)), size: size)
            reader.receive(segment.span.bytes)
            reader.endSegment()
            #expect(reader.outcome(start: range.start) == outcome && reader.faults.isEmpty, "\(past)")
        }
    }

    private func name(_ maker: WALMaker, _ index: Int) -> WALFileName? {
        WALFileName(Array(maker.name(index).utf8))
    }
}
