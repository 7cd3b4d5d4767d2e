// SPDX-License-Identifier: Apache-2.0

/// How the process ends.
///
/// The numbers are part of the command line's contract and never change.
public enum ExitStatus: Int32, Sendable, CaseIterable {
    /// Done; for `verify`: every backup asked for is verified.
    case success = 0
    case damaged = 1
    /// `-c` was used and there is no postgresql.auto.conf.
    case configurationMissing = 3
    case unsafeOperation = 4
    /// Not everything could be read or tested, so nothing is said about what is left.
    case inconclusive = 5
    /// Pinned evidence or the history contradicts what the store holds now.
    case tampered = 6
    /// A level was not reached, a proof is too old, a backup is overdue.
    case policyNotMet = 7
    /// Another instance holds the lock.
    case busy = 8
    case nothingThere = 9
    case commandNotFound = 10
    case credentialMissing = 11
    case argumentMissing = 12
    case localBackupMissing = 13
    case usage = 14
    case backupFailed = 15
    case noSpace = 16
    case restoreFailed = 17
    case trialFailed = 18
    case unknown = 99
    /// `wal-get` could not look into its archive: PostgreSQL stops recovery at 126 and above, where a smaller
    /// status would mean that the WAL ends here.
    case walUnreadable = 126
    case interrupted = 130
    case terminated = 143
}

extension ExitStatus {
    /// The outcomes that several backups of one run can have, most severe first.
    private static let severity: [ExitStatus] = [
        .tampered, .damaged, .trialFailed, .restoreFailed, .backupFailed, .inconclusive, .busy,
        .policyNotMet, .nothingThere, .success,
    ]

    /// The most severe of several outcomes: 6 > 1 > 18 > 17 > 15 > 5 > 8 > 7 > 9 > 0.
    ///
    /// A status that is no outcome of a backup (an interruption, a usage error) outranks them all.
    public static func mostSevere(_ outcomes: some Sequence<ExitStatus>) -> ExitStatus {
        func rank(_ status: ExitStatus) -> Int { severity.firstIndex(of: status) ?? -1 }
        return outcomes.min { rank($0) < rank($1) } ?? .success
    }
}
