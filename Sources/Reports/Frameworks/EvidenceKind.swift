// SPDX-License-Identifier: Apache-2.0

/// What this program can show of backups; the raw value is what files of frameworks say.
public enum EvidenceKind: String, Sendable, CaseIterable, Codable {
    /// Every backup was read within the policy's time, and is not damaged.
    case integrity
    /// Backups were restored and started, and answered.
    case restoreTest = "restore-test"
    /// New backups came when they were to come, and none went away before its time.
    case backupsCame = "backups-came"
    /// Verification ran as scheduled.
    case schedule
    /// Second stores hold the same.
    case copies
    /// What is to be kept is said, and nothing of it is gone.
    case retention
    /// Measured times are within what was promised.
    case objectives
}
