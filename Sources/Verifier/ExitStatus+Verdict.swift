// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics

extension BackupReport {
    /// The one place where a backup's verdict becomes a number.
    public var exitStatus: ExitStatus {
        switch verdict {
        case .verified: .success
        case .damaged: .damaged
        case .tampered: .tampered
        case .inconclusive: findings.contains { $0.code == .backupBusy } ? .busy : .inconclusive
        // An upload under way is no fault, but it is no verified backup either.
        case .incomplete: isUploading ? .nothingThere : .policyNotMet
        }
    }
}

extension VerificationReport {
    /// What a process ends with that did nothing but this: that of the most severe verdict.
    public var exitStatus: ExitStatus {
        if isInterrupted { return .interrupted }
        let counted = backups.filter { !$0.isUploading }
        return counted.isEmpty ? .nothingThere : .mostSevere(counted.map(\.exitStatus))
    }
}
