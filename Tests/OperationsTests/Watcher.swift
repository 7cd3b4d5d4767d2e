// SPDX-License-Identifier: Apache-2.0
import AuditModel
import PrivatePostgres
import Restorer
import Synchronization

/// Watches one operation, and does something when a restore begins a step or a backup is verified.
final class Watcher: RestoreObserver, VerificationObserver {
    let finished = Mutex<[String]>([])
    private let phaseBegan: @Sendable (RestorePhase.Name) -> Void
    private let afterBackup: @Sendable () -> Void

    init(
        _ phaseBegan: @escaping @Sendable (RestorePhase.Name) -> Void = { _ in },
        backupFinished: @escaping @Sendable () -> Void = {}
    ) {
        (self.phaseBegan, afterBackup) = (phaseBegan, backupFinished)
    }

    func began(_ phase: RestorePhase.Name, bytes: UInt64?) { phaseBegan(phase) }
    func recovered(_ progress: RecoveryProgress) {}
    func copied(_ bytes: UInt64) {}
    func scriptBegan(_ name: String) {}
    func noted(_ text: String) {}
    func backupStarted(_ meter: BackupMeter) {}
    func backupFinished(_ report: BackupReport) {
        finished.withLock { $0.append(report.label) }
        afterBackup()
    }
}
