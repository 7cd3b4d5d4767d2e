// SPDX-License-Identifier: Apache-2.0
import History
import Planning

/// How far a shared plan is: which of its works can have their verdict, and whose bundles are missing.
struct PlanStanding {
    /// Without a verdict, and with bundles of all whose part they are.
    private(set) var ready: [Int] = []
    /// In words, such as `shard 2 of 3`.
    private(set) var missing: [String] = []

    init(_ plan: SharedPlan, _ history: HistoryDatabase) throws {
        self.init(
            plan, merged: try history.mergedBundles(of: plan.id),
            concluded: try history.concludedWork(of: plan.id))
    }

    /// `merged` are of this plan.
    init(_ plan: SharedPlan, merged: [MergedBundle], concluded: Set<Int>) {
        guard !merged.isEmpty else {
            missing = ["every shard"]
            return
        }
        var open = Set(plan.plan.work.indices).subtracting(concluded)
        for (count, bundles) in Dictionary(grouping: merged, by: \.shards) {
            let parts = plan.parts(of: count)
            let lacking = Self.lacking(parts, bundles).values.reduce(into: Set<Int>()) { $0.formUnion($1) }
            ready += open.subtracting(lacking)
            open.formIntersection(lacking)
        }
        ready.sort()
        guard !open.isEmpty, let count = merged.map(\.shards).max() else { return }
        let lacking = Self.lacking(plan.parts(of: count), merged.filter { $0.shards == count })
        missing = lacking.filter { !$0.value.isDisjoint(with: open) }.keys.sorted().map {
            "shard \($0) of \(count)"
        }
    }

    /// By shard: the works of which it has not done its part.
    private static func lacking(_ parts: [[Int: ShardPart]], _ bundles: [MergedBundle]) -> [Int: Set<Int>] {
        var lacking: [Int: Set<Int>] = [:]
        for (shard, works) in parts.enumerated() {
            let done = bundles.filter { $0.shard == shard }.reduce(into: Set<Int>()) { done, bundle in
                done.formUnion(Set(works.keys).subtracting(bundle.unfinished))
            }
            lacking[shard] = Set(works.keys).subtracting(done)
        }
        return lacking
    }
}
