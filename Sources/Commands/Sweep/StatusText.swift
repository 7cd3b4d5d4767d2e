// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Service

/// How everything stands, as people read it.
struct StatusText {
    private let status: ServiceStatus
    private let health: ServiceHealth

    init(_ status: ServiceStatus) { (self.status, health) = (status, ServiceHealth(status)) }

    var lines: [String] {
        let table = Table(
            columns: [
                .init(title: "STORE"), .init(title: "BACKUPS", alignment: .right),
                .init(title: "WITHIN POLICY", alignment: .right), .init(title: "NEWEST SOUND"),
                .init(title: "RPO", alignment: .right), .init(title: "RTO", alignment: .right),
                .init(title: "LAST SWEEP"), .init(title: "NEXT"),
            ], rows: status.stores.map(row))
        let new = health.unswept.map {
            "NEW  \($0.name): no sweep of it has ended yet; the next one, or `pg_backctl sweep`, changes that"
        }
        let none = status.stores.isEmpty ? ["the configuration names no store: nothing is watched over"] : []
        let told =
            new + health.stale.map { "STALE  \(words(ofStale: $0))" } + found
            + health.open.map { "OPEN  \($0.store): \(shown($0.headline)), since \($0.since)" }
        return table.lines + none + [""].filter { _ in !told.isEmpty } + told + waiting
    }

    /// Backups of which no incident tells that: somebody has found it out since the last sweep.
    private var found: [String] {
        health.bad.filter { isUntold($0, as: $0.backup.verdict?.rawValue) }.map { "BAD  \(words(of: $0))" }
            + health.failedTrials.filter { isUntold($0, as: Incident.trialFailed) }
            .map { "BAD  \(words(ofFailed: $0))" }
            + health.unsettled.filter { isUntold($0, as: Verdict.inconclusive.rawValue) }
            .map { "UNREAD  \(words(of: $0))" }
    }

    private func isUntold(_ one: ServiceHealth.OneBackup, as kind: String?) -> Bool {
        !health.open.contains {
            $0.store == one.store && $0.subject == one.backup.label && $0.kind == kind
        }
    }

    private func words(of one: ServiceHealth.OneBackup) -> String {
        let label = "\(one.store): backup \(shown(one.backup.label))"
        guard let verdict = one.backup.verdict, verdict.isBad else {
            return "\(label): its newest reading came to no verdict"
        }
        return "\(label) is \(verdict.rawValue)"
    }

    private func words(ofFailed one: ServiceHealth.OneBackup) -> String {
        "\(one.store): the newest trial restore of backup \(shown(one.backup.label)) failed"
    }

    private func row(_ store: StoreStatus) -> [String] {
        let newest = store.groups.compactMap { $0.recoverableUntil }.min()
        return [
            store.name, store.lastSweep == nil ? "-" : String(store.backups.count),
            store.standing.map(Self.within) ?? "-",
            store.groups.compactMap { $0.newestSound?.label }.max() ?? "-",
            newest.map { Units.duration(Double(status.at.seconds(since: $0))) } ?? "-",
            store.groups.compactMap(\.secondsToAnswer).max().map(Units.duration) ?? "-",
            store.lastSweep.map {
                "\(Units.duration(Double(max(0, status.at.seconds(since: $0.ended))))) ago, exit \($0.exitStatus)"
            } ?? "never",
            store.nextSlot?.description ?? "-",
        ]
    }

    private static func within(_ standing: PolicyStanding) -> String {
        let new = standing.neverProven > 0 ? ", \(standing.neverProven) never proven" : ""
        return "\(standing.backupsWithin)/\(standing.backups)\(new)"
    }

    private var waiting: [String] {
        health.waiting.map {
            "\(Units.count($0.undelivered, "message")) for '\($0.name)' not delivered yet\($0.failure.map { ": \(shown($0))" } ?? "")"
        }
    }

    /// The worst there is to be said.
    private var firstWords: String? {
        switch health.worst {
        case .incident(let incident)?: return "\(incident.store): \(shown(incident.headline))"
        case .bad(let one)?: return words(of: one)
        case .failedTrial(let one)?: return words(ofFailed: one)
        case nil: break
        }
        if let store = health.stale.first { return words(ofStale: store) }
        if let unsettled = health.unsettled.first { return words(of: unsettled) }
        guard let store = health.failed.first, let last = store.lastSweep else { return nil }
        return "\(store.name): its last sweep ended with \(last.exitStatus)"
    }

    private func words(ofStale store: StoreStatus) -> String {
        "\(store.name): no sweep has ended since \(store.lastSweep?.ended.description ?? "long")"
    }

    var nagios: String {
        let within = status.stores.reduce(0) { $0 + ($1.standing?.backupsWithin ?? 0) }
        let backups = status.stores.reduce(0) { $0 + $1.backups.count }
        let open = health.open.count + found.count
        let first = firstWords.map { "; \($0)" } ?? ""
        return
            "PG_BACKCTL \(health.grade.rawValue.uppercased()) - \(Units.count(status.stores.count, "store")), \(within) of \(Units.count(backups, "backup")) within policy, \(open) open\(first) | backups=\(backups) within=\(within) open=\(open)"
    }
}
