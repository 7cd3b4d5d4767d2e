// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import ObjectStore
import Planning

/// What is wrong with a store as a whole, whatever its backups hold.
struct StoreFindings {
    private let store: SweepStore
    private let survey: StoreSurvey
    private let watchedSince: Timestamp
    private let now: Timestamp

    /// `watchedSince` is when the store was first swept: before that nothing was missed.
    init(_ store: SweepStore, _ survey: StoreSurvey, watchedSince: Timestamp, at now: Timestamp) {
        (self.store, self.survey) = (store, survey)
        (self.watchedSince, self.now) = (watchedSince, now)
    }

    /// The worst first.
    func all(_ archive: ArchiveCoverage) -> [StoreFinding] {
        let found = coverage + strangers + lateProofs + archive.findings
        return found.filter { $0.severity == .error } + found.filter { $0.severity != .error }
    }

    /// Backups that did not come, changed their size, or went away.
    private var coverage: [StoreFinding] {
        let rule = CoverageRule(expected: store.expected, keep: store.keep)
        // What once was another cluster's is not waited for.
        let (live, groups) = (survey.liveGroups, groupsByLabel)
        let known = live.isEmpty ? [] : survey.known.filter { live.contains($0.group) }
        let marks = (try? survey.marks()) ?? []
        return rule.facts(about: known, marks: marks, watchedSince: watchedSince, at: now)
            .map { StoreFinding($0) { groups[$0] ?? $0 } }
    }

    private var groupsByLabel: [String: String] {
        Dictionary(survey.known.map { ($0.key.label, $0.group) }) { first, _ in first }
    }

    /// Keys that belong to no backup are named, so that nothing lies there unseen.
    private var strangers: [StoreFinding] {
        let foreign = survey.catalogue.foreign
        guard let first = foreign.first else { return [] }
        let others = foreign.count > 1 ? " and \(Units.count(foreign.count - 1, "other key"))" : ""
        return [
            StoreFinding(
                kind: "foreign-objects", subject: "", severity: .note,
                message: "'\(first.name)'\(others) belong to no backup: \(first.reason)",
                advice: "`pg_backctl list` names them")
        ]
    }

    /// Lines of the policy that are broken, by how many backups.
    private var lateProofs: [StoreFinding] {
        // Of what is damaged something else is told.
        let broken = store.policy.obligations(of: survey.known, at: now, seed: 0)
            .filter { !$0.isMet && $0.due < now && survey.liveGroups.contains($0.group) }
        return Dictionary(grouping: broken, by: \.line).sorted { "\($0.key)" < "\($1.key)" }
            .map { line, broken in lateProof(line, broken) }
    }

    private func lateProof(_ line: PolicyLine, _ broken: [Obligation]) -> StoreFinding {
        let oldest = broken.map(\.due).min() ?? now
        let who =
            line.scope == .all ? Units.count(broken.count, "backup") : Units.count(broken.count, "group")
        return StoreFinding(
            kind: "proof-too-old", subject: line.description, severity: .error,
            message: "'\(line)' is not met by \(who)",
            advice: "give sweeps more time or bytes, or the policy a greater age", since: oldest)
    }
}
