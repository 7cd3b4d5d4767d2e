// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics

extension ExceptionRecord {
    /// All that was wrong at some time of a period, the oldest first.
    ///
    /// Incidents are what people were told of. Where a sweep has found something that no incident tells of, that counts, too.
    static func all(_ facts: ReportFacts) -> [ExceptionRecord] {
        let end = min(facts.period.to, facts.made)
        let incidents = facts.incidents.map { incident in
            ExceptionRecord(
                incident, until: end, isGone: facts.isGone(incident.subject, from: incident.store))
        }
        // What was over and is there again is told anew.
        let known = Set(facts.incidents.filter { $0.closed.map { $0 >= end } ?? true }.map(\.key))
        let swept = facts.stores.flatMap { untold(in: $0, facts, known) }
        let told = incidents + swept
        let found = facts.stores.flatMap { damaged(in: $0, facts, beside: told) }
        let tried = facts.stores.flatMap { failedTrials(in: $0, facts, beside: told) }
        return (told + found + tried).sorted {
            ($0.since, $0.store, $0.subject) < ($1.since, $1.store, $1.subject)
        }
    }

    /// Of a backup that is not there any more its end is no proof that it became right.
    private init(_ incident: Incident, until end: Timestamp, isGone: Bool) {
        let closed = incident.closed.flatMap { $0 < end ? $0 : nil }
        let gone = isGone && closed != nil ? "; the backup is not there any more" : ""
        self.init(
            store: incident.store, kind: incident.kind, subject: incident.subject, since: incident.since,
            closed: closed, days: Self.days(from: incident.since, to: closed ?? end),
            words: incident.headline + gone, remedy: incident.meaning)
    }

    /// What the last sweep of a store has found wrong.
    private static func untold(
        in store: ReportedStore, _ facts: ReportFacts, _ known: Set<Incident.Key>
    ) -> [ExceptionRecord] {
        let last = facts.sweeps.last {
            $0.stores.contains { $0.name == store.name && $0.failure == nil && $0.url == store.location }
        }
        guard let last, let swept = last.stores.first(where: { $0.name == store.name }) else { return [] }
        let bad = swept.backups.filter { $0.verdict?.isBad == true }.map { backup in
            StoreFinding(
                kind: backup.verdict?.rawValue ?? "", subject: backup.label, severity: .error,
                message: "\(backup.label) is \(backup.verdict?.rawValue ?? "bad")",
                advice: "take a new backup, and see 'pg_backctl history findings' for what was found")
        }
        return (swept.findings.filter(isTold) + bad).compactMap { finding in
            let isTold = known.contains {
                $0.store == store.name && $0.kind == finding.kind && $0.subject == finding.subject
            }
            guard !isTold else { return nil }
            let since = finding.since ?? last.start.started
            return ExceptionRecord(
                store: store.name, kind: finding.kind, subject: finding.subject, since: since, closed: nil,
                days: days(from: since, to: min(facts.period.to, facts.made)), words: finding.message,
                remedy: finding.advice ?? "")
        }
    }

    /// What somebody has found by a verification, a trial or a restore and no sweep has told of: one for each backup, from the first
    /// sight to the last end.
    private static func damaged(
        in store: ReportedStore, _ facts: ReportFacts, beside told: [ExceptionRecord]
    ) -> [ExceptionRecord] {
        let end = min(facts.period.to, facts.made)
        let known = Set(told.filter { $0.store == store.name && kinds.contains($0.kind) }.map(\.subject))
        let found = facts.damage.compactMap { damage in
            store.label(of: damage.place.url).map { (label: $0, damage: damage) }
        }.filter { !known.contains($0.label) }
        return Dictionary(grouping: found, by: \.label).map { label, all in
            let damages = all.map(\.damage)
            let first = damages[0]
            let closed = damages.contains { $0.over == nil } ? nil : damages.compactMap(\.over).max()
            return ExceptionRecord(
                store: store.name, kind: first.verdict.rawValue, subject: label, since: first.found,
                closed: closed, days: days(from: first.found, to: closed ?? end),
                words:
                    "\(label) was found \(first.verdict.rawValue) by a \(first.finder.rawValue)\(first.words.map { ": \($0)" } ?? "")",
                remedy: "Take a new backup, and see 'pg_backctl history findings' for what was found.")
        }
    }

    /// Trials that failed and no sweep has told of: one for each backup, from the first to the next one of its cluster that passed.
    private static func failedTrials(
        in store: ReportedStore, _ facts: ReportFacts, beside told: [ExceptionRecord]
    ) -> [ExceptionRecord] {
        let end = min(facts.period.to, facts.made)
        let known = Set(
            told.filter { $0.store == store.name && $0.kind == Incident.trialFailed }.map(\.subject))
        let trials = facts.trials.filter { facts.stores.owner(of: $0.start.place)?.name == store.name }
        let failed = trials.filter { $0.end?.exitStatus == ExitStatus.trialFailed.rawValue }.compactMap {
            trial in
            store.label(of: trial.start.place.url).map { (label: $0, trial: trial) }
        }.filter { !known.contains($0.label) }
        return Dictionary(grouping: failed, by: \.label).compactMap { label, all -> ExceptionRecord? in
            guard let first = all.first?.trial, let last = all.last?.trial else { return nil }
            let folder = facts.stores.folder(of: first.start.place)
            let passed = trials.first {
                $0.id.value > last.id.value && $0.end?.exitStatus == 0
                    && facts.stores.folder(of: $0.start.place) == folder
            }
            let (since, closed) = (first.end?.ended ?? first.start.started, passed?.end?.ended)
            return ExceptionRecord(
                store: store.name, kind: Incident.trialFailed, subject: label, since: since, closed: closed,
                days: days(from: since, to: closed ?? end),
                words:
                    "trial restore \(first.id.value) of \(label) failed\(first.end?.failure.map { ": \($0)" } ?? "")",
                remedy: "See 'pg_backctl history trials' for what it found, and try a restore again.")
        }
    }

    private static let kinds: Set<String> = [Verdict.damaged.rawValue, Verdict.tampered.rawValue]

    /// Of copies also what may still come: it is not there.
    private static func isTold(_ finding: StoreFinding) -> Bool {
        finding.severity == .error || (finding.kind.hasPrefix("copy-") && finding.severity == .warning)
    }

    /// Begun ones count.
    private static func days(from start: Timestamp, to end: Timestamp) -> Int {
        max(1, Int(max(0, end.seconds(since: start)) + 86_399) / 86_400)
    }
}
