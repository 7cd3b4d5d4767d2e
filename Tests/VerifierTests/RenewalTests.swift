// SPDX-License-Identifier: Apache-2.0
import AuditModel
import History
import Synchronization
import TestKit
import Testing

@testable import Verifier

/// Contents are taken apart once; later digest proofs of the same bytes renew what was found.
@Suite struct RenewalTests {
    private let world: World
    private let ledger: WatchedLedger

    init() throws {
        world = try World(.tar())
        ledger = WatchedLedger(world.history)
    }

    /// What the run found, and whether it took contents apart.
    private func verify(level: Level = .inspected, isFresh: Bool = false) throws -> (
        codes: [FindingCode], isInspected: Bool
    ) {
        let report = try world.verify(level: level, isFresh: isFresh, ledger: ledger)
        return (report.codes, ledger.lastInspection != nil)
    }

    @Test func `contents are taken apart once, and what was found in them stays`() throws {
        let first = try verify()
        #expect(first.isInspected && !first.codes.isEmpty)
        for _ in 0..<2 {
            let later = try verify()
            #expect(!later.isInspected)
            #expect(later.codes == first.codes)
        }
    }

    @Test func `they are taken apart again when asked for, and when the checks have grown`() throws {
        let first = try verify()
        #expect(try verify(isFresh: true) == first)
        #expect(try !verify().isInspected)
        ledger.makesRecordsOlder.store(true, ordering: .relaxed)
        #expect(try verify() == first)
    }

    @Test func `a level that does not look into them leaves them for later`() throws {
        #expect(try !verify(level: .checksummed).isInspected)
        #expect(try verify().isInspected)
    }

    @Test func `other bytes are taken apart, whatever was found in the old ones`() throws {
        _ = try verify()
        var set = BackupSet.tar()
        set.objects["pg_wal.tar.gz"] = SeededBytes.some(16_384, seed: 7)
        set.upload(to: world.store)
        #expect(try verify().codes.contains(.pinChanged))
    }
}

extension SeededBytes {
    static func some(_ count: Int, seed: UInt64) -> [UInt8] {
        var source = SeededBytes(seed: seed)
        return source.bytes(count)
    }
}

/// Watches what is recorded, and can make what is remembered look as if fewer checks had found it.
private final class WatchedLedger: Ledger {
    let makesRecordsOlder = Atomic(false)
    private let history: HistoryDatabase
    private let last = Mutex<InspectionRecord?>(nil)

    init(_ history: HistoryDatabase) { self.history = history }

    /// What the last run found by taking contents apart.
    var lastInspection: InspectionRecord? { last.withLock { $0 } }

    func memory(of place: BackupPlace) throws -> BackupMemory {
        var memory = try history.memory(of: place)
        if makesRecordsOlder.load(ordering: .relaxed) { memory.inspection?.checks -= 1 }
        return memory
    }

    func record(_ outcome: BackupOutcome, in run: RunID) throws {
        last.withLock { $0 = outcome.inspection }
        try history.record(outcome, in: run)
    }

    func begin(_ run: RunStart) throws -> RunID { try history.begin(run) }
    func lock(_ place: BackupPlace, for run: RunID) throws { try history.lock(place, for: run) }
    func midstates(of object: ObjectName, in place: BackupPlace) throws -> Midstates? {
        try history.midstates(of: object, in: place)
    }
    func keep(_ progress: ProgressStep, of object: ObjectName, in place: BackupPlace) throws {
        try history.keep(progress, of: object, in: place)
    }
    func release(_ place: BackupPlace) throws { try history.release(place) }
    func end(_ run: RunID, exitStatus: Int32, verdict: Verdict?) throws {
        try history.end(run, exitStatus: exitStatus, verdict: verdict)
    }
}
