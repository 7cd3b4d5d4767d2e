// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Foundation
import History
import TestKit
import Testing

@testable import Verifier

@Suite("What is kept of a reading while others come to their end")
struct LateProgressTests {
    @Test(arguments: [2, 3, 8])
    func `is not kept after the verdict, when the next run would take it for read`(
        jobs: Int
    ) throws {
        let world = try World(.tar("20251027T143000", base: 12_288, wal: 3000))
        let slow = SlowProgress(world.history)
        #expect(try world.verify(jobs: jobs, ledger: slow).exitStatus == .success)
        usleep(600_000)
        let place = try #require(try world.history.backups().first).place
        #expect(try world.history.memory(of: place).progress.isEmpty)
        world.store.rot("20251027T143000/base.tar.gz") { $0[100] ^= 1 }
        #expect(try world.verify(jobs: jobs).exitStatus == .damaged)
    }
}

/// A history that takes its time to keep how far a reading has come.
private struct SlowProgress: Ledger {
    private let history: HistoryDatabase

    init(_ history: HistoryDatabase) { self.history = history }

    func keep(_ progress: ProgressStep, of object: ObjectName, in place: BackupPlace) throws {
        usleep(200_000)
        try history.keep(progress, of: object, in: place)
    }

    func midstates(of object: ObjectName, in place: BackupPlace) throws -> Midstates? {
        try history.midstates(of: object, in: place)
    }
    func begin(_ run: RunStart) throws -> RunID { try history.begin(run) }
    func lock(_ place: BackupPlace, for run: RunID) throws { try history.lock(place, for: run) }
    func memory(of place: BackupPlace) throws -> BackupMemory { try history.memory(of: place) }
    func record(_ outcome: BackupOutcome, in run: RunID) throws { try history.record(outcome, in: run) }
    func release(_ place: BackupPlace) throws { try history.release(place) }
    func end(_ run: RunID, exitStatus: Int32, verdict: Verdict?) throws {
        try history.end(run, exitStatus: exitStatus, verdict: verdict)
    }
}
