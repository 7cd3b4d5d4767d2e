// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Planning
import Testing

@testable import Reports

@Suite struct `A compliance report` {
    private func report(
        _ stores: [ReportedStore] = [SampleFacts.shop], change: (inout ReportFacts) -> Void = { _ in }
    ) throws -> ComplianceReport {
        let frameworks = try FrameworkCatalogue().chosen(["iso27001", "soc2"])
        return ComplianceReport(try SampleFacts.make(stores, change: change), frameworks)
    }

    private func opinion(
        _ kind: EvidenceKind, _ stores: [ReportedStore] = [SampleFacts.shop],
        change: (inout ReportFacts) -> Void = { _ in }
    ) throws -> ControlJudgement.Opinion {
        let facts = try SampleFacts.make(stores, change: change)
        return ControlJudgement(facts, ComplianceReport(facts, [])).opinion(kind)
    }

    @Test func `has the backups of the last listing, all of them, and those that went away`() throws {
        let shop = try report().stores[0]
        #expect(shop.population?.backups == 3 && shop.population?.sweep == 31 && shop.population?.gone == 28)
        #expect(shop.backups.map(\.label) == (29...31).map { "202610\($0)T010000" })
        #expect(shop.ladder.map(\.backups) == [0, 0, 2, 1, 0, 0])
        #expect(shop.sweeps == 31 && shop.failedSweeps == 0)
        #expect(shop.bytesRead == 31 * 120_000_000_000 && shop.measuredRTO == 1260)
    }

    @Test func `passes with exceptions what was wrong and is over`() throws {
        let integrity = try opinion(.integrity)
        #expect(integrity.result == .metWithExceptions, "\(integrity)")
        #expect(try opinion(.restoreTest).result == .metWithExceptions)
        #expect(try opinion(.backupsCame).result == .met)
        #expect(try opinion(.schedule).result == .metWithExceptions)
        #expect(try opinion(.objectives).result == .met)
        let clean = try opinion(.integrity) {
            $0.incidents = []
            $0.sweeps.remove(at: 8)
        }
        #expect(clean.result == .met, "\(clean)")
    }

    /// A gap must never look like a pass.
    static let gaps: [(EvidenceKind, ControlResult, @Sendable (inout ReportFacts) -> Void)] = [
        (.integrity, .noData, { $0.sweeps = [] }),
        (.integrity, .notMet, { $0.sweeps.removeLast(10) }),
        (.integrity, .noData, { $0.stores[0].asksForReading = false }),
        (.integrity, .notMet, { $0.sweeps[30].stores[0].backups[0].verdict = .damaged }),
        (.integrity, .noData, { $0.sweeps[30].stores[0].backups[0].level = .listed }),
        (.integrity, .notMet, { $0.sweeps.removeSubrange(10..<20) }),
        (.integrity, .noData, { $0.sweeps.removeSubrange(0..<20) }),
        (
            .integrity, .notMet,
            {
                $0.sweeps.removeSubrange(10..<13)
                $0.sweeps.removeSubrange(0..<5)
            }
        ),
        // What somebody has found by hand, in a place above the store, by a trial or by a restore.
        (.integrity, .notMet, { $0.damage = [SampleFacts.found(over: nil)] }),
        (.integrity, .metWithExceptions, { $0.damage = [SampleFacts.found(over: 12)] }),
        (.integrity, .noData, { $0.stores[0].location = "s3://elsewhere/shop" }),
        (.integrity, .notMet, { $0.incidents.append(SampleFacts.open("store-unreachable")) }),
        (.integrity, .notMet, { $0.incidents.append(SampleFacts.open("damaged")) }),
        (
            .integrity, .noData,
            {
                $0.sweeps[30].stores[0].standing?.backups = 5000;
                $0.sweeps[30].stores[0].standing?.backupsWithin = 5000
            }
        ),
        (.restoreTest, .notMet, { $0.incidents.append(SampleFacts.open("trial-failed")) }),
        (
            .restoreTest, .noData,
            { $0.sweeps[30].stores[0].groups = [GroupStatus(name: "a"), GroupStatus(name: "b")] }
        ),
        (.objectives, .notMet, { $0.incidents.append(SampleFacts.open("rpo-missed")) }),
        (.objectives, .noData, { $0.trials = [] }),
        (.schedule, .notMet, { $0.sweeps.removeLast(10) }),
        (.copies, .noData, { $0.stores[0].hasCopies = true }),
        (.integrity, .notMet, { $0.sweeps[30].stores[0].standing?.backupsWithin = 2 }),
        (.integrity, .noData, { $0.sweeps[30].stores[0].backups = [] }),
        (.restoreTest, .noData, { $0.trials = [] }),
        (.restoreTest, .notMet, { $0.trials.removeLast() }),
        (.restoreTest, .noData, { $0.trials = [SampleFacts.unfinished] }),
        (.restoreTest, .noData, { $0.stores[0].location = "s3://elsewhere/shop" }),
        (.schedule, .noData, { $0.sweeps = [] }),
        (.backupsCame, .noData, { $0.stores[0].expectsBackups = false }),
        (.backupsCame, .notMet, { $0.incidents.append(SampleFacts.overdue(closed: nil)) }),
        (.backupsCame, .metWithExceptions, { $0.incidents.append(SampleFacts.overdue(closed: 12)) }),
        // It was over only after the period was.
        (.backupsCame, .notMet, { $0.incidents.append(SampleFacts.overdue(closed: 32)) }),
        (.copies, .noData, { _ in }), (.retention, .noData, { _ in }),
        (.objectives, .notMet, { $0.stores[0].targetRTO = 60 }),
        (.objectives, .noData, { $0.sweeps[30].stores[0].groups = [] }),
        (.objectives, .noData, { ($0.stores[0].targetRPO, $0.stores[0].targetRTO) = (nil, nil) }),
        (.integrity, .noData, { $0.stores = [] }),
    ]

    @Test(arguments: gaps.indices) func `renders no gap as a pass`(index: Int) throws {
        let (kind, expected, change) = Self.gaps[index]
        let opinion = try opinion(kind, change: change)
        #expect(opinion.result == expected, "\(kind): \(opinion)")
        #expect(!opinion.because.isEmpty)
    }

    @Test func `is as good as its worst store`() throws {
        let both = try report([SampleFacts.shop, SampleFacts.archive])
        #expect(both.result == .noData && both.stores[1].population == nil)
        #expect(both.stores[1].failedSweeps == 31)
        #expect(both.summary.contains { $0.contains("looked at archive") })
        #expect(both.summary.count <= 10)
        let a813 = both.frameworks[0].controls.first { $0.number == "A.8.13" }
        #expect(a813?.result == .noData && a813?.because.contains { $0.hasPrefix("archive: ") } == true)
    }

    @Test func `tells of each exception for how long it was open`() throws {
        let all = try report { $0.incidents.append(SampleFacts.overdue(closed: nil)) }.exceptions
        #expect(all.map(\.kind) == ["damaged", "trial-failed", "backup-overdue"])
        #expect(all.map(\.days) == [1, 7, 20] && all[2].closed == nil)
        let found = try report {
            $0.sweeps[30].stores[0].findings = [
                StoreFinding(
                    kind: "wal-gap", subject: "", severity: .error, message: "a gap",
                    since: SampleFacts.day(30)),
                StoreFinding(kind: "note", subject: "", severity: .note, message: "a note"),
            ]
        }
        #expect(found.exceptions.map(\.kind) == ["damaged", "trial-failed", "wal-gap"])
    }

    @Test func `says that it is not over, and that nobody else has witnessed it`() throws {
        let early = try report { $0.made = SampleFacts.day(20) }
        #expect(!early.period.isOver && early.summary.contains { $0.contains("not over") })
        #expect(early.limits.contains { $0.hasPrefix("No outside witness") })
    }

    @Test func `a damaged backup says since when, beside what was shown before`() throws {
        let report = ComplianceReport(
            try SampleFacts.make { facts in
                var damage = SampleFacts.found(over: nil)
                damage.place = BackupPlace(url: "s3://backups/shop/20261030T010000", label: "20261030T010000")
                facts.damage = [damage]
            }, [])
        let bad = try #require(report.stores.first?.backups.first { $0.verdict == .damaged })
        #expect(bad.damageFound == SampleFacts.day(10) && bad.level == nil)
        let text = String(decoding: try report.bytes(as: .markdown, in: .utc), as: UTF8.self)
        #expect(text.contains("damaged since 2026-10-10"))
    }
}

extension SampleFacts {
    static var unfinished: TrialLine {
        var line = trial(9, day(20), passed: true)
        line.end = nil
        return line
    }

    static func found(over: Int?) -> FoundDamage {
        let label = sweep(30).stores[0].backups[0].label
        return FoundDamage(
            of: BackupPlace(url: "\(shop.location)/\(label)", label: label), .damaged, by: .restore,
            found: day(10),
            over: over.map { day($0) })
    }

    static func overdue(closed: Int?) -> Incident {
        Incident(
            store: "shop", kind: "backup-overdue", since: day(12), headline: "no backup came",
            meaning: "Look.",
            closed: closed.map { day($0) })
    }

    static func open(_ kind: String) -> Incident {
        Incident(store: "shop", kind: kind, since: day(12), headline: kind, meaning: "Look.")
    }
}
