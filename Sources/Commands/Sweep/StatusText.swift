// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Diagnostics

/// How everything stands, as people read it.
struct StatusText {
    private let status: ServiceStatus

    init(_ status: ServiceStatus) { self.status = status }

    var exitStatus: ExitStatus {
        status.stores.isEmpty || !unswept.isEmpty || !stale.isEmpty || !failed.isEmpty || !open.isEmpty
            ? .policyNotMet : .success
    }

    private var unswept: [StoreStatus] { status.stores.filter { $0.lastSweep == nil } }
    private var stale: [StoreStatus] {
        status.stores.filter { store in store.sweepDue.map { $0 < status.at } ?? false }
    }
    private var failed: [StoreStatus] {
        status.stores.filter { store in store.lastSweep.map { $0.exitStatus != 0 } ?? false }
    }

    private var open: [Incident] { status.incidents.filter(\.isOpen) }

    var lines: [String] {
        let table = Table(
            columns: [
                .init(title: "STORE"), .init(title: "BACKUPS", alignment: .right),
                .init(title: "WITHIN POLICY", alignment: .right), .init(title: "NEWEST SOUND"),
                .init(title: "RPO", alignment: .right), .init(title: "RTO", alignment: .right),
                .init(title: "LAST SWEEP"), .init(title: "NEXT"),
            ], rows: status.stores.map(row))
        let none = status.stores.isEmpty ? ["the configuration names no store: nothing is watched over"] : []
        return table.lines + none + [""].filter { _ in !open.isEmpty || !stale.isEmpty }
            + stale.map { "STALE  \(words(ofStale: $0))" }
            + open.map { "OPEN  \($0.store): \(shown($0.headline)), since \($0.since)" } + waiting
    }

    private func row(_ store: StoreStatus) -> [String] {
        let newest = store.groups.compactMap { $0.recoverableUntil }.min()
        return [
            store.name, store.lastSweep == nil ? "-" : String(store.backups.count),
            store.standing.map { "\($0.backupsWithin)/\($0.backups)" } ?? "-",
            store.groups.compactMap { $0.newestSound?.label }.max() ?? "-",
            newest.map { Units.duration(Double(status.at.seconds(since: $0))) } ?? "-",
            store.groups.compactMap(\.secondsToAnswer).max().map(Units.duration) ?? "-",
            store.lastSweep.map {
                "\(Units.duration(Double(max(0, status.at.seconds(since: $0.ended))))) ago, exit \($0.exitStatus)"
            } ?? "never",
            store.nextSlot?.description ?? "-",
        ]
    }

    private var waiting: [String] {
        status.channels.filter { $0.undelivered > 0 }.map {
            "\(Units.count($0.undelivered, "message")) for '\($0.name)' not delivered yet\($0.failure.map { ": \(shown($0))" } ?? "")"
        }
    }

    var nagiosEnd: NagiosEnd? {
        let bad = failed.contains { $0.lastSweep.map { Self.isBad($0.exitStatus) } ?? false }
        if bad || !stale.isEmpty || open.contains(where: { $0.severity == .error }) { return .critical }
        if status.stores.isEmpty || !unswept.isEmpty { return .unknown }
        return open.isEmpty && waiting.isEmpty && failed.isEmpty ? nil : .warning
    }

    /// Of a sweep that found something wrong; else it could not be known, or there was nothing.
    private static func isBad(_ status: Int32) -> Bool {
        let bad: [ExitStatus] = [.damaged, .tampered, .trialFailed, .policyNotMet]
        return bad.contains { $0.rawValue == status }
    }

    /// The worst there is to be said of a store.
    private var firstWords: String? {
        if let incident = open.first { return "\(incident.store): \(shown(incident.headline))" }
        if let store = stale.first { return words(ofStale: store) }
        guard let store = failed.first, let last = store.lastSweep else { return nil }
        return "\(store.name): its last sweep ended with \(last.exitStatus)"
    }

    private func words(ofStale store: StoreStatus) -> String {
        "\(store.name): no sweep has ended since \(store.lastSweep?.ended.description ?? "long")"
    }

    var nagios: String {
        let word =
            switch nagiosEnd {
            case nil: "OK"
            case .warning?: "WARNING"
            case .critical?: "CRITICAL"
            case .unknown?: "UNKNOWN"
            }
        let within = status.stores.reduce(0) { $0 + ($1.standing?.backupsWithin ?? 0) }
        let backups = status.stores.reduce(0) { $0 + $1.backups.count }
        let first = firstWords.map { "; \($0)" } ?? ""
        return
            "PG_BACKCTL \(word) - \(Units.count(status.stores.count, "store")), \(within) of \(Units.count(backups, "backup")) within policy, \(open.count) open\(first) | backups=\(backups) within=\(within) open=\(open.count)"
    }
}
