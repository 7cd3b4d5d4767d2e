// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics

extension Verdict {
    /// The one place where a verdict becomes a number.
    public var exitStatus: ExitStatus {
        switch self {
        case .verified: .success
        case .damaged: .damaged
        case .tampered: .tampered
        case .inconclusive: .inconclusive
        case .incomplete: .policyNotMet
        }
    }
}

extension BackupReport {
    /// That of its verdict, but for a backup that another run has, and an upload under way: that is no fault, and no verified
    /// backup either.
    public var exitStatus: ExitStatus {
        switch verdict {
        case .inconclusive where findings.contains { $0.code == .backupBusy }: .busy
        case .incomplete where isUploading: .nothingThere
        default: verdict.exitStatus
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
