// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Catalogue
import Diagnostics
import ObjectStore
import Planning

/// What is wrong with a store as a whole, whatever its backups hold.
struct StoreFindings {
    private let store: SweepStore
    private let survey: StoreSurvey
    private let watchedSince: Timestamp
    private let now: Timestamp
    private let known: [BackupKey: KnownBackup]
    /// Of the policy.
    private let obligations: [Obligation]

    /// `watchedSince` is when the store was first swept: before that nothing was missed.
    init(_ store: SweepStore, _ survey: StoreSurvey, watchedSince: Timestamp, at now: Timestamp) {
        (self.store, self.survey) = (store, survey)
        (self.watchedSince, self.now) = (watchedSince, now)
        obligations = store.policy.obligations(of: survey.known, at: now, seed: 0)
        known = Dictionary(survey.known.map { ($0.key, $0) }) { first, _ in first }
    }

    /// The worst first.
    func all(_ archive: WALArchiveCoverage) -> [StoreFinding] {
        let found = coverage + strangers + unreached + lateProofs + archive.findings
        return found.filter { $0.severity == .error } + found.filter { $0.severity != .error }
    }

    /// Backups that did not come, changed their size, or went away.
    private var coverage: [StoreFinding] {
        let rule = CoverageRule(expected: store.expected, keep: store.keep)
        let (live, groups) = (survey.liveGroups, groupsByLabel)
        let marks = (try? survey.marks()) ?? []
        // What once was another cluster's is not waited for, and missed all the same.
        let mine = survey.known.filter { live.contains($0.group) }
        let others = emptied.isEmpty ? survey.known.filter { !live.contains($0.group) } : []
        let facts =
            rule.facts(about: mine, marks: marks, watchedSince: watchedSince, at: now)
            + rule.losses(of: others, marks: marks, at: now)
        return emptied + facts.map { StoreFinding($0) { groups[$0] ?? $0 } }
    }

    /// A store in which nothing is left of what was there, or whose location leads somewhere else now.
    private var emptied: [StoreFinding] {
        let lost = survey.known.filter { $0.goneSince != nil }
        guard survey.catalogue.backups.isEmpty, let newest = lost.max(by: { $0.taken < $1.taken }) else {
            return []
        }
        return [
            StoreFinding(
                kind: StoreFinding.emptied, subject: "", severity: .error,
                message:
                    "no backup is there any more, and \(Units.count(lost.count, "backup")) were: the newest was \(newest.key.label)",
                advice:
                    "is the location right, and who may delete there? Versions of the bucket may hold them yet"
            )
        ]
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

    /// What the policy asks for and nobody can show, as nothing is there that it could be held against.
    private var unreached: [StoreFinding] {
        Dictionary(grouping: obligations.filter(isInVain), by: \.line).sorted { "\($0.key)" < "\($1.key)" }
            .map { line, asked in unreached(line, asked.compactMap(\.backup?.label).sorted()) }
    }

    /// One for all backups: of a store without sum files it would be hundreds.
    private func unreached(_ line: PolicyLine, _ labels: [String]) -> StoreFinding {
        let first = labels.first ?? ""
        let who = labels.count == 1 ? first : "\(Units.count(labels.count, "backup")), such as \(first)"
        return StoreFinding(
            kind: StoreFinding.unreached, subject: line.description, severity: .error,
            message: "'\(line)' cannot be shown of \(who): nothing is wrong there, but something is lacking",
            advice:
                "`pg_backctl verify --store \(ShellWord(store.name)) --backup \(ShellWord(first))` says what"
        )
    }

    private func isInVain(_ obligation: Obligation) -> Bool {
        obligation.proven == nil
            && obligation.backup.flatMap { known[$0]?.inVain[obligation.line.level] } != nil
    }

    /// Lines of the policy that are broken, by how many backups.
    private var lateProofs: [StoreFinding] {
        // Of what is damaged or cannot be shown something else is told.
        let broken = obligations.filter {
            !isInVain($0) && !$0.isMet && $0.due < now && survey.liveGroups.contains($0.group)
        }
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
