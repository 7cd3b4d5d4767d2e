// SPDX-License-Identifier: Apache-2.0

/// What a report is about; the raw value is what options and schemas say.
public enum ReportKind: String, Sendable, CaseIterable {
    /// What an auditor asks, held to frameworks.
    case compliance
    /// Which backups there are, and what is shown of each.
    case inventory
    /// What went wrong, each from first sight to closure.
    case incident
    /// The life of one backup.
    case backup
}
