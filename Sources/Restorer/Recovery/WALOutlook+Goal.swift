// SPDX-License-Identifier: Apache-2.0
public import PrivatePostgres
public import WALArchive

extension WALOutlook {
    /// Whether the goal lies behind the end of the archive; nil where only recovery can tell.
    ///
    /// What was archived before a time cannot hold what was committed at that time.
    public func endsBefore(_ goal: RecoveryGoal) -> Bool? {
        guard !isCut else { return nil }
        switch goal.target {
        case .lsn(let position): return end <= position
        case .time(let time):
            guard let archived, archived < time else { return nil }
            return true
        case .endOfBackup, .endOfWAL, .transaction, .name: return nil
        }
    }
}
