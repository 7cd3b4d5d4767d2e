// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Which of the baselines that are remembered a cluster is compared with.
///
/// Only those of states that it went through itself: one of a newer backup, or of a timeline that it left before, may
/// rightly hold more.
struct BaselineChoice {
    let lineage: ClusterLineage
    let past: [PastBaseline]

    /// The nearest one before in which nothing was missing; of several of one state the newest.
    var reference: PastBaseline? { before.first(where: \.isRight) }

    /// One for each of the days before the one of this moment, newest first.
    func days(before moment: Timestamp) -> [PastBaseline] {
        var days: [PastBaseline] = []
        for past in before where past.moment.day < days.last?.moment.day ?? moment.day { days.append(past) }
        return days
    }

    private var before: [PastBaseline] {
        past.filter { lineage.wentThrough($0.end) }.sorted { left, right in
            (left.end.timeline, left.end.position, left.trial.value)
                > (right.end.timeline, right.end.position, right.trial.value)
        }
    }
}

extension Timestamp {
    /// Days since 1970, in UTC.
    fileprivate var day: Int64 { Int64((Double(seconds) / 86_400).rounded(.down)) }
}
