// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import History

/// Keeps what a person says of a finding.
public struct DecideOnFinding: Sendable {
    private let history: HistoryDatabase

    /// Opens the history, making it where there is none.
    public init(_ path: String?, _ context: OperationContext) throws {
        history = try Memory.history(at: path, context)
    }

    /// By the number that `history findings` shows; the finding as it stands then.
    public func decide(
        on finding: Int64, _ kind: FindingDecision.Kind, until: Timestamp? = nil, reason: String, who: String
    ) throws -> FindingLine {
        try history.decide(on: finding, kind, until: until, reason: reason, who: who)
    }
}
