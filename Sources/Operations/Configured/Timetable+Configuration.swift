// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics
public import Planning
public import Settings

extension Timetable {
    /// The entry's, as the configuration says; nil for one that waits for backups.
    ///
    /// Throws for a wrong cron expression or zone. `seed` is the machine's own: jitter goes by it.
    public init?(_ entry: ScheduleEntry, seed: UInt64) throws {
        guard case .cron(let text) = entry.start else { return nil }
        self.init(
            name: entry.name, cron: try CronExpression(parsing: text.value),
            zone: try CivilZone(named: entry.zone), jitter: entry.jitter, seed: seed,
            missed: entry.missed == .skip ? .skip : .runOnce)
    }
}

extension Configuration {
    /// The stores that an entry of the schedule sweeps, with the places of their copies, in the order of the configuration.
    public func stores(of entry: ScheduleEntry) -> [StoreConfiguration] {
        switch entry.stores {
        case .all: return stores
        case .named(let names):
            let all = Set(names + unscheduledCopies(of: names))
            return stores.filter { all.contains($0.name) || $0.copyOf.map(all.contains) ?? false }
        }
    }

    /// Stores that hold copies of these, and that no entry names.
    private func unscheduledCopies(of names: [String]) -> [String] {
        let scheduled = schedule.flatMap { entry -> [String] in
            if case .named(let names) = entry.stores { names } else { [] }
        }
        return stores.filter { names.contains($0.name) }.flatMap(\.copies).compactMap { place -> String? in
            if case .store(let name) = place, !scheduled.contains(name) { name } else { nil }
        }
    }

    /// The entry of this name; without a name the only one there is.
    ///
    /// Throws 12 where several could be meant.
    public func entry(named name: String?) throws -> ScheduleEntry? {
        guard let name else {
            guard schedule.count <= 1 else { throw SweepChoiceError.several(schedule.map(\.name)) }
            return schedule.first
        }
        guard let entry = schedule.first(where: { $0.name == name }) else {
            throw SweepChoiceError.unknown(name, schedule.map(\.name))
        }
        return entry
    }
}

/// Why nobody knows which entry of the schedule is meant.
public enum SweepChoiceError: UserError, Equatable {
    case several([String])
    case unknown(String, [String])
    /// The entry does not sweep this store.
    case notOfEntry(store: String, entry: String, [String])
    case noStore

    /// Which entry or store was not found, or how many entries there are to choose from.
    public var message: String {
        switch self {
        case .several(let names): "the schedule has \(names.count) entries: \(names.joined(separator: ", "))"
        case .unknown(let name, _): "the schedule has no entry '\(ObjectName(name))'"
        case .notOfEntry(let store, let entry, _):
            "the entry '\(entry)' of the schedule does not sweep '\(ObjectName(store))'"
        case .noStore: "the configuration names no store to sweep"
        }
    }

    /// One: the names that there are, or what to give.
    public var hints: [String] {
        switch self {
        case .several: ["say which one is swept: --schedule NAME."]
        case .unknown(_, let names):
            [
                names.isEmpty
                    ? "the configuration has no schedule." : "there are: \(names.joined(separator: ", "))."
            ]
        case .notOfEntry(_, _, let stores):
            ["it sweeps: \(stores.joined(separator: ", ")). Without --schedule a store is swept by hand."]
        case .noStore:
            ["see docs/configuration.md: a store has a name, a location, and what is to be proven."]
        }
    }

    /// 12 where several entries could be meant, else 14.
    public var exitStatus: ExitStatus {
        switch self {
        case .several: .argumentMissing
        case .unknown, .notOfEntry, .noStore: .usage
        }
    }
}

extension SweepOrder {
    /// What an entry of the schedule asks for; nil for all stores, as far as nothing else is said.
    ///
    /// `seed` is what chance goes by. Throws `SweepChoiceError` where the entry does not sweep one of `names`, or
    /// there is nothing to sweep.
    public init(
        _ configuration: Configuration, _ entry: ScheduleEntry?, only names: Set<String>? = nil,
        seed: UInt64, jobs: Int, at now: Timestamp
    ) throws {
        let all = entry.map(configuration.stores(of:)) ?? configuration.stores
        for name in (names ?? []).sorted() where !all.contains(where: { $0.name == name }) {
            throw SweepChoiceError.notOfEntry(
                store: name, entry: entry?.name ?? "", all.map(\.name))
        }
        let chosen = all.filter { names?.contains($0.name) ?? true }
        guard !chosen.isEmpty else { throw SweepChoiceError.noStore }
        let said = entry?.budget
        let jobs = said?.jobs ?? jobs
        let budget = SweepBudget(
            bytes: said?.bytes, rate: said?.rate.map { Double($0) }, jobs: jobs, trials: said?.trials,
            window: entry?.window)
        self.init(
            try chosen.map { try SweepStore($0, in: configuration, jobs: jobs) }, budget: budget,
            interval: try Self.interval(of: entry, at: now), seed: seed)
        schedule = entry?.name
        windowEnds = entry?.window.map { now.advanced(bySeconds: Int64($0)) }
    }

    /// From one slot to the next; a day where there is no schedule.
    private static func interval(of entry: ScheduleEntry?, at now: Timestamp) throws -> Int64 {
        guard let entry, let timetable = try Timetable(entry, seed: 0), let next = timetable.next(after: now),
            let after = timetable.next(after: next.nominal)
        else { return 86_400 }
        return max(60, after.nominal.seconds(since: next.nominal))
    }
}
