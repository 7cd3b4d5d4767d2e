// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Testing

@testable import WALArchive

@Suite struct `What a recovery passes` {
    private func passed(_ positions: [UInt64], commit: UInt64?) -> PassedWAL {
        PassedWAL(
            positions.map {
                .init(
                    name: ObjectName("p\($0)"), time: Timestamp(seconds: Int64($0)),
                    position: LogSequenceNumber($0))
            },
            lastCommit: commit.map {
                .init(
                    transaction: UInt32($0), time: Timestamp(seconds: Int64($0)),
                    position: LogSequenceNumber($0))
            })
    }

    @Test func `is put in order, whatever order it is read in and however often`() {
        var all = PassedWAL()
        for part in [passed([5, 7], commit: 6), passed([1, 3], commit: 2), passed([5, 7], commit: nil)] {
            all.add(part)
        }
        #expect(all == passed([1, 3, 5, 7], commit: 6))
    }

    @Test func `is bounded, and what comes last is kept`() {
        var all = PassedWAL()
        for position in 1...UInt64(PassedWAL.limit + 10) { all.add(passed([position], commit: nil)) }
        #expect(all.restorePoints.count == PassedWAL.limit)
        #expect(all.restorePoints.last?.name == ObjectName("p\(PassedWAL.limit + 10)"))
    }
}
