// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Planning

/// Says the same of one store.
struct StoreJudgement {
    typealias Opinion = ControlJudgement.Opinion

    let store: ReportedStore
    private let record: StoreRecord
    private let period: ComplianceReport.Period
    private let words: ReportWords
    /// The last moment of the period that the report can speak of.
    private let end: Timestamp
    private let exceptions: [ExceptionRecord]
    private let trials: [TrialRecord]

    init(_ store: ReportedStore, _ record: StoreRecord, _ facts: ReportFacts, _ report: ComplianceReport) {
        (self.store, self.record, period) = (store, record, report.period)
        words = ReportWords(zone: facts.period.zone)
        end = min(report.period.to, report.made)
        exceptions = report.exceptions.filter { $0.store == store.name }
        trials = report.trials.filter { $0.store == store.name }
    }

    func opinion(_ kind: EvidenceKind, copies: [StoreJudgement]) -> Opinion {
        switch kind {
        case .integrity: integrity
        case .restoreTest: seen { restoreTest }
        case .backupsCame: asked(store.expectsBackups, "when backups are to come", Self.coverage)
        case .copies: self.copies(copies)
        case .retention:
            asked(store.keepsBackups, "which backups are to be kept", ["backup-gone", "store-empty"])
        case .objectives: objectives
        case .schedule: schedule
        }
    }

    private static let coverage = [
        "backup-overdue", "backup-shrank", "backup-frozen", "too-few-backups", "upload-unfinished",
        "store-empty",
    ]
    private static let damage = ["damaged", "tampered"]
    private static let unseen = ["store-unreachable", Incident.silence]

    // MARK: One kind each

    private var integrity: Opinion {
        guard store.asksForReading || store.isCopy else {
            return nothing("the policy does not ask that every backup is read")
        }
        return seen {
            guard let standing = record.standings.last else { return nothing("no sweep says how it stands") }
            let bad = record.backups.filter { $0.verdict?.isBad == true }
            if let first = bad.first {
                return not(
                    "\(Units.count(bad.count, "backup")) \(bad.count == 1 ? "is" : "are") known to be bad, such as \(first.label)"
                )
            }
            if let open = open(Self.damage + ["inconclusive"]).first { return not(open.words) }
            guard standing.within == standing.backups else {
                return not(
                    "\(standing.within) of \(Units.count(standing.backups, "backup")) were within policy at the end"
                )
            }
            guard standing.backups <= record.backups.count else {
                return nothing(
                    "the history keeps only \(record.backups.count) of \(standing.backups) backups")
            }
            let unread = record.backups.count { ($0.level ?? .listed) < .checksummed }
            guard unread == 0 else {
                return nothing(
                    "\(unread) of \(Units.count(standing.backups, "backup")) were not read as a whole yet; the policy gave them more time"
                )
            }
            return wholeness(standing)
        }
    }

    private func wholeness(_ standing: StoreRecord.Standing) -> Opinion {
        let lapses = record.standings.count { $0.within < $0.backups }
        let over = past(Self.damage).count
        let said =
            standing.backups == 1
            ? "its one backup was read and within policy at the end"
            : "all of \(standing.backups) backups were read and within policy at the end"
        let lapsed =
            lapses == 0
            ? [] : ["after \(lapses) of \(Units.count(record.standings.count, "sweep")) not all were"]
        let damaged = over == 0 ? [] : ["damage was found of \(Units.count(over, "backup")) and is over"]
        guard !(lapsed + damaged).isEmpty else { return met(said) }
        return excepted("\(said); \((lapsed + damaged).joined(separator: ", and "))")
    }

    private var restoreTest: Opinion {
        guard !trials.isEmpty else { return nothing("no trial restore was made") }
        if let open = open(["trial-failed"]).first { return not(open.words) }
        if let late = late.first(where: { $0.closed == nil }) { return not(late.words) }
        return Opinion.all(clusters.map(restoreTest))
    }

    /// Lapses of the policy on trials.
    private var late: [ExceptionRecord] {
        exceptions.filter { exception in
            exception.kind == "proof-too-old"
                && ["restored", "exercised"].contains { exception.subject.contains($0) }
        }
    }

    /// Clusters whose backups still come; one without a name where nobody tells them apart.
    private var clusters: [String] { record.clusters.isEmpty ? [""] : record.clusters }

    private func restoreTest(_ cluster: String) -> Opinion {
        let name = cluster.isEmpty ? "" : " of \(cluster)"
        let own = record.clusters.count < 2 ? trials : trials.filter { $0.isOf(cluster) }
        let telling = own.filter { $0.outcome == .passed || $0.outcome == .failed }
        guard let last = telling.last else {
            return nothing("no trial restore\(name) came to an end that says something")
        }
        guard last.outcome == .passed else {
            return not("the newest trial restore\(name) failed: \(last.failure ?? last.label)")
        }
        let others = own.count - own.count { $0.outcome == .passed }
        let said =
            "\(Units.count(own.count - others, "trial restore"))\(name) passed, the last of \(last.label) on \(words.day(last.started))"
        guard others == 0, late.isEmpty, store.asksForTrials else {
            return excepted(
                "\(said); \(others) failed or came to nothing\(store.asksForTrials ? "" : "; the policy does not ask for any")"
            )
        }
        return met(said)
    }

    private func copies(_ copies: [StoreJudgement]) -> Opinion {
        let said = asked(
            store.hasCopies, "where second copies are",
            ["copy-missing", "copy-incomplete", "copy-differs", "copy-unread"])
        guard said.result <= .metWithExceptions else { return said }
        guard !copies.isEmpty else { return nothing("no store with its copies is known") }
        let unread = copies.filter { $0.record.backups.isEmpty || !$0.isReadWhole }.map(\.store.name)
        guard unread.isEmpty else {
            return nothing("\(unread.joined(separator: ", ")) was not read as a whole")
        }
        return Opinion.all([said] + copies.map { copy in copy.seen { copy.met("the copies were read") } })
    }

    private var isReadWhole: Bool { record.backups.allSatisfy { ($0.level ?? .listed) >= .checksummed } }

    private var objectives: Opinion {
        seen {
            let opinions = [
                measured("RPO", store.targetRPO, record.measuredRPO),
                measured("RTO", store.targetRTO, hasPassedTrial ? record.measuredRTO : nil),
            ].compactMap(\.self)
            guard !opinions.isEmpty else { return nothing("no recovery time or point is promised") }
            let kinds = ["rpo-missed", "wal-gap", "wal-timelines", "wal-unread"]
            return Opinion.all(opinions + [lapses(kinds)])
        }
    }

    private var hasPassedTrial: Bool { trials.contains { $0.outcome == .passed } }

    private func measured(_ name: String, _ target: Double?, _ measured: Double?) -> Opinion? {
        guard let target else { return nil }
        guard let measured else { return nothing("\(name) was not measured in the period for every cluster") }
        let said = "\(name) measured \(Units.duration(measured)), promised \(Units.duration(target))"
        return measured <= target ? met(said) : not(said)
    }

    private var schedule: Opinion { seen { met("it was looked at") } }

    private func asked(_ isAsked: Bool, _ what: String, _ kinds: [String]) -> Opinion {
        guard isAsked else { return nothing("the configuration does not say \(what)") }
        return seen { lapses(kinds) }
    }

    private func lapses(_ kinds: [String]) -> Opinion {
        if let first = open(kinds).first { return not(first.words) }
        let past = past(kinds)
        return past.isEmpty
            ? met("nothing was missing")
            : excepted("\(Units.count(past.count, "lapse")) in the period, over by its end")
    }

    // MARK: Whether anybody looked

    /// What `judge` says, where the store was seen all through the period: what nobody looked at is no pass.
    private func seen(_ judge: () -> Opinion) -> Opinion {
        guard let population = record.population else {
            return nothing("no sweep of the period could look at it")
        }
        if let open = open(Self.unseen).first { return not(open.words) }
        let silence = seconds(from: lastLook, to: end)
        guard silence <= store.patience else {
            return not("nobody could look for \(Units.duration(silence)) before the end")
        }
        guard population.backups > 0 else { return nothing("it had no backup") }
        let opinion = judge()
        guard opinion.result <= .metWithExceptions else { return opinion }
        if let gap = longest(gaps.filter({ $0.from > period.from })) {
            return Opinion.all([
                opinion, not("nobody could look from \(words.day(gap.from)) to \(words.day(gap.to))"),
            ])
        }
        guard let early = gaps.first else { return opinion }
        return nothing("nobody looked before \(words.day(early.to)), and the period begins earlier")
    }

    private var lastLook: Timestamp { record.looks.last ?? period.from }

    private typealias Gap = (from: Timestamp, to: Timestamp)

    /// The times before the last look in which nobody could look, where they are longer than from sweep to sweep.
    private var gaps: [Gap] {
        zip([period.from] + record.looks, record.looks).map { (from: $0, to: $1) }
            .filter { seconds(from: $0.from, to: $0.to) > store.patience }
    }

    private func longest(_ gaps: [Gap]) -> Gap? {
        gaps.max { seconds(from: $0.from, to: $0.to) < seconds(from: $1.from, to: $1.to) }
    }

    private func seconds(from start: Timestamp, to end: Timestamp) -> Double {
        Double(max(0, end.seconds(since: start)))
    }

    // MARK: Parts

    private func met(_ why: String) -> Opinion { said(.met, why) }
    private func excepted(_ why: String) -> Opinion { said(.metWithExceptions, why) }
    private func nothing(_ why: String) -> Opinion { said(.noData, why) }
    private func not(_ why: String) -> Opinion { said(.notMet, why) }

    private func said(_ result: ControlResult, _ why: String) -> Opinion {
        Opinion(result: result, because: ["\(store.name): \(why)"])
    }

    private func open(_ kinds: [String]) -> [ExceptionRecord] {
        exceptions.filter { kinds.contains($0.kind) && $0.closed == nil }
    }

    private func past(_ kinds: [String]) -> [ExceptionRecord] {
        exceptions.filter { kinds.contains($0.kind) && $0.closed != nil }
    }
}

extension TrialRecord {
    /// Whether the backup lies in one of the folders of a cluster.
    fileprivate func isOf(_ cluster: String) -> Bool {
        cluster.split(separator: "+", omittingEmptySubsequences: false).contains { $0 == folder }
    }
}
