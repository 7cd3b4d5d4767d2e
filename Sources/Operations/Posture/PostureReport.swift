// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Diagnostics

/// How a store keeps its backups, and what to do about it.
public struct PostureReport: Sendable, Equatable {
    /// What the store is, and what was learnt of it.
    public enum Place: Sendable, Equatable {
        case bucket(BucketPosture)
        case directory(DirectoryPosture)
    }

    /// The store's, without credentials.
    public var location: String
    /// A bucket with its answers, or a directory with its rights.
    public var place: Place
    /// The label of the backup that was looked at; nil where there is none.
    public var newestBackup: String?
    /// For how long backups were said to be kept.
    public var keepDays: Int?
    /// Worst first.
    public var advice: [PostureAdvice]

    /// What a process ends with that did nothing but this: 7 where something is wrong that may cost backups.
    public var exitStatus: ExitStatus {
        advice.contains { $0.severity == .error } ? .policyNotMet : .success
    }
}
