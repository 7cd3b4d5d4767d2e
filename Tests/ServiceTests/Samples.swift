// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Monday, 2026-11-02T03:00:00Z.
let night = Timestamp(seconds: 1_793_588_400)

extension Timestamp {
    func before(hours: Int64) -> Timestamp { advanced(bySeconds: -3600 * hours) }
    func after(hours: Int64) -> Timestamp { advanced(bySeconds: 3600 * hours) }
}

extension ServiceStatus {
    /// Two stores: one with all that can be told, one of which nothing is known.
    static var sample: ServiceStatus {
        ServiceStatus(
            at: night, version: "1.2.3", stores: [.shop, StoreStatus(name: "new")],
            schedules: [
                ScheduleStatus(
                    name: "nightly", stores: ["shop", "new"], lastSlot: night.before(hours: 2),
                    nextSlot: night.after(hours: 22), givenUp: [.missed: 1])
            ],
            channels: [
                ChannelStatus(
                    name: "mail", undelivered: 2, waitingSince: night.before(hours: 5),
                    lastDelivery: night.before(hours: 30), failure: "'mail.example.com': nobody answers"),
                ChannelStatus(name: "webhook"),
            ],
            incidents: [.damaged])
    }
}

extension StoreStatus {
    static var shop: StoreStatus {
        var store = StoreStatus(
            name: "shop", backups: [.sound, .damaged],
            groups: [
                GroupStatus(
                    newestBackup: night.before(hours: 2), newestSound: .older,
                    recoverableUntil: night.before(hours: 26), secondsToAnswer: 754.5)
            ])
        store.standing = PolicyStanding(
            backups: 2, backupsWithin: 1, bytes: 44_900_000_000, bytesWithin: 22_450_000_000,
            closes: night.after(hours: 48))
        store.traffic = StoreTraffic(
            bytesRead: 89_800_000_000, seconds: 421.25, retries: 3, requests: [200: 1201, 503: 3, 0: 1])
        store.openFindings = [
            FindingCount(code: "CHECKSUM_MISMATCH", cause: "bit-rot", severity: .error, count: 1),
            FindingCount(code: "wal-gap", severity: .warning, count: 2),
        ]
        store.trials = [.passed: 7, .failed: 1]
        store.lastSweep = LastSweep(ended: night, exitStatus: 1)
        (store.lastSlot, store.nextSlot) = (night.before(hours: 2), night.after(hours: 22))
        (store.targetRPO, store.targetRTO) = (93_600, 7200)
        return store
    }
}

extension BackupStatus {
    static let sound = BackupStatus(
        label: "20261101T010000", taken: night.before(hours: 26), verdict: .verified, level: .exercised,
        proofs: [
            LevelProof(.checksummed, at: night), LevelProof(.inspected, at: night),
            LevelProof(.exercised, at: night.before(hours: 20)),
        ], bytes: 22_400_000_000)
    static let damaged = BackupStatus(
        label: "20261102T010000", taken: night.before(hours: 2), verdict: .damaged,
        bytes: 22_500_000_000)
}

extension RecoveryPoint {
    static let older = RecoveryPoint(
        label: "20261101T010000", taken: night.before(hours: 26), level: .exercised, lastProof: night)
}

extension Incident {
    static let damaged = Incident(
        store: "shop", kind: "damaged", subject: "20261102T010000", since: night.before(hours: 1),
        headline: "backup 20261102T010000 is damaged",
        meaning: """
            Bytes of base.tar.gz are not what they were: bit rot.
            This backup must not be restored.
            """,
        nextBest: .older, command: "pg_backctl verify --store shop --backup 20261102T010000 --fresh")

    /// The same when it is over.
    var over: Incident {
        var incident = self
        incident.closed = night.after(hours: 3)
        return incident
    }
}
