// SPDX-License-Identifier: Apache-2.0
import AuditModel
public import BackupFormats

extension RecoveryGoal {
    /// Refuses a goal that this backup can never be recovered to, for it lies before its end.
    ///
    /// Whether the WAL up to the goal is there, only recovery shows; so it is with transactions and names.
    public func checkReach(of backup: BackupExtent) throws(PrivatePostgresError) {
        let hint = "restore an older backup; `pg_backctl list` shows which there are."
        if case .lsn(let position) = target, let end = backup.ranges.map(\.end).max(), position < end {
            throw .usage(
                "WAL position \(position) is before \(end), where backup '\(backup.label)' ends", hint: hint)
        }
        if case .time(let time) = target, let started = backup.started, time < started {
            throw .usage(
                "\(PostgresTime.text(of: time)) is before \(PostgresTime.text(of: started)), "
                    + "when backup '\(backup.label)' began", hint: hint)
        }
        if case .number(let number) = timeline, let newest = backup.ranges.map(\.timeline).max(),
            number < newest
        {
            throw .usage(
                "timeline \(number) is older than timeline \(newest) of backup '\(backup.label)'",
                hint: "restore a backup of that timeline; `pg_backctl list` shows which there are.")
        }
    }

    /// What PostgreSQL is to be asked for so that it gets there.
    ///
    /// "Immediately" it stops before the first record after consistency, or after a commit (`recoveryStopsBefore` and
    /// `recoveryStopsAfter` in xlogrecovery.c). A directory that was shut down, and a backup of a standby, may have no
    /// such record: there all WAL is asked for, and for the end of a backup that is the backup's.
    public func asked(
        of label: BackupLabel?, in state: ControlFile.State?, endingOn timelines: [UInt32]
    ) -> RecoveryGoal {
        guard target == .endOfBackup, label?.isFromStandby == true || state == .shutDown else { return self }
        return RecoveryGoal(.endOfWAL, timeline: timelineSetting(endingOn: timelines))
    }

    /// The timeline that PostgreSQL is told.
    ///
    /// For the end of a backup that is the backup's own, whatever the archive holds besides; a backup that
    /// was taken from a standby while that changed its timeline ends on the newer one.
    public func timelineSetting(endingOn timelines: [UInt32]) -> Timeline {
        if let timeline { return timeline }
        guard target == .endOfBackup else { return .latest }
        guard let newest = timelines.max(), timelines.min() != newest else { return .current }
        return .number(newest)
    }
}
