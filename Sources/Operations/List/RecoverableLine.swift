// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import Catalogue
public import Restorer

/// From when to when one backup of a listing can be recovered, or why nobody knows.
public struct RecoverableLine: Sendable {
    /// The backup's.
    public var label: String
    /// When the backup was taken; nil when nothing says so.
    public var time: BackupTime?
    /// Set while something that the history knows speaks against the backup: a restore refuses it.
    public var badStanding: BackupStanding?
    /// What the archive holds for it, or why nobody knows.
    public var view: Result<WALArchiveView, RestoreError>
}
