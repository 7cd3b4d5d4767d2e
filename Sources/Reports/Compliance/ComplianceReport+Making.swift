// SPDX-License-Identifier: Apache-2.0
import AuditModel
import Planning

extension ComplianceReport {
    /// The report of these facts, held to these frameworks.
    public init(_ facts: ReportFacts, _ frameworks: [Framework]) {
        let period = facts.period
        self.period = Period(
            name: period.name, zone: period.zone.name, from: period.from, to: period.to,
            isOver: period.isOver(at: facts.made))
        (made, tool) = (facts.made, Tool(version: facts.toolVersion, sha256: facts.toolDigest))
        stores = facts.stores.map { StoreRecord($0, facts) }
        exceptions = ExceptionRecord.all(facts)
        trials = facts.trials.map { TrialRecord($0, among: facts.stores) }
        restores = facts.restores.map(RestoreRecord.init)
        missedSlots = facts.givenUp.map {
            MissedSlot(schedule: $0.schedule, slot: $0.slot, reason: $0.reason)
        }
        events = facts.events.map {
            EventRecord(at: $0.at, kind: $0.kind, backup: $0.place?.url, who: $0.who, words: $0.text)
        }
        (summary, result, self.frameworks, limits) = ([], .noData, [], [])
        evidence = facts.evidence
        let judgement = ControlJudgement(facts, self)
        self.frameworks = frameworks.map { framework in
            FrameworkRecord(
                id: framework.id, title: framework.title, version: framework.version,
                source: framework.source, file: framework.file,
                controls: framework.controls.map(judgement.record))
        }
        let opinions = Self.questions.map { ($0.words, judgement.opinion($0.kind)) }
        result = Self.result(self, opinions.map(\.1.result), facts)
        summary = Self.summary(self, opinions)
        limits = Self.limits(self, facts)
    }

    /// What is asked whatever the frameworks.
    private static let questions: [(kind: EvidenceKind, words: String)] = [
        (.integrity, "Backups read and sound"), (.restoreTest, "Trial restores"),
        (.backupsCame, "New backups came"), (.schedule, "Verification ran"),
    ]

    /// What is open at the end is no pass, whether or not a question asks for it.
    private static func result(
        _ report: ComplianceReport, _ answers: [ControlResult], _ facts: ReportFacts
    ) -> ControlResult {
        var all = answers
        if report.exceptions.contains(where: { $0.closed == nil }) { all.append(.notMet) }
        if !report.exceptions.isEmpty { all.append(.metWithExceptions) }
        if !unconfigured(facts).isEmpty { all.append(.noData) }
        return all.max() ?? .noData
    }

    /// Stores that sweeps of the period looked at, and that the configuration does not name any more.
    private static func unconfigured(_ facts: ReportFacts) -> [String] {
        let known = Set(facts.stores.map(\.name))
        return Set(facts.sweeps.flatMap(\.start.stores)).subtracting(known).sorted()
    }

    /// At most ten.
    private static func summary(
        _ report: ComplianceReport, _ opinions: [(words: String, opinion: ControlJudgement.Opinion)]
    ) -> [String] {
        let seen = report.stores.compactMap(\.population)
        let backups = seen.reduce(0) { $0 + $1.backups }
        let bytes = report.stores.reduce(UInt64(0)) { $0.addingClamped($1.bytesRead) }
        let open = report.exceptions.count { $0.closed == nil }
        var lines = [
            seen.isEmpty
                ? report.stores.ofNoneIsKnown
                : "\(Units.count(seen.count, "store")) with \(Units.count(backups, "backup")) at the end of the period; sweeps have read \(Units.bytes(bytes)) for verification."
        ]
        lines += report.stores.unseen
        lines += opinions.map { "\($0.words): \($0.opinion.result.rawValue)." }
        lines.append(
            "\(Units.count(report.exceptions.count, "exception")), of which \(open) open at the end.")
        lines.append(
            "\(Units.count(report.trials.count, "trial restore")) and \(Units.count(report.restores.count, "restore"))."
        )
        if !report.period.isOver {
            lines.append("The period is not over: what stands here may still change.")
        }
        return lines
    }

    /// A place that checkpoints are put into is a witness only if nobody of this machine can write there, which no program can know of itself.
    private static func witnesses(_ facts: ReportFacts) -> String {
        let here = "the history is signed by a key of the same machine"
        let report =
            "This report holds its checkpoint, and whoever keeps the report out of reach is a witness from now on."
        guard !facts.checkpointCopies.isEmpty else {
            return "No outside witness is known to this program: \(here). \(report)"
        }
        return
            "No outside witness was asked for this report: \(here). Sweeps put checkpoints into \(facts.checkpointCopies.joined(separator: ", ")): those are witnesses if nobody who can write on this machine can change what is there. \(report)"
    }

    private static func limits(_ report: ComplianceReport, _ facts: ReportFacts) -> [String] {
        var lines = [
            facts.evidence == nil
                ? "No outside witness: this report rests on the history of one installation, which whoever can write to it could change."
                : witnesses(facts),
            "Only stores that the configuration names are in scope; systems without a backup are not seen.",
        ]
        let gone = unconfigured(facts)
        if !gone.isEmpty {
            lines.append(
                "In no result: \(gone.joined(separator: ", ")), swept in the period and not configured any more."
            )
        }
        for store in report.stores {
            guard let all = store.population?.backups, all > store.backups.count else { continue }
            lines.append(
                "Of the \(all) backups of \(store.name) the history keeps \(store.backups.count): sizes, levels and pictures are of those, and which are gone is not known."
            )
        }
        lines.append(
            "Verdicts, levels, RPO and RTO of backups are those that the last sweep of the period knew, and damage that was found since; a trial after it counts from the next sweep on. RTO is that of the newest trial of each cluster, RPO that of the last sweep, not the worst of the period."
        )
        lines.append(
            "A period counts as looked at from its beginning where the first sweep came no later than the schedule lets pass between two."
        )
        if report.tool.sha256 == nil {
            lines.append("The program's own file could not be read for its digest.")
        }
        return lines
    }
}
