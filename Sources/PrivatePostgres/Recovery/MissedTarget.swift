// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import BackupFormats

/// A target that recovery did not come to, why, and how far it came.
///
/// The files are sound: with another target, another timeline or more WAL, recovery of the same ones comes to its end.
public struct MissedTarget: Sendable, Equatable {
    /// Why a target was not come to.
    public enum Cause: Sendable {
        case endOfWAL
        /// It lies before the data are consistent.
        case beforeConsistency
        /// No way leads to the timeline.
        case timeline
        /// A file of WAL before it could not be had.
        case unreadableWAL
    }

    /// What was asked for; a target that can be missed.
    public var goal: RecoveryGoal
    /// What kept recovery from it, as far as PostgreSQL's last words tell.
    public var cause: Cause
    /// The cause in words.
    public var summary: String
    /// PostgreSQL's own words.
    public var said: String
    /// What to do about the cause.
    public var hint: String
    /// How far it came.
    public var reach: RecoveryReach

    /// `summary` and `said` have no full stop, `hint` has one.
    public init(
        _ goal: RecoveryGoal, cause: Cause, summary: String, said: String, hint: String, reach: RecoveryReach
    ) {
        (self.goal, self.cause, self.summary) = (goal, cause, summary)
        (self.said, self.hint, self.reach) = (said, hint, reach)
    }

    /// What has failed, before "failed".
    public var step: String { "recovery to \(goal)" }

    /// Why, and how far it came; `last` is the last transaction where PostgreSQL itself has named none.
    public func reason(last: Timestamp? = nil) -> String {
        "\(summary)\(reach.words(last: last)) (PostgreSQL: \(said))"
    }
}

extension RecoveryReach {
    /// ", recovered up to …", behind what has failed.
    func words(last: Timestamp? = nil) -> String {
        guard let replayed else { return ", before anything was recovered" }
        let time =
            (lastTransaction ?? last).map { ", its last transaction of \(PostgresTime.text(of: $0))" } ?? ""
        return ", recovered up to WAL position \(replayed)\(time)"
    }
}

extension RecoveryGoal {
    /// Whether it is a point that recovery may not find: it is then a failure, and never the end of the WAL.
    public var canBeMissed: Bool {
        switch target {
        case .time, .lsn, .transaction, .name: true
        case .endOfBackup, .endOfWAL: false
        }
    }
}
