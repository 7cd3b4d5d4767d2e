// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Says how much of each kind of evidence a period has: decisions alone.
///
/// A gap is no pass: where nobody looked, or nothing is asked for, there is no data.
struct ControlJudgement {
    private let facts: ReportFacts
    private let report: ComplianceReport

    /// `report` has everything but its controls.
    init(_ facts: ReportFacts, _ report: ComplianceReport) { (self.facts, self.report) = (facts, report) }

    /// What was found, and why.
    struct Opinion: Equatable {
        var result: ControlResult
        var because: [String]
    }

    func record(_ control: Framework.Control) -> ControlRecord {
        let opinions = control.evidence.map(opinion)
        return ControlRecord(
            number: control.number, title: control.title, asks: control.asks,
            result: opinions.map(\.result).max() ?? .noData, because: opinions.flatMap(\.because),
            leavesOut: control.leavesOut)
    }

    /// All stores together: as the worst of them.
    func opinion(_ kind: EvidenceKind) -> Opinion {
        guard !facts.stores.isEmpty else {
            return Opinion(result: .noData, because: ["no store is configured"])
        }
        if kind == .schedule { return schedule }
        let each = zip(facts.stores, report.stores).map { opinion(kind, $0, $1) }
        return Opinion(result: each.map(\.result).max() ?? .noData, because: each.flatMap(\.because))
    }

    private func opinion(_ kind: EvidenceKind, _ store: ReportedStore, _ record: StoreRecord) -> Opinion {
        switch kind {
        case .integrity: integrity(store, record)
        case .restoreTest: restoreTest(store, record)
        case .backupsCame:
            asked(
                store.expectsBackups, "when backups are to come", store, record,
                [
                    "backup-overdue", "backup-shrank", "backup-frozen", "too-few-backups",
                    "upload-unfinished",
                    "store-empty",
                ])
        case .copies:
            asked(
                store.hasCopies, "where second copies are", store, record,
                ["copy-missing", "copy-incomplete", "copy-differs", "copy-unread"])
        case .retention:
            asked(
                store.keepsBackups, "which backups are to be kept", store, record,
                ["backup-gone", "store-empty"])
        case .objectives: objectives(store, record)
        case .schedule: schedule
        }
    }

    // MARK: One kind each

    private func integrity(_ store: ReportedStore, _ record: StoreRecord) -> Opinion {
        guard store.asksForReading else {
            return nothing(store, "the policy does not ask that every backup is read")
        }
        guard let population = record.population, let standing = record.standings.last else {
            return nothing(store, "no sweep of the period could look at it")
        }
        if let silence = silence(store, population) { return silence }
        guard population.backups > 0 else { return nothing(store, "it had no backup") }
        let bad = record.backups.filter { $0.verdict == .damaged || $0.verdict == .tampered }
        if let first = bad.first {
            return not(
                store, "\(Units.count(bad.count, "backup")) is known to be bad, such as \(first.label)")
        }
        guard standing.within == standing.backups else {
            return not(
                store,
                "\(standing.within) of \(Units.count(standing.backups, "backup")) were within policy at the end"
            )
        }
        let unread = record.backups.count { ($0.level ?? .listed) < .checksummed }
        guard unread == 0 else {
            return not(store, "\(Units.count(unread, "backup")) was never read as a whole")
        }
        let lapses = record.standings.count { $0.within < $0.backups }
        let words = "all of \(Units.count(standing.backups, "backup")) were read and within policy at the end"
        return lapses == 0 && open(store, Self.damage).isEmpty && past(store, Self.damage).isEmpty
            ? Opinion(result: .met, because: ["\(store.name): \(words)"])
            : Opinion(
                result: .metWithExceptions,
                because: [
                    "\(store.name): \(words); after \(lapses) of \(Units.count(record.standings.count, "sweep")) they were not, and \(Units.count(past(store, Self.damage).count, "incident")) of damage is over"
                ])
    }

    private static let damage = ["damaged", "tampered"]

    private func restoreTest(_ store: ReportedStore, _ record: StoreRecord) -> Opinion {
        let trials = report.trials.filter { $0.store == store.name }
        let passed = trials.count { $0.outcome == .passed }
        guard let last = trials.last(where: { $0.outcome == .passed || $0.outcome == .failed }) else {
            return nothing(
                store,
                trials.isEmpty
                    ? "no trial restore was made" : "no trial restore came to an end that says something")
        }
        guard last.outcome == .passed else {
            return not(store, "the newest trial restore failed: \(last.failure ?? last.label)")
        }
        let failed = trials.count { $0.outcome == .failed }
        let words =
            "\(store.name): \(Units.count(passed, "trial restore")) passed, the last of \(last.label) on \(last.started.day)"
        return failed == 0
            ? Opinion(result: .met, because: [words])
            : Opinion(result: .metWithExceptions, because: ["\(words); \(failed) before it failed"])
    }

    private func asked(
        _ isAsked: Bool, _ what: String, _ store: ReportedStore, _ record: StoreRecord, _ kinds: [String]
    ) -> Opinion {
        guard isAsked else { return nothing(store, "the configuration does not say \(what)") }
        guard let population = record.population else {
            return nothing(store, "no sweep of the period could look at it")
        }
        if let silence = silence(store, population) { return silence }
        let (open, past) = (open(store, kinds), past(store, kinds))
        if let first = open.first { return not(store, first.words) }
        return past.isEmpty
            ? Opinion(result: .met, because: ["\(store.name): nothing was missing"])
            : Opinion(
                result: .metWithExceptions,
                because: ["\(store.name): \(Units.count(past.count, "lapse")) in the period, over by its end"]
            )
    }

    private func objectives(_ store: ReportedStore, _ record: StoreRecord) -> Opinion {
        var opinions: [Opinion] = []
        for (name, target, measured) in [
            ("RPO", store.targetRPO, record.measuredRPO), ("RTO", store.targetRTO, record.measuredRTO),
        ] {
            guard let target else { continue }
            guard let measured else {
                opinions.append(nothing(store, "\(name) was not measured"))
                continue
            }
            let words = "\(name) measured \(Units.duration(measured)), promised \(Units.duration(target))"
            opinions.append(
                measured <= target
                    ? Opinion(result: .met, because: ["\(store.name): \(words)"]) : not(store, words))
        }
        guard !opinions.isEmpty else { return nothing(store, "no recovery time or point is promised") }
        return Opinion(result: opinions.map(\.result).max() ?? .noData, because: opinions.flatMap(\.because))
    }

    private var schedule: Opinion {
        let ended = facts.sweeps.filter { $0.end != nil }
        guard !ended.isEmpty else {
            return Opinion(result: .noData, because: ["no sweep ended in the period"])
        }
        let lost = report.missedSlots.count { $0.reason != .superseded }
        let words = "\(Units.count(ended.count, "sweep")) ended in the period"
        return lost == 0
            ? Opinion(result: .met, because: [words])
            : Opinion(result: .metWithExceptions, because: ["\(words), \(Units.count(lost, "slot")) missed"])
    }

    // MARK: Parts

    /// What was seen long before the end of the period says nothing of that end.
    private func silence(_ store: ReportedStore, _ population: StoreRecord.Population) -> Opinion? {
        let end = min(report.period.to, report.made)
        let seconds = Double(max(0, end.seconds(since: population.listed)))
        guard seconds > max(store.longestAge ?? 0, Self.patience) else { return nil }
        return not(store, "nobody looked for \(Units.duration(seconds)) before the end")
    }

    /// In seconds: two days.
    private static let patience = 172_800.0

    private func nothing(_ store: ReportedStore, _ why: String) -> Opinion {
        Opinion(result: .noData, because: ["\(store.name): \(why)"])
    }

    private func not(_ store: ReportedStore, _ why: String) -> Opinion {
        Opinion(result: .notMet, because: ["\(store.name): \(why)"])
    }

    private func open(_ store: ReportedStore, _ kinds: [String]) -> [ExceptionRecord] {
        report.exceptions.filter { $0.store == store.name && kinds.contains($0.kind) && $0.closed == nil }
    }

    private func past(_ store: ReportedStore, _ kinds: [String]) -> [ExceptionRecord] {
        report.exceptions.filter { $0.store == store.name && kinds.contains($0.kind) && $0.closed != nil }
    }
}
