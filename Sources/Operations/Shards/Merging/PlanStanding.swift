// SPDX-License-Identifier: Apache-2.0
import History
import Planning

/// How far a shared plan is: which of its works can have their verdict, and whose bundles are missing.
struct PlanStanding {
    /// Without a verdict, and with bundles of all whose part they are.
    private(set) var ready: [Int] = []
    /// Without a verdict and without all bundles, each with what it waits for.
    private(set) var waiting: [(work: Int, why: String)] = []
    /// In words, such as `shard 2 of 3`.
    private(set) var missing: [String] = []

    init(_ plan: SharedPlan, _ history: HistoryDatabase) throws {
        self.init(
            plan, merged: try history.mergedBundles(of: plan.id),
            concluded: try history.concludedWork(of: plan.id, after: plan.made))
    }

    /// `merged` are of this plan.
    init(_ plan: SharedPlan, merged: [MergedBundle], concluded: Set<Int>) {
        var open = Set(plan.plan.work.indices).subtracting(concluded)
        for (count, bundles) in Dictionary(grouping: merged, by: \.shards) {
            let lacking = Self.lacking(plan.parts(of: count), bundles).keys
            ready += open.subtracting(lacking)
            open.formIntersection(lacking)
        }
        ready.sort()
        guard !open.isEmpty else { return }
        guard let count = merged.map(\.shards).max() else {
            (missing, waiting) = (["every shard"], open.sorted().map { ($0, "it waits for every shard") })
            return
        }
        let shards = Self.lacking(plan.parts(of: count), merged.filter { $0.shards == count })
            .filter { open.contains($0.key) }
        missing = Set(shards.values.joined()).sorted().map { "shard \($0) of \(count)" }
        waiting = open.sorted().map { work in
            let names = (shards[work] ?? []).map(String.init).joined(separator: ", ")
            return (work, "it waits for shard \(names) of \(count)")
        }
    }

    /// By work: the shards that have not done their part of it, in their order.
    private static func lacking(_ parts: [[Int: ShardPart]], _ bundles: [MergedBundle]) -> [Int: [Int]] {
        var lacking: [Int: [Int]] = [:]
        for (shard, works) in parts.enumerated() {
            let done = bundles.filter { $0.shard == shard }.reduce(into: Set<Int>()) { done, bundle in
                done.formUnion(Set(works.keys).subtracting(bundle.unfinished))
            }
            for work in works.keys where !done.contains(work) { lacking[work, default: []].append(shard) }
        }
        return lacking
    }
}
