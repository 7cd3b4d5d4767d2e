// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import History

/// Takes from the history what nothing rests on any more.
public struct PruneHistory: Sendable {
    private let history: HistoryDatabase

    /// Opens the history, making it where there is none.
    public init(_ path: String?, _ context: OperationContext) throws {
        history = try Memory.history(at: path, context)
    }

    /// Says what would go, or takes it away and says what went.
    public func prune(_ rule: PruneRule, isDryRun: Bool) throws -> Pruned {
        isDryRun ? try history.prunable(rule) : try history.prune(rule)
    }
}

/// Writes a copy of the history, which is one file and complete.
public struct CopyHistory: Sendable {
    private let history: HistoryDatabase

    /// Opens the history; throws where there is none, for a copy of nothing would look like one.
    public init(_ path: String?, _ context: OperationContext) throws {
        history = try Memory.existing(path, context)
    }

    /// Into a file that is not there yet; others may go on writing meanwhile.
    public func copy(to path: String) throws { try history.copy(to: path) }
}

/// Marks, in somebody's name, a backup that must not be deleted.
public struct KeepBackup: Sendable {
    private let history: HistoryDatabase

    /// Opens the history, making it where there is none.
    public init(_ path: String?, _ context: OperationContext) throws {
        history = try Memory.history(at: path, context)
    }

    /// Until a time; one that is over takes an earlier mark back.
    ///
    /// `place` says which one, when several have the label.
    public func keep(
        label: String, place: String?, until: Timestamp, reason: String, who: String
    ) throws -> KeepMark {
        try history.keep(label: label, place: place, until: until, reason: reason, who: who)
    }
}
