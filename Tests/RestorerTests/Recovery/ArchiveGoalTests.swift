// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Diagnostics
import PrivatePostgres
import TestKit
import Testing
import WALArchive

@testable import Restorer

@Suite("an archive of WAL and a goal")
struct ArchiveGoalTests {
    private static let size: UInt32 = 1 << 20

    private static func position(_ number: UInt64, _ offset: UInt64 = 0) -> LogSequenceNumber {
        LogSequenceNumber(number << 20 + offset)
    }

    /// How far an archive with the segments 4 and 5 leads from a backup that ends in the fourth.
    private static func outlook() throws -> WALOutlook? {
        let store = MemoryStore(url: "memory:///wal")
        for number in 4...5 as ClosedRange<UInt64> {
            store.put(ObjectName("\(WALFileName(timeline: 1, number: number, size: size)).gz"), "x")
        }
        let range = WALRange(timeline: 1, start: position(3, 40), end: position(4, 40))
        return try WALArchive(store, cancellation: Cancellation())
            .outlook(after: range.end, on: 1, [range], to: .latest, segmentSize: size)
    }

    @Test func `may be seen to end before the goal`() throws {
        var outlook = try #require(try Self.outlook())
        outlook.archived = Timestamp(seconds: 1000)
        for (target, answer) in [
            (.lsn(Self.position(6)), true), (.lsn(Self.position(5, 99)), false),
            (.time(Timestamp(seconds: 1001)), true), (.time(Timestamp(seconds: 1000)), nil), (.endOfWAL, nil),
            (.name("x"), nil), (.transaction(7), nil),
        ] as [(RecoveryGoal.Target, Bool?)] {
            #expect(outlook.endsBefore(RecoveryGoal(target)) == answer, "\(target)")
        }
        outlook.isCut = true
        #expect(outlook.endsBefore(RecoveryGoal(.lsn(Self.position(6)))) == nil)
    }
}
