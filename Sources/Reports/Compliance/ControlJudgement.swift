// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// Says how much of each kind of evidence a period has: decisions alone.
///
/// A gap is no pass: where nobody looked, or nothing is asked for, there is no data.
struct ControlJudgement {
    private let facts: ReportFacts
    private let report: ComplianceReport
    private let stores: [StoreJudgement]

    /// `report` has everything but its controls.
    init(_ facts: ReportFacts, _ report: ComplianceReport) {
        (self.facts, self.report) = (facts, report)
        stores = zip(facts.stores, report.stores).map { StoreJudgement($0, $1, facts, report) }
    }

    /// What was found, and why.
    struct Opinion: Equatable {
        var result: ControlResult
        var because: [String]

        /// As the worst of them.
        static func all(_ opinions: [Opinion]) -> Opinion {
            Opinion(
                result: opinions.map(\.result).max() ?? .noData, because: opinions.flatMap(\.because))
        }
    }

    func record(_ control: Framework.Control) -> ControlRecord {
        let opinion = Opinion.all(control.evidence.map(opinion))
        return ControlRecord(
            number: control.number, title: control.title, asks: control.asks, result: opinion.result,
            because: Self.once(opinion.because), leavesOut: control.leavesOut)
    }

    /// Several kinds of evidence may lack for one reason.
    private static func once(_ sentences: [String]) -> [String] {
        var told: Set<String> = []
        return sentences.filter { told.insert($0).inserted }
    }

    /// All stores together: as the worst of them.
    ///
    /// A store that is only there for the copies of another one is asked for nothing but to be read.
    func opinion(_ kind: EvidenceKind) -> Opinion {
        guard !facts.stores.isEmpty else {
            return Opinion(result: .noData, because: ["no store is configured"])
        }
        let asked = stores.filter { kind == .integrity || kind == .schedule || !$0.store.isCopy }
        let each = asked.map { $0.opinion(kind, copies: copies(of: $0.store)) }
        return Opinion.all(each + (kind == .schedule ? [schedule] : []))
    }

    private func copies(of store: ReportedStore) -> [StoreJudgement] {
        stores.filter { store.copies.contains($0.store.name) }
    }

    private var schedule: Opinion {
        let ended = facts.sweeps.filter { $0.end != nil }
        guard !ended.isEmpty else {
            return Opinion(result: .noData, because: ["no sweep ended in the period"])
        }
        let broken = facts.sweeps.count {
            $0.end.map { [.failed, .interrupted].contains($0.reason) } ?? true
        }
        let lost = report.missedSlots.count
        let words = "\(Units.count(ended.count, "sweep")) ended in the period"
        guard lost > 0 || broken > 0 else { return Opinion(result: .met, because: [words]) }
        return Opinion(
            result: .metWithExceptions,
            because: [
                "\(words); \(Units.count(lost, "slot")) missed, \(Units.count(broken, "sweep")) not ended in good order"
            ])
    }
}
