// SPDX-License-Identifier: Apache-2.0
public import AuditModel

extension Catalogue {
    /// Chooses what to restore when no backup is named: the newest complete one that nothing speaks against.
    ///
    /// `goal` is the time to recover to, if any: only a backup taken at that time or before leads there.
    /// `standing` says what is known of a backup, `doubt` what else speaks against it (its manifest cannot
    /// be read, say). What was skipped and why is in the choice.
    public func latestToRestore(
        goal: Timestamp? = nil, time: (Backup) -> BackupTime?, completeness: (Backup) -> Completeness,
        standing: (Backup) -> BackupStanding?, doubt: (Backup) -> String? = { _ in nil }
    ) -> LatestChoice {
        latest(time: time, completeness: completeness) { backup in
            Self.lateness(of: time(backup), goal: goal) ?? Self.objection(to: standing(backup))
                ?? doubt(backup)
        }
    }

    /// Why a backup with this standing is not restored without being named; nil when it can be.
    public static func objection(to standing: BackupStanding?) -> String? {
        guard let standing else { return nil }
        switch standing.verdict {
        case .damaged: return "it is known to be damaged since \(standing.since)"
        case .tampered: return "it was tampered with, seen \(standing.since) and not accepted"
        // An unfinished upload may be complete by now, and that is for the listing to say.
        case .verified, .inconclusive, .incomplete: return nil
        }
    }

    private static func lateness(of time: BackupTime?, goal: Timestamp?) -> String? {
        guard let goal, let time, time.timestamp > goal else { return nil }
        return "it was taken at \(time.timestamp), after the time asked for"
    }
}
