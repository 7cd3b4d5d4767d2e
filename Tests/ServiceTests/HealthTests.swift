// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics
import Testing

@testable import Service

@Suite struct `What a status comes to` {
    private let now = Timestamp(seconds: 1_800_000_000)

    private func store(_ exitStatus: Int32?, due: Int64 = 60) -> StoreStatus {
        var store = StoreStatus(name: "shop")
        store.lastSweep = exitStatus.map { LastSweep(ended: now, exitStatus: $0) }
        store.sweepDue = exitStatus.map { _ in now.advanced(bySeconds: due) }
        return store
    }

    private func health(_ stores: [StoreStatus], _ change: (inout ServiceStatus) -> Void = { _ in })
        -> ServiceHealth
    {
        var status = ServiceStatus(at: now, version: "1", stores: stores)
        change(&status)
        return ServiceHealth(status)
    }

    @Test(
        arguments: [
            (0, .ok), (5, .warning), (8, .warning), (9, .warning), (1, .critical), (6, .critical),
            (7, .critical), (18, .critical), (nil, .unknown),
        ] as [(Int32?, ServiceHealth.Grade)])
    func `goes by how the newest sweep of a store has ended`(
        _ exitStatus: Int32?, _ grade: ServiceHealth.Grade
    ) {
        let health = health([store(0), store(exitStatus)])
        #expect(health.grade == grade)
        #expect(health.exitStatus == (grade == .ok ? .success : .policyNotMet))
    }

    @Test func `is bad where no sweep has ended for too long, and unknown where nothing is watched`() {
        let stale = health([store(0, due: -1)])
        #expect(stale.grade == .critical && stale.exitStatus == .policyNotMet)
        let nothing = health([])
        #expect(nothing.grade == .unknown && nothing.exitStatus == .policyNotMet)
    }

    @Test func `is as bad as the worst incident that is not over`() {
        var incident = Incident(
            store: "shop", kind: "wal-gap", severity: .warning, since: now, headline: "h", meaning: "m")
        #expect(health([store(0)]) { $0.incidents = [incident] }.grade == .warning)
        incident.severity = .error
        let open = health([store(0)]) { $0.incidents = [incident] }
        #expect(open.grade == .critical && open.exitStatus == .policyNotMet)
        incident.closed = now
        #expect(health([store(0)]) { $0.incidents = [incident] }.grade == .ok)
    }

    @Test func `warns of a backup whose newest reading came to no verdict`() {
        var store = store(0)
        store.backups = [BackupStatus(label: "A", verdict: .inconclusive)]
        let health = health([store])
        #expect(health.grade == .warning && health.exitStatus == .policyNotMet)
        #expect(health.bad.isEmpty && health.unsettled.map(\.backup.label) == ["A"])
    }

    @Test(arguments: [(Verdict.damaged, true), (.tampered, true), (.incomplete, false), (.verified, false)])
    func `is bad where a backup is bad by now, however the last sweep ended`(
        _ verdict: Verdict, _ isBad: Bool
    ) {
        var store = store(0)
        store.backups = [BackupStatus(label: "A", verdict: verdict)]
        let health = health([store])
        #expect(health.grade == (isBad ? .critical : .ok) && health.bad.count == (isBad ? 1 : 0))
        #expect(health.exitStatus == (isBad ? .policyNotMet : .success))
    }

    @Test func `tells of messages that wait, which say nothing about backups`() {
        let waiting = health([store(0)]) {
            $0.channels = [ChannelStatus(name: "mail", undelivered: 1, waitingSince: now)]
        }
        #expect(waiting.grade == .warning && waiting.exitStatus == .success)
    }

    @Test func `is bad where a backup's newest trial failed, and tells the worst first`() {
        var store = store(0)
        store.backups = [BackupStatus(label: "A", verdict: .verified)]
        #expect(health([store]).worst == nil)
        store.backups[0].failedTrial = now
        let tried = health([store])
        #expect(tried.grade == .critical && tried.exitStatus == .policyNotMet)
        guard case .failedTrial(let one)? = tried.worst else {
            Issue.record("\(String(describing: tried.worst))")
            return
        }
        #expect(one.backup.label == "A")
        store.backups.append(BackupStatus(label: "B", verdict: .damaged))
        let incident = Incident(store: "shop", kind: "wal-gap", since: now, headline: "h", meaning: "m")
        let damaged = health([store]) { $0.incidents = [incident] }
        guard case .bad(let worst)? = damaged.worst else {
            Issue.record("\(String(describing: damaged.worst))")
            return
        }
        #expect(worst.backup.label == "B")
    }
}
