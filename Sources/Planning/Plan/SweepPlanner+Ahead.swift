// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// How much may be done ahead of time.
struct AheadQuota {
    /// Together with what is wanted now.
    var bytes: Double
    var trials: Double
}

extension SweepPlanner {
    /// Sweeps are looked ahead, no more than this.
    private static let farthest = 62

    func quota(of wanted: [PlannedWork], pace: Double, trialPace: Double) -> AheadQuota {
        let trials = wanted.filter { $0.kind == .trial }
        return AheadQuota(
            bytes: max(pace, need(of: wanted, capacity: capacity.map { Double($0) }) { Double($0.bytes) }),
            trials: max(trialPace, need(of: trials, capacity: budget.trials.map { Double($0) }) { _ in 1 }))
    }

    /// What must be done now so that no later sweep has more to do than it can.
    private func need(
        of wanted: [PlannedWork], capacity: Double?, _ size: (PlannedWork) -> Double
    ) -> Double {
        guard let capacity else { return 0 }
        let sizes = wanted.map { (size: size($0), $0.due, age: $0.lines.map(\.age).min() ?? interval) }
        var need = 0.0
        for sweeps in 1...Self.farthest {
            let end = horizon.advanced(bySeconds: interval * Int64(sweeps - 1))
            let demand = sizes.reduce(0.0) { sum, item in
                let span = end.seconds(since: max(item.1, now))
                return span < 0 ? sum : sum + item.size * Double(1 + span / max(1, item.age))
            }
            need = max(need, demand - Double(sweeps - 1) * capacity)
        }
        return need
    }

    /// What is wanted now, and as much of the rest as the quota has room for, in the same order.
    static func chosen(_ wanted: [PlannedWork], _ quota: AheadQuota) -> [PlannedWork] {
        let now = wanted.filter { $0.reason != .ahead }
        var bytes = now.reduce(0.0) { $0 + Double($1.bytes) }
        var trials = Double(now.count { $0.kind == .trial })
        return wanted.filter { work in
            guard work.reason == .ahead else { return true }
            let (more, trial) = (Double(work.bytes), work.kind == .trial ? 1.0 : 0)
            guard trials + trial <= quota.trials || trial == 0, bytes + more <= quota.bytes else {
                return false
            }
            (bytes, trials) = (bytes + more, trials + trial)
            return true
        }
    }
}
