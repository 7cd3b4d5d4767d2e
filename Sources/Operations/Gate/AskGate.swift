// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import History
import ObjectStore
public import Planning

/// Says which backups of a store may be deleted: never so many that fewer proven ones are left than the rule keeps.
///
/// It deletes nothing.
public struct AskGate: Sendable {
    private let address: StoreAddress
    private let rule: RetentionRule
    private let history: HistoryDatabase
    private let context: OperationContext

    /// Throws where no history is kept: nothing would be known to be proven.
    public init(
        _ address: StoreAddress, _ rule: RetentionRule, _ memory: Memory, _ context: OperationContext
    ) throws {
        guard let history = memory.history else { throw OperationError.sweepNeedsHistory }
        (self.address, self.rule, self.history, self.context) = (address, rule, history, context)
    }

    /// Lists the store and judges.
    ///
    /// Throws when the listing, or what backups build on, cannot be read: then nobody knows.
    public func ask() throws -> GateAnswer {
        let store = try StoreOpening(address: address, context: context).open(jobs: 1)
        var survey = try StoreSurvey("", store, Memory(history), context)
        guard !survey.catalogue.backups.isEmpty else {
            throw OperationError.nothingFound(store.url, hints: ["nothing is there to be deleted."])
        }
        guard !survey.catalogue.backups.contains(where: { $0.folder.isEmpty }) else {
            throw OperationError.usage(
                "'\(store.url)' is one backup, and what it is worth depends on the others",
                hint: "name the store that holds it.")
        }
        try survey.trace()
        return GateAnswer(
            location: store.url, labels: survey.catalogue.backups.map(\.label),
            judgement: RetentionJudgement(
                rule, of: Self.trusted(survey), marks: try survey.marks(), at: context.clock.now))
    }
}

extension AskGate {
    /// A backup whose newest trial restore failed, or whose newest reading came to no verdict, is none to rest on.
    private static func trusted(_ survey: StoreSurvey) -> [KnownBackup] {
        survey.known.map { known in
            var known = known
            if survey.trialFailures.failure(of: known.key.label) != nil || known.standing == .unsettled {
                known.forgetProofs()
            }
            return known
        }
    }
}

/// What may be deleted of one store.
public struct GateAnswer: Sendable {
    /// The store's URL, without credentials.
    public let location: String
    /// Of the backups that are there.
    public let labels: [String]
    fileprivate let judgement: RetentionJudgement

    fileprivate init(location: String, labels: [String], judgement: RetentionJudgement) {
        (self.location, self.labels, self.judgement) = (location, labels, judgement)
    }

    /// Why these must not be deleted together, by label; empty when they may.
    public func refusals(_ labels: [String]) -> [String: [RetentionJudgement.Reason]] {
        let keys = Set(labels.map { BackupKey(store: "", label: $0) })
        return Dictionary(
            judgement.mayDelete(keys).map { ($0.key.label, $0.value) },
            uniquingKeysWith: { first, _ in first })
    }

    /// All that may be deleted together, in the order in which they may go.
    public var prunable: [RetentionJudgement.Prunable] { judgement.prunable }

    /// Why the others stay, by label.
    public var kept: [String: [RetentionJudgement.Reason]] { refusals(labels) }
}
