// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Planning

@testable import Reports

extension ComplianceReport {
    func bytes(as format: ReportFormat, in zone: CivilZone) throws -> [UInt8] {
        try Report.compliance(self).bytes(as: format, in: zone)
    }

    func fileName(as format: ReportFormat) -> String { Report.compliance(self).fileName(as: format) }
}

/// A month of two stores: one in which something was damaged and replaced, and one that nobody could reach.
enum SampleFacts {
    static func day(_ day: Int, _ hour: Int64 = 5) -> Timestamp {
        Timestamp(seconds: 1_790_812_800 + Int64(day - 1) * 86_400 + hour * 3600)
    }

    /// In October 2026, of which the report is made on the second day of November.
    static func make(
        _ stores: [ReportedStore] = [shop, archive], change: (inout ReportFacts) -> Void = { _ in }
    ) throws -> ReportFacts {
        let made = day(33)
        var facts = ReportFacts(
            try ReportPeriod("2026-10", in: .utc, at: made), made: made, toolVersion: "0.1.0",
            toolDigest: String(repeating: "ab", count: 32), stores: stores)
        facts.sweeps = (1...31).map(sweep)
        for label in facts.calendar(of: shop) {
            let number = Int(label.dropFirst(6).prefix(2)) ?? 0
            let days = number == 9 ? [9] : [number, number + 2].filter { $0 <= 31 }
            facts.looks["shop", default: [:]][label] = days.map { day in
                DatedLevel(number == 9 ? nil : day == number ? .checksummed : .inspected, at: self.day(day))
            }
        }
        facts.trials = [
            trial(1, day(4), passed: true), trial(2, day(11), passed: false), trial(3, day(18), passed: true),
        ]
        facts.incidents = [
            Incident(
                store: "shop", kind: "damaged", subject: "20261009T010000", since: day(9),
                headline: "backup 20261009T010000 is damaged",
                meaning: "It cannot be restored. Take a new one.",
                closed: day(10))
        ]
        facts.givenUp = [GivenUpSlot(schedule: "nightly", slot: day(20), reason: .missed, at: day(20, 8))]
        facts.events = [
            EventLine(
                at: day(12), kind: "acceptance", place: BackupPlace(url: "s3://backups/shop/a", label: "a"),
                who: "dba", text: "recompressed, change 4711")
        ]
        facts.evidence = SignedTree(
            leaves: 412, root: String(repeating: "5c", count: 32), key: "pg_backctl/0123+00112233+AQ==",
            checkpoint:
                "pg_backctl/0123\n412\nXFxc\nmade 2026-11-02T05:00:00.000000000Z\n\n\u{2014} pg_backctl/0123 ABEiMw==\n"
        )
        change(&facts)
        return facts
    }

    static var shop: ReportedStore {
        var store = ReportedStore("shop", location: "s3://backups/shop")
        store.policy = ["every backup is to be checksummed every 7 d", "a backup is to come every 1 d"]
        (store.asksForReading, store.asksForTrials, store.expectsBackups) = (true, true, true)
        store.readWithin = 604_800
        (store.targetRPO, store.targetRTO) = (93_600, 7200)
        return store
    }

    static var archive: ReportedStore { ReportedStore("archive", location: "s3://archive/shop") }

    static func sweep(_ day: Int) -> SweepLine {
        var shop = SweptStore(name: "shop", url: "s3://backups/shop")
        let labels = (max(1, day - 2)...day).map { "202610\($0 < 10 ? "0" : "")\($0)T010000" }
        shop.backups = labels.enumerated().map { index, label in
            BackupStatus(
                label: label, taken: self.day(day - labels.count + 1 + index, 1), verdict: .verified,
                level: index == 0 ? .inspected : .checksummed,
                proofs: [
                    LevelProof(.checksummed, at: self.day(day)), LevelProof(.inspected, at: self.day(day)),
                ]
                .prefix(index == 0 ? 2 : 1).map(\.self), bytes: 40_000_000_000)
        }
        shop.standing = PolicyStanding(
            backups: labels.count, backupsWithin: day == 9 ? labels.count - 1 : labels.count,
            bytes: 120_000_000_000, bytesWithin: 120_000_000_000)
        shop.groups = [
            GroupStatus(recoverableUntil: self.day(day, 4), secondsToAnswer: 1260)
        ]
        (shop.bytesRead, shop.seconds) = (120_000_000_000, 900)
        var archive = SweptStore(name: "archive", exitStatus: 5)
        archive.failure = "it could not be reached"
        return SweepLine(
            id: SweepID(Int64(day)), state: .ended,
            start: SweepStart(
                schedule: "nightly", slot: self.day(day), stores: ["shop", "archive"], seed: 1,
                started: self.day(day), toolVersion: "0.1.0"),
            end: SweepEnd(exitStatus: 5, reason: .done, ended: self.day(day).advanced(bySeconds: 900)),
            stores: [shop, archive], process: process)
    }

    static func trial(_ number: Int64, _ time: Timestamp, passed: Bool) -> TrialLine {
        let label = "\(time.day.replacing("-", with: ""))T010000"
        var end = TrialEnd(
            exitStatus: passed ? 0 : 18, level: passed ? .exercised : .restored,
            failure: passed ? nil : "check orders: 0 rows, more are expected",
            checks: [
                CheckResult("tables", .builtIn, .passed, words: "read"),
                CheckResult("orders", .user, passed ? .passed : .failed, words: "rows"),
            ], ended: time.advanced(bySeconds: 2400))
        (end.secondsToAnswer, end.serverVersion) = (1200 + 30 * Double(number), "16.4")
        end.newestData = time.advanced(bySeconds: -3600)
        return TrialLine(
            id: TrialID(number), state: .ended,
            start: TrialStart(
                place: BackupPlace(url: "s3://backups/shop/\(label)", label: label), runtime: .docker,
                scratch: "volume", goal: "end of WAL", replaysArchive: true, startedBy: "serve",
                started: time,
                toolVersion: "0.1.0"), end: end, process: process)
    }

    private static let process = ProcessIdentity(host: "h", bootID: "b", pid: 1, startTime: 1)
}
