// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Diagnostics
import History
public import Planning

/// Tells how stores, schedule and notices stand, by the history alone: no store is asked.
///
/// It is what the last sweeps have told, with what was found out of their backups since.
public struct TellStatus: Sendable {
    /// A store whose standing is told.
    public struct Store: Sendable {
        /// As the configuration calls it.
        public var name: String
        /// Says its URL when it is asked; nil counts for any.
        ///
        /// What was found elsewhere says nothing of it.
        public var place: @Sendable () -> String?
        /// What the configuration promises, in seconds.
        public var targetRPO, targetRTO: Double?

        /// A store without targets, unless they are given.
        public init(
            _ name: String, at place: @escaping @Sendable () -> String? = { nil }, targetRPO: Double? = nil,
            targetRTO: Double? = nil
        ) {
            (self.name, self.place) = (name, place)
            (self.targetRPO, self.targetRTO) = (targetRPO, targetRTO)
        }
    }

    /// An entry of the schedule, with the stores that it sweeps.
    public struct Schedule: Sendable {
        /// By which its next slot is told, and when a sweep of its stores is due.
        public var timetable: Timetable
        /// Their names, as the configuration has them.
        public var stores: [String]

        /// Only for an entry that comes by the calendar: one that waits for backups has no timetable.
        public init(_ timetable: Timetable, stores: [String]) {
            (self.timetable, self.stores) = (timetable, stores)
        }
    }

    private let stores: [Store]
    private let schedules: [Schedule]
    private let history: HistoryDatabase?
    private let context: OperationContext

    /// Reads nothing yet; without a history every store is told as never swept.
    public init(_ stores: [Store], _ schedules: [Schedule], _ memory: Memory, _ context: OperationContext) {
        (self.stores, self.schedules) = (stores, schedules)
        (history, self.context) = (memory.history, context)
    }

    /// Reads the history; channels and incidents are whose who keeps them.
    public func status() throws -> ServiceStatus {
        let now = context.clock.now
        let schedules = try schedules.map { try status(of: $0, now) }
        return ServiceStatus(
            at: now, version: context.toolVersion,
            stores: try stores.map { try status(of: $0, schedules) }, schedules: schedules)
    }

    private func status(of schedule: Schedule, _ now: Timestamp) throws -> ScheduleStatus {
        let name = schedule.timetable.name
        let givenUp = try history?.givenUpSlots(of: name) ?? []
        return ScheduleStatus(
            name: name, stores: schedule.stores, lastSlot: try history?.lastSweptSlot(of: name),
            nextSlot: schedule.timetable.next(after: now)?.nominal,
            givenUp: Dictionary(givenUp.map { ($0.reason, 1) }) { $0 + $1 })
    }

    private func status(of store: Store, _ schedules: [ScheduleStatus]) throws -> StoreStatus {
        var status = StoreStatus(name: store.name)
        (status.targetRPO, status.targetRTO) = (store.targetRPO, store.targetRTO)
        let own = schedules.filter { $0.stores.contains(store.name) }
        status.lastSlot = own.compactMap(\.lastSlot).max()
        status.nextSlot = own.compactMap(\.nextSlot).min()
        guard let history, let last = try history.lastSwept(store.name), store.is(at: last.swept.url) else {
            return status
        }
        status.lastSweep = LastSweep(ended: last.ended, exitStatus: last.swept.exitStatus)
        let timetables = self.schedules.filter { $0.stores.contains(store.name) }.map(\.timetable)
        status.sweepDue = last.ended.advanced(
            bySeconds: SilenceRule(for: timetables, at: last.ended).patience)
        // One that could not look at the store says nothing of its backups.
        let reached = try history.lastSwept(store.name, reached: true)?.swept
        let seen = reached.flatMap { store.is(at: $0.url) ? $0 : nil } ?? last.swept
        let now = try seen.url.map { try KnownNow(at: $0, history) }
        status.backups = now?.told(seen.backups) ?? seen.backups
        status.groups = seen.groups.map { $0.restingOn(status.backups) }
        status.standing = seen.standing?.restingOn(status.backups)
        status.traffic = try history.traffic(of: store.name)
        try tell(of: seen, history, &status)
        return status
    }

    private func tell(
        of swept: SweptStore, _ history: HistoryDatabase, _ status: inout StoreStatus
    ) throws {
        var counts: [FindingCount.Key: Int] = [:]
        for finding in swept.findings {
            counts[.init(code: finding.kind, cause: nil, severity: finding.severity), default: 0] += 1
        }
        if let url = swept.url {
            for finding in try history.findings(.init(place: url, isOpen: true)) {
                counts[
                    .init(code: finding.code, cause: finding.cause, severity: finding.severity), default: 0
                ] += 1
            }
            for (exitStatus, count) in try history.trialEnds(at: url) {
                guard let outcome = TrialOutcome(exitStatus: exitStatus) else { continue }
                status.trials[outcome, default: 0] += count
            }
        }
        status.openFindings = counts.sorted { $0.key < $1.key }.map {
            FindingCount(code: $0.key.code, cause: $0.key.cause, severity: $0.key.severity, count: $0.value)
        }
    }
}

extension TellStatus.Store {
    /// Whether a sweep that found the store there has looked at this one; one that found none, may have.
    fileprivate func `is`(at url: String?) -> Bool {
        guard let url, let place = place() else { return true }
        return url == place
    }
}

extension FindingCount {
    fileprivate struct Key: Hashable, Comparable {
        var code: String
        var cause: String?
        var severity: Severity

        static func < (left: Key, right: Key) -> Bool {
            (left.code, left.cause ?? "", left.severity.rawValue)
                < (right.code, right.cause ?? "", right.severity.rawValue)
        }
    }
}

extension TrialOutcome {
    /// Nil for a trial that somebody stopped: it says nothing.
    fileprivate init?(exitStatus: Int32) {
        switch ExitStatus(rawValue: exitStatus) {
        case .success: self = .passed
        case .damaged, .tampered, .trialFailed, .policyNotMet: self = .failed
        case .interrupted, .terminated: return nil
        default: self = .inconclusive
        }
    }
}
