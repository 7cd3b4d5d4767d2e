// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import History

/// Declares, in somebody's name, that what a tampered backup holds now is right.
public struct AcceptChange: Sendable {
    private let history: HistoryDatabase

    /// Opens the history, making it where there is none.
    public init(_ path: String?, _ context: OperationContext) throws {
        history = try Memory.history(at: path, context)
    }

    /// Accepts what was read last of the backup with this label; `place` says which one, when several have it.
    public func accept(label: String, place: String?, reason: String, who: String) throws -> [Accepted] {
        try history.accept(label: label, place: place, reason: reason, who: who)
    }
}
