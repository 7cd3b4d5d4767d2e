// SPDX-License-Identifier: Apache-2.0
public import AuditModel

/// One thing about a store's backups that is not as it was to be, whatever their bytes are.
public enum CoverageFact: Sendable, Hashable {
    /// No backup came by a deadline. `last` is the newest complete one; nil when there never was one.
    case overdue(group: String, since: Timestamp, last: BackupKey?)
    /// Fewer complete ones are there than there are to be.
    case tooFew(group: String, count: Int, atLeast: Int)
    /// A part of a full backup is much smaller than before. `part` is a database and kind of relation, nil for all of it.
    case shrank(BackupKey, part: String?, bytes: UInt64, before: UInt64)
    /// So many full backups in a row have the same sizes to the byte; `since` is when the first of them was taken.
    case froze(BackupKey, count: Int, since: Timestamp)
    /// A backup is gone, and with it the last one of a span that is to have one.
    case goneEarly(BackupKey, since: Timestamp, RetentionSpan)
    /// A backup is gone that somebody had marked.
    case goneMarked(BackupKey, since: Timestamp)
    /// An upload did not come to its end in its time.
    case unfinished(BackupKey, since: Timestamp)
}

extension CoverageFact {
    /// Since when it is so, where that is known.
    public var since: Timestamp? {
        switch self {
        case .overdue(_, let since, _), .froze(_, _, let since), .goneEarly(_, let since, _),
            .goneMarked(_, let since), .unfinished(_, let since):
            since
        case .tooFew, .shrank: nil
        }
    }
}
