// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import Diagnostics
import PrivatePostgres

/// What a recovered cluster is held against: what earlier trials of it saw in its catalogues.
public struct BaselineQuestions: Sendable {
    /// What is remembered of a cluster, by its system identifier.
    public var past: @Sendable (UInt64) throws -> [PastBaseline]
    /// All of one that is remembered; nil where a newer program wrote it.
    public var load: @Sendable (TrialID) throws -> Baseline?
    /// Whether it is compared; it is read and remembered in any case.
    public var compares = true
    /// The part of its rows that a table may lose, from 0 to 1.
    public var mayShrink = 0.5

    /// The past is compared with, and a table may lose half of its rows, until that is set.
    public init(
        past: @escaping @Sendable (UInt64) throws -> [PastBaseline],
        load: @escaping @Sendable (TrialID) throws -> Baseline?
    ) {
        (self.past, self.load) = (past, load)
    }

    /// For a trial that broke off before it.
    public func notRun(_ reason: String) -> [CheckResult] {
        compares ? [.notRun(BaselineJudgement.name, .builtIn, nil, reason)] : []
    }

    /// Throws only when it was interrupted.
    func ask(
        _ reading: BaselineReading, moment: Timestamp
    ) throws(RestoreError) -> (seen: SeenBaseline?, results: [CheckResult]) {
        let watch = Stopwatch()
        switch try reading.origin() {
        case .failure(let error):
            let result = CheckResult.unasked(BaselineJudgement.name, nil, error, seconds: watch.seconds)
            return (nil, compares ? [result] : [])
        case .success(nil): return (nil, notRun("the server does not say where in WAL it is"))
        case .success(let origin?):
            let outcome = try reading.read(at: origin.lineage.end, moment: moment)
            let seen = SeenBaseline(
                outcome.baseline, origin.lineage, ofCluster: origin.systemIdentifier, seconds: watch.seconds)
            return (seen, compares ? outcome.failures + compare(seen) : [])
        }
    }

    /// What it means beside what is remembered; nothing where it is not to be compared.
    ///
    /// What cannot be remembered is not run: that there is nothing to compare with would be another thing.
    public func compare(_ seen: SeenBaseline) -> [CheckResult] {
        guard compares else { return [] }
        do { return try results(seen) } catch {
            let words = (error as? any UserError)?.message ?? "\(error)"
            return notRun("the history cannot be read: \(ObjectName(words))")
        }
    }

    private func results(_ seen: SeenBaseline) throws -> [CheckResult] {
        let past = try past(seen.systemIdentifier)
        let choice = BaselineChoice(lineage: seen.lineage, past: past)
        let judgement = BaselineJudgement(now: seen.baseline, mayShrink: mayShrink, seconds: seen.seconds)
        guard let reference = choice.reference, let before = try load(reference.trial) else {
            return judgement.first(isOlder: !past.isEmpty)
        }
        let days = choice.days(before: seen.baseline.moment).prefix(FrozenDatabases.days - 1)
        let frozen = FrozenDatabases.find(in: [seen.baseline] + (try days.compactMap { try load($0.trial) }))
        return judgement.results(against: before, reference, frozen: frozen)
    }
}
