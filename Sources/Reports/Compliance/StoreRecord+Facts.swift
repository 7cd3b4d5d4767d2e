// SPDX-License-Identifier: Apache-2.0
import AuditModel

extension StoreRecord {
    /// What the sweeps of a period have found out about a store.
    init(_ store: ReportedStore, _ facts: ReportFacts) {
        let swept = facts.sweeps.compactMap { sweep in
            sweep.stores.first { $0.name == store.name }.map { (sweep: sweep, store: $0) }
        }
        // What lay elsewhere under the same name is another store.
        let reached = swept.filter { $0.store.failure == nil && $0.store.url == store.location }
        let last = reached.last
        (name, location, policy) = (store.name, store.location, store.policy)
        (sweeps, failedSweeps) = (swept.count, swept.count - reached.count)
        bytesRead = swept.reduce(0) { $0.addingClamped($1.store.bytesRead) }
        seconds = swept.reduce(0) { $0 + $1.store.seconds }.told
        backups = Self.backups(last?.store, store, facts)
        ladder = Self.ladder(of: backups)
        standings = reached.compactMap { sweep, store in
            store.standing.map {
                Standing(
                    at: Self.time(sweep), within: $0.backupsWithin, backups: $0.backups,
                    measuredRPO: Self.behind(store, at: Self.time(sweep)))
            }
        }
        let gone = last.map { Self.gone(reached.map(\.store), remaining: $0.store) } ?? []
        let bad = Set(backups.filter { $0.verdict?.isBad == true }.map(\.label))
        let told = facts.looks[store.name] ?? [:]
        calendar = facts.calendar(of: store).map { label in
            ProofCalendarRow(
                label: label, isGone: gone.contains(label), isBad: bad.contains(label),
                looks: told[label] ?? [])
        }
        readWithin = store.readWithin
        population = last.map { sweep, store in
            Population(
                backups: max(store.backups.count, store.standing?.backups ?? 0),
                bytes: store.backups.reduce(0) { $0.addingClamped($1.bytes) },
                listed: sweep.start.started, sweep: sweep.id.value,
                gone: store.backups.count < (store.standing?.backups ?? 0) ? 0 : gone.count)
        }
        (targetRPO, targetRTO) = (store.targetRPO, store.targetRTO)
        let live = (last?.store.groups ?? []).filter { !$0.isEarlier }
        (clusters, looks) = (live.map(\.name), reached.map(\.sweep.start.started))
        measuredRPO = last.flatMap { Self.behind($0.store, at: Self.time($0.sweep)) }
        measuredRTO = Self.worst(live.map(\.secondsToAnswer))
    }

    /// By how many seconds the newest data that could be recovered was behind, the worst cluster; one of which nobody knows leaves it
    /// unknown.
    private static func behind(_ store: SweptStore, at end: Timestamp) -> Double? {
        worst(
            store.groups.filter { !$0.isEarlier }.map {
                $0.recoverableUntil.map { max(0, Double(end.seconds(since: $0))) }
            })
    }

    /// Nil where one is unknown, or none is there.
    private static func worst(_ seconds: [Double?]) -> Double? {
        seconds.contains(nil) ? nil : seconds.compactMap(\.self).max().map(\.told)
    }

    private static func time(_ sweep: SweepLine) -> Timestamp { sweep.end?.ended ?? sweep.start.started }

    /// As the last sweep saw them, and what anybody has found since.
    private static func backups(
        _ last: SweptStore?, _ store: ReportedStore, _ facts: ReportFacts
    ) -> [BackupRecord] {
        let open = facts.damage.filter { $0.over == nil }
        let found = Dictionary(
            open.compactMap { damage in store.label(of: damage.place.url).map { ($0, [damage]) } },
            uniquingKeysWith: +)
        let failed = failedTrials(of: store, facts)
        return (last?.backups ?? []).map { status in
            var status = status
            if let verdict = found[status.label]?.last?.verdict { status.verdict = verdict }
            if failed.contains(status.label) { status.level = status.level.map { min($0, .inspected) } }
            return BackupRecord(status, damageFound: found[status.label]?.map(\.found).min())
        }
    }

    /// The labels of those whose newest trial that came to a verdict failed: what an earlier one has shown is not so any more.
    private static func failedTrials(of store: ReportedStore, _ facts: ReportFacts) -> Set<String> {
        // The facts have the oldest first.
        let trials = Dictionary(grouping: facts.trials.reversed()) { store.label(of: $0.start.place.url) }
        return Set(trials.compactMap { label, lines in lines.failing == nil ? nil : label })
    }

    private static func ladder(of backups: [BackupRecord]) -> [LevelCount] {
        let levels: [Level?] = [nil] + Level.allCases
        return levels.map { level in
            LevelCount(level: level, backups: backups.count { $0.level == level })
        }
    }

    static func gone(_ all: [SweptStore], remaining: SweptStore) -> Set<String> {
        let there = Set(remaining.backups.map(\.label))
        return Set(all.flatMap { $0.backups.map(\.label) }).subtracting(there)
    }
}

extension BackupRecord {
    /// What damage was found of is shown to be nothing.
    fileprivate init(_ status: BackupStatus, damageFound: Timestamp?) {
        let isBad = status.verdict?.isBad == true
        self.init(
            label: status.label, taken: status.taken, bytes: status.bytes, verdict: status.verdict,
            damageFound: damageFound, level: isBad ? nil : status.level,
            proofs: status.proofs.sorted { $0.level < $1.level })
    }
}

extension Double {
    /// Fit to be written: what no clock has measured is at most a million years.
    var told: Double { isFinite ? Swift.min(Swift.max(self, 0), 3.2e13) : 3.2e13 }
}

extension [StoreRecord] {
    /// A sentence for a period in which no sweep has listed any of them.
    var ofNoneIsKnown: String { "\(Units.count(count, "store")); of none is known what it held." }

    /// A sentence that names those that no sweep has listed in the period; nothing where there are none.
    var unseen: [String] {
        let names = filter { $0.population == nil }.map(\.name)
        return names.isEmpty
            ? [] : ["No sweep has looked at \(names.joined(separator: ", ")) in the period, or could."]
    }
}
