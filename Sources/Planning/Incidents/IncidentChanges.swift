// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// What somebody looked at this time: only there can an incident be over.
public struct Judged: Sendable, Equatable {
    /// Stores whose listing and policy were judged.
    public var stores: Set<String>
    /// Backups that were verified to an end, whatever that was; damage is over only where it was looked for.
    public var backups: Set<BackupKey>
    /// Kinds that a listing alone tells, such as `backup-overdue`; all others about a backup take its verification.
    public var listedKinds: Set<String>

    /// Incidents that none of the three covers cannot be closed.
    public init(stores: Set<String>, backups: Set<BackupKey>, listedKinds: Set<String>) {
        (self.stores, self.backups, self.listedKinds) = (stores, backups, listedKinds)
    }

    func covers(_ incident: Incident) -> Bool {
        if incident.subject.isEmpty || listedKinds.contains(incident.kind) {
            return stores.contains(incident.store)
        }
        return backups.contains(BackupKey(store: incident.store, label: incident.subject))
    }
}

/// What became of incidents between one look and the next.
public struct IncidentChanges: Sendable, Equatable {
    /// To be told.
    public private(set) var opened: [Incident] = []
    /// Open before and now worse than ever: to be told, too.
    public private(set) var worsened: [Incident] = []
    /// Still open, whether they were looked at or not.
    public private(set) var continuing: [Incident] = []
    /// Over: to be told once.
    public private(set) var closed: [Incident] = []

    /// All that are open from now on.
    public var open: [Incident] { opened + worsened + continuing }

    /// Compares what was open with what is wrong now (`seen`, of which notes are no incidents).
    ///
    /// An incident that nobody looked for goes on: a store that could not be reached has not got better. One that goes on keeps its
    /// beginning and the worst that it was, and is told in the newest words.
    public init(before: [Incident], seen: [Incident], judged: Judged, at now: Timestamp) {
        let worst = Dictionary(grouping: seen.filter { $0.severity != .note }, by: \.key)
            .compactMap { $1.min { $0.severity.rank < $1.severity.rank } }
        let known = Dictionary(before.filter(\.isOpen).map { ($0.key, $0) }) { first, _ in first }
        for incident in worst.sorted(by: Incident.comesFirst) { take(incident, known[incident.key], now) }
        let left = known.values.filter { incident in !worst.contains { $0.key == incident.key } }
        for incident in left.sorted(by: Incident.comesFirst) {
            if judged.covers(incident) { close(incident, now) } else { continuing.append(incident) }
        }
    }

    private mutating func take(_ seen: Incident, _ before: Incident?, _ now: Timestamp) {
        var incident = seen
        (incident.since, incident.closed) = (min(seen.since, before?.since ?? now), nil)
        guard let before else { return opened.append(incident) }
        if seen.severity.rank < before.severity.rank { return worsened.append(incident) }
        incident.severity = before.severity
        continuing.append(incident)
    }

    private mutating func close(_ incident: Incident, _ now: Timestamp) {
        var incident = incident
        incident.closed = now
        closed.append(incident)
    }
}

extension Incident {
    fileprivate static func comesFirst(_ left: Incident, _ right: Incident) -> Bool {
        (left.store, left.subject, left.kind) < (right.store, right.subject, right.kind)
    }
}

extension Severity {
    /// The worst first.
    fileprivate var rank: Int {
        switch self {
        case .error: 0
        case .warning: 1
        case .note: 2
        }
    }
}
