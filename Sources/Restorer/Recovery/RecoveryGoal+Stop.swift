// SPDX-License-Identifier: Apache-2.0
import AuditModel
import PrivatePostgres
import WALArchive

extension RecoveryGoal {
    /// Where recovery stops, where WAL itself tells that.
    var stop: RecoveryStop? {
        switch target {
        case .lsn(let position): .position(position)
        case .time(let time): .time(time)
        case .name(let name): .restorePoint(ObjectName(name))
        case .endOfBackup, .endOfWAL, .transaction: nil
        }
    }
}
