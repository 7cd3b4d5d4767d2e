// SPDX-License-Identifier: Apache-2.0
import Archive
import TestKit
import Testing

@testable import Restorer

@Suite("the head of an archive of WAL")
struct HeadCollectorTests {
    /// What a header claims is an attacker's word.
    private static let sizes: [UInt64] = [
        0, 1, 1 << 20, 3 << 20, 1 << 30, 1 << 31, 1 << 32, 1 << 32 | 1 << 20, .max,
    ]

    @Test(arguments: sizes)
    func `says how large segments are only where they can be so large`(size: UInt64) throws {
        let collector = HeadCollector(wanted: [])
        let name = Array(WALMaker().name(0).utf8)
        try collector.begin(TarMember(path: name, kind: .file, size: size, mode: 0o600, headerOffset: 0))
        let bytes = WALMaker().segments(1)[0]
        try collector.receive(bytes.span.bytes)
        try collector.end()
        #expect(collector.segmentSize == (size == 1 << 20 || size == 1 << 30 ? UInt32(size) : nil))
    }
}
