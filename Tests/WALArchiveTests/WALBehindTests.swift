// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Testing

@testable import WALArchive

@Suite("the WAL behind the end of recovery")
struct WALBehindTests {
    private static let size: UInt32 = 1 << 20

    private static func ranges(_ end: UInt64, to target: UInt32, _ history: String?) throws -> [String] {
        let history = try history.map { try TimelineHistory.parse(Array($0.utf8), timeline: target) }
        return WALArchive.ranges(behind: LogSequenceNumber(end), to: target, history, segmentSize: size).map {
            "\($0.timeline): \($0.start.position >> 20) to \($0.end.position >> 20)"
        }
    }

    @Test func `is looked for on the timeline that was to be followed`() throws {
        #expect(try Self.ranges(5 << 20 | 7, to: 1, nil) == ["1: 6 to \(6 + WALArchive.beyond)"])
    }

    /// PostgreSQL names timeline 2 as the one it followed; what was lost is far before the fork.
    @Test func `is looked for on the timelines that lead there, too`() throws {
        let found = try Self.ranges(50 << 20, to: 2, "1\t0/C800000\tno recovery target specified\n")
        #expect(found == ["1: 51 to 200", "2: 200 to \(200 + WALArchive.beyond)"])
    }

    @Test func `is not looked for where recovery has been already`() throws {
        let history = "1\t0/C800000\tx\n2\t0/D000000\tx\n"
        #expect(try Self.ranges(204 << 20, to: 3, history).first == "2: 205 to 208")
        #expect(try Self.ranges(300 << 20, to: 3, history) == ["3: 301 to \(301 + WALArchive.beyond)"])
    }
}
