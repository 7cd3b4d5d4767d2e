// SPDX-License-Identifier: Apache-2.0
public import AuditModel
public import BackupFormats

/// What is known of a backup before anything of it is read: enough to see that a goal lies before it.
public struct BackupExtent: Sendable, Equatable {
    /// The backup's.
    public var label: String
    /// When the backup began.
    public var started: Timestamp?
    /// The WAL that recovery needs to become consistent, as the manifest says; empty where there is none.
    public var ranges: [WALRange]

    /// `started` is nil where nobody can say; `ranges` is empty without a manifest.
    public init(label: String, started: Timestamp?, ranges: [WALRange]) {
        (self.label, self.started, self.ranges) = (label, started, ranges)
    }
}
