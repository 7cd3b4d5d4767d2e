// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// What is told of each store as a whole.
enum StoreMetrics {
    static func families(_ stores: [StoreStatus]) -> [MetricFamily] {
        policy(stores) + traffic(stores) + [findings(stores), trials(stores)] + sweeps(stores)
            + targets(stores)
    }

    /// One number of each store that has it.
    private static func each(
        _ stores: [StoreStatus], _ family: MetricFamily, _ value: (StoreStatus) -> Double?
    ) -> MetricFamily {
        var family = family
        for store in stores { family.add(value(store), ["store": store.name]) }
        return family
    }

    private static func policy(_ stores: [StoreStatus]) -> [MetricFamily] {
        [
            each(stores, MetricFamily("store_backups", "Backups in the store.")) { Double($0.backups.count) },
            each(stores, MetricFamily("store_size_bytes", "The size of all backups in the store.")) {
                $0.backups.reduce(0) { $0 + Double($1.bytes) }
            },
            each(
                stores,
                MetricFamily(
                    "store_backups_within_policy", "Backups whose every proof is as fresh as the policy asks."
                )
            ) { $0.standing.map { Double($0.backupsWithin) } },
            each(
                stores,
                MetricFamily("store_within_policy_bytes", "The size of the backups that are within policy.")
            ) { $0.standing.map { Double($0.bytesWithin) } },
            each(
                stores,
                MetricFamily(
                    "store_cycle_done_ratio", "The share of the store's bytes that is within policy, 0 to 1.")
            ) { $0.standing.map(share) },
            each(
                stores,
                MetricFamily(
                    "store_cycle_end_timestamp_seconds",
                    "When all of the store would be within policy at the pace of the budget.")
            ) { ($0.standing?.closes).map { Double($0.seconds) } },
        ]
    }

    private static func share(_ standing: PolicyStanding) -> Double {
        standing.bytes == 0 ? 1 : Double(standing.bytesWithin) / Double(standing.bytes)
    }

    private static func traffic(_ stores: [StoreStatus]) -> [MetricFamily] {
        var requests = MetricFamily(
            "store_requests_total", .counter,
            "Requests to the store by the HTTP status of the answer; 0 is none.")
        for store in stores {
            for (code, count) in store.traffic.requests.sorted(by: { $0.key < $1.key }) {
                requests.add(Double(count), ["store": store.name, "code": String(code)])
            }
        }
        return [
            each(
                stores,
                MetricFamily("store_read_bytes_total", .counter, "Bytes that were read from the store.")
            ) { Double($0.traffic.bytesRead) },
            each(
                stores,
                MetricFamily("store_sweep_seconds_total", .counter, "How long sweeps of the store took.")
            ) { $0.traffic.seconds },
            each(
                stores,
                MetricFamily(
                    "store_retries_total", .counter, "Requests to the store that had to be repeated.")
            ) { Double($0.traffic.retries) },
            requests,
        ]
    }

    private static func findings(_ stores: [StoreStatus]) -> MetricFamily {
        var family = MetricFamily("store_open_findings", "Findings that are not resolved.")
        for store in stores {
            for finding in store.openFindings {
                family.add(
                    Double(finding.count),
                    [
                        "store": store.name, "severity": finding.severity.rawValue, "code": finding.code,
                        "cause": finding.cause ?? "",
                    ])
            }
        }
        return family
    }

    private static func trials(_ stores: [StoreStatus]) -> MetricFamily {
        var family = MetricFamily("store_trials_total", .counter, "Trial restores by how they ended.")
        for store in stores {
            for outcome in TrialOutcome.allCases {
                family.add(
                    Double(store.trials[outcome] ?? 0), ["store": store.name, "outcome": outcome.rawValue])
            }
        }
        return family
    }

    private static func sweeps(_ stores: [StoreStatus]) -> [MetricFamily] {
        [
            each(
                stores,
                MetricFamily(
                    "store_last_sweep_timestamp_seconds", "When the newest sweep of the store ended.")
            ) { ($0.lastSweep?.ended).map { Double($0.seconds) } },
            each(
                stores,
                MetricFamily(
                    "store_last_sweep_exit_status", "What the newest sweep of the store came to; 0 is well.")
            ) { $0.lastSweep.map { Double($0.exitStatus) } },
            each(
                stores,
                MetricFamily("store_last_slot_timestamp_seconds", "The newest slot that swept the store.")
            ) { $0.lastSlot.map { Double($0.seconds) } },
            each(
                stores,
                MetricFamily("store_next_slot_timestamp_seconds", "The slot that sweeps the store next.")
            ) { $0.nextSlot.map { Double($0.seconds) } },
        ]
    }

    private static func targets(_ stores: [StoreStatus]) -> [MetricFamily] {
        [
            each(
                stores,
                MetricFamily(
                    "store_target_rpo_seconds", "How much work may be lost, as the configuration says.")
            ) { $0.targetRPO },
            each(
                stores,
                MetricFamily(
                    "store_target_rto_seconds", "How long a restore may take, as the configuration says.")
            ) { $0.targetRTO },
        ]
    }
}
