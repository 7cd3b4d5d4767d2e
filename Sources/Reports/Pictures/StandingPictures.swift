// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// How a store stood after each sweep of the period, and its backups at the end.
struct StandingPictures {
    private let store: StoreRecord

    init(_ store: StoreRecord) { self.store = store }

    /// Those for which there is something to see.
    var pictures: [Picture] { [outside, ages, recovery, sizes].compactMap(\.self) }

    /// What an empty picture would say, the facts say in words.
    private var outside: Picture? {
        let bars = store.standings.map { standing in
            let outside = standing.backups - standing.within
            return BarChart.Bar(
                label: standing.at.day, value: Double(outside), fault: outside > 0 ? "outside" : nil)
        }
        return BarChart("Backups of \(store.name) that were not within policy after each sweep", bars) {
            Units.count(Int($0), "backup")
        }.picture
    }

    private var ages: Picture? {
        guard let end = store.standings.last?.at else { return nil }
        let bars = store.backups.suffix(Self.mostBackups).compactMap { backup -> BarChart.Bar? in
            guard backup.verdict?.isBad != true,
                let read = backup.proofs.filter({ $0.level > .listed }).map(\.at).max()
            else { return nil }
            let age = max(0, Double(end.seconds(since: read)))
            let isLate = store.readWithin.map { age > $0 } ?? false
            return BarChart.Bar(label: backup.label, value: age, fault: isLate ? "older than allowed" : nil)
        }
        return BarChart(
            "How long ago the bytes of each backup of \(store.name) without known damage were last found right",
            bars,
            target: store.readWithin, tell: Units.duration
        ).picture
    }

    private var recovery: Picture? {
        let bars = store.standings.compactMap { standing in
            standing.measuredRPO.map { seconds in
                BarChart.Bar(
                    label: standing.at.day, value: seconds,
                    fault: store.targetRPO.map { seconds > $0 } == true ? "more than promised" : nil)
            }
        }
        return BarChart(
            "How much of the newest work could have been lost (RPO of \(store.name)), after each sweep", bars,
            target: store.targetRPO, tell: Units.duration
        ).picture
    }

    private var sizes: Picture? {
        let backups = store.backups.compactMap { backup in backup.taken.map { (taken: $0, backup) } }
            .sorted { ($0.taken, $0.1.label) < ($1.taken, $1.1.label) }.map(\.1)
        guard backups.count > 1 else { return nil }
        let bars = backups.suffix(Self.mostBackups).map {
            BarChart.Bar(label: $0.label, value: Double($0.bytes))
        }
        return BarChart("Size of each backup of \(store.name), by when it was taken", bars) {
            Units.bytes(UInt64(min($0, 1e19)))
        }.picture
    }

    /// The newest ones: no bar stands for two.
    private static let mostBackups = 100
}
