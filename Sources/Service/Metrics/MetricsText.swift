// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// What Prometheus reads: `/metrics` and `--metrics-file`.
///
/// Base units, and times as seconds since 1970: their age is for whoever asks. docs/metrics.md lists all names.
public struct MetricsText: Sendable, Equatable {
    /// What `Content-Type` says of it.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// How many backups of one store, and how many groups, are told one by one: the newest.
    public static let defaultLimit = 500

    /// The text, with a line feed at its end.
    public let text: String

    /// `limit` bounds what is told for each backup and each group of a store; how much is left out is a metric.
    public init(_ status: ServiceStatus, limit: Int = defaultLimit) {
        let stores = status.stores.map { ShownStore($0, limit: limit) }
        let families =
            ServiceMetrics.families(status) + StoreMetrics.families(status.stores)
            + GroupMetrics.families(stores) + BackupMetrics.families(stores)
        text = families.map(\.text).joined()
    }
}

/// A store, with those of its backups and groups that are told one by one.
struct ShownStore {
    let name: String
    /// The newest, in the order of their labels.
    let backups: [BackupStatus]
    let groups: [GroupStatus]
    let backupsLeftOut: Int
    let groupsLeftOut: Int

    init(_ store: StoreStatus, limit: Int) {
        name = store.name
        backups = Self.newest(store.backups, limit, at: \.taken, name: \.label)
        groups = Self.newest(store.groups, limit, at: \.newestBackup, name: \.name)
        backupsLeftOut = store.backups.count - backups.count
        groupsLeftOut = store.groups.count - groups.count
    }

    /// Those without a time count as the oldest; of equal ones the last by name is kept.
    private static func newest<Thing>(
        _ things: [Thing], _ limit: Int, at time: (Thing) -> Timestamp?, name: (Thing) -> String
    ) -> [Thing] {
        func rank(_ thing: Thing) -> (Int64, String) { (time(thing)?.nanoseconds ?? .min, name(thing)) }
        return things.sorted { rank($0) > rank($1) }.prefix(max(0, limit)).sorted { name($0) < name($1) }
    }
}
