// SPDX-License-Identifier: Apache-2.0
import AuditModel

/// What a comparison with an earlier trial means.
struct BaselineJudgement {
    static let name = "baseline"

    let now: Baseline
    /// How far tables may shrink.
    let mayShrink: Double
    let seconds: Double

    /// Against nothing.
    func first(isOlder: Bool) -> [CheckResult] {
        let tables = Units.count(now.relations.count(where: \.holdsRowsOfUsers), "table")
        let why = isOlder ? "no trial of an older state to compare with" : "nothing to compare with yet"
        return [result(.passed, "\(tables) remembered, \(why)\(unkept)")]
    }

    /// A table that was emptied fails the trial; what shrank, froze or went is told.
    func results(against before: Baseline, _ past: PastBaseline, frozen: [ObjectName]) -> [CheckResult] {
        let comparison = BaselineComparison(before: before, now: now, mayShrink: mayShrink)
        let changes = comparison.changes
        let emptied = changes.filter { !$0.emptied.isEmpty }.map { self.emptied($0, past) }
        let others =
            changes.filter { !$0.shrunk.isEmpty }.map { shrunk($0, past) } + gone(comparison, changes, past)
            + frozen.map(self.frozen)
        guard emptied.isEmpty else { return emptied + others }
        let compared = Units.count(changes.reduce(0) { $0 + $1.compared }, "table")
        let passed = "\(compared) compared with \(words(past)), none was emptied\(unkept)"
        return [result(.passed, passed, measured: 0)] + others
    }

    private var unkept: String {
        now.isWhole
            ? "" : "; only \(Units.count(now.relations.count, "relation")) of \(now.found) are remembered"
    }

    private func words(_ past: PastBaseline) -> String { "the trial of \(past.ended) (\(past.place.label))" }

    private func emptied(_ changes: BaselineComparison.Changes, _ past: PastBaseline) -> CheckResult {
        let tables = Sample(changes.emptied.map { "\($0.table) (\(Units.grouped($0.before)) rows then)" })
        return result(
            .failed, database: changes.database,
            "emptied since \(words(past)): \(listed(tables)); if that is meant, one trial with --no-baseline takes it for right",
            measured: Double(changes.emptied.count))
    }

    private func shrunk(_ changes: BaselineComparison.Changes, _ past: PastBaseline) -> CheckResult {
        let tables = Sample(
            changes.shrunk.map {
                "\($0.table) (\(Units.grouped($0.now)) rows of \(Units.grouped($0.before)))"
            })
        return result(
            .failed, severity: .warning, database: changes.database,
            "shrunk since \(words(past)): \(listed(tables))",
            measured: Double(changes.shrunk.count))
    }

    private func gone(
        _ comparison: BaselineComparison, _ changes: [BaselineComparison.Changes], _ past: PastBaseline
    ) -> [CheckResult] {
        let tables = changes.flatMap { changes in
            changes.gone.map { "table \($0) of database \(changes.database)" }
        }
        let all = comparison.goneDatabases.map { "database \($0)" } + tables
        guard !all.isEmpty else { return [] }
        return [result(.failed, severity: .note, "gone since \(words(past)): \(listed(Sample(all)))")]
    }

    private func frozen(_ database: ObjectName) -> CheckResult {
        result(
            .failed, severity: .warning, database: database,
            "frozen: no table or index has grown, shrunk or been rewritten in the backups of the last \(FrozenDatabases.days) days"
        )
    }

    private func listed(_ sample: Sample<String>) -> String {
        sample.first.joined(separator: ", ") + (sample.rest > 0 ? " and \(sample.rest) more" : "")
    }

    private func result(
        _ outcome: CheckResult.Outcome, severity: Severity = .error, database: ObjectName? = nil,
        _ words: String, measured: Double? = nil
    ) -> CheckResult {
        CheckResult(
            Self.name, .builtIn, database: database, outcome, severity: severity, seconds: seconds,
            words: words, measured: measured)
    }
}
