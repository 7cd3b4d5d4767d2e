// SPDX-License-Identifier: Apache-2.0
import BackupFormats
import Testing

@Suite("the history of a timeline")
struct TimelineHistoryTests {
    private static let sound =
        "1\t0/3000000\tno recovery target specified\n\n2\t0/5000148\tbefore 2000-01-01\n"

    @Test func `is read as PostgreSQL writes it`() throws {
        let history = try TimelineHistory.parse(Array(Self.sound.utf8), timeline: 3)
        #expect(history.branches.map(\.timeline) == [1, 2])
        #expect(history.branches.map(\.end.description) == ["0/3000000", "0/5000148"])
        #expect(TimelineHistory.name(of: 0x2A) == "0000002A.history")
        let commented = try TimelineHistory.parse(Array("# by hand\n  1 0/1\n".utf8), timeline: 2)
        #expect(commented.branches.count == 1)
        // Told to follow timeline 2, it came to the end of all WAL on timeline 1.
        let early = try TimelineHistory.parse(Array("1\t0/5\tx\n2\t0/4\tx\n".utf8), timeline: 3)
        #expect(early.branches.map(\.end.position) == [5, 4])
        #expect(early.followed.map(\.end.position) == [4, 4])
        #expect(history.followed == history.branches)
    }

    @Test(arguments: [
        ("", 2 as UInt32), ("\n# nothing\n", 2), ("1\n", 2), ("1\tx\n", 2), ("one\t0/1\tx\n", 2),
        ("2\t0/1\tx\n", 2), ("3\t0/1\tx\n", 2), ("2\t0/1\n1\t0/2\n", 3), ("1\t0/1\n1\t0/2\n", 3),
        ("-1\t0/1\n", 2), ("+1\t0/1\n", 2), ("0\t0/1\n", 2),
        ("4294967296\t0/1\n", 2), ("1\t0/123456789\n", 2), ("\u{0}\u{0}\u{0}", 2),
    ])
    func `is refused when PostgreSQL could not follow it`(text: String, timeline: UInt32) {
        #expect(throws: FormatError.self) { try TimelineHistory.parse(Array(text.utf8), timeline: timeline) }
    }
}
