// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue

/// The pure end of a verification: results and findings in, verdict and level out.
struct BackupSummary: Sendable {
    /// What is known of a backup when its last object was checked.
    struct Facts: Sendable {
        var backup: Backup
        /// When the backup was opened, and how long all of it took to be read.
        var started: Timestamp
        var seconds: Double
        var results: [ObjectResult]
        var findings: [Finding]
        var absent: AbsenceCheck.Outcome
        var isAttestorValid: Bool
        var hasAttestor: Bool
        var completeness: Completeness
        var levelAsked: Level
        var contents = ContentWork.Conclusion()
        /// What an earlier run found tampered and nobody has accepted.
        var tampered: Set<ObjectName> = []
    }

    private let facts: Facts
    private let results: [ObjectResult]
    /// Objects whose tampering is still open, since this run came to no verdict on their bytes.
    private let stillTampered: [ObjectName]
    let verdict: Verdict
    let level: Level?

    init(_ facts: Facts) {
        self.facts = facts
        results = Self.judged(facts)
        level = Self.level(facts)
        stillTampered = Self.stillTampered(facts)
        verdict = stillTampered.isEmpty ? Self.verdict(facts, results, level) : .tampered
    }

    var report: BackupReport {
        var report = BackupReport(
            label: facts.backup.label, verdict: verdict, level: level,
            objects: (results.map(told) + removed).sorted { $0.name < $1.name },
            findings: findings, started: facts.started, seconds: facts.seconds)
        if case .incomplete(_, let isYoung) = facts.completeness, verdict == .incomplete {
            report.isUploading = isYoung
        }
        return report
    }

    /// The first ones of each kind, and how many more there are.
    private var findings: [Finding] {
        let all =
            facts.findings + facts.contents.findings + results.flatMap(\.findings) + facts.absent.findings
            + levelFindings + tamperingFindings
        var bounded = BoundedFindings()
        for finding in all.sorted(by: Self.precedes) { bounded.add(finding) }
        for (code, count) in facts.absent.more { bounded.add(count, more: code, .error) }
        return bounded.all.sorted(by: Self.precedes)
    }

    /// The results of the objects that are there; one whose contents are wrong is not sound, whatever its digest.
    private static func judged(_ facts: Facts) -> [ObjectResult] {
        var verdicts: [ObjectName: Verdict] = [:]
        for finding in facts.contents.findings {
            guard let object = finding.object else { continue }
            verdicts[object] = .mostSevere([verdicts[object] ?? .verified, finding.verdict])
        }
        return facts.results.filter { !facts.absent.missing.contains($0.report.name) }.map { result in
            var result = result
            let contents = verdicts[result.report.name] ?? .verified
            result.report.verdict = .mostSevere([contents, result.report.verdict])
            return result
        }
    }

    /// A sum file rewritten beside tampered objects is part of the tampering, and accepted with them.
    private func told(_ result: ObjectResult) -> ObjectReport {
        var report = result.report
        let isRewritten = result.findings.contains { $0.code == .pinChanged && $0.severity == .warning }
        if verdict == .tampered, isRewritten, report.verdict == .verified { report.verdict = .tampered }
        return report
    }

    /// What was removed together with its checksum has a line of its own, so that it can be accepted.
    private var removed: [ObjectReport] {
        facts.absent.removed.map { ObjectReport(name: $0, size: 0, verdict: .tampered) }
    }

    // MARK: Verdict and level

    private static func verdict(_ facts: Facts, _ results: [ObjectResult], _ level: Level?) -> Verdict {
        let findings = facts.findings + facts.contents.findings
        let verdicts = results.map(\.report.verdict) + findings.map(\.verdict) + [facts.absent.verdict]
        let worst = Verdict.mostSevere(verdicts)
        guard worst == .verified else { return worst }
        guard facts.completeness.isComplete, let level, level >= facts.levelAsked else { return .incomplete }
        return .verified
    }

    /// The highest level whose checks were all carried out, whatever they found.
    private static func level(_ facts: Facts) -> Level? {
        guard facts.completeness.isComplete, facts.isAttestorValid, !isSetWrong(facts) else { return nil }
        let isChecksummed =
            facts.levelAsked >= .checksummed && facts.hasAttestor
            && facts.results.allSatisfy {
                $0.isRead && ($0.isAttested || !$0.needsAttestation || !$0.isSound)
            }
        let isRead = facts.results.allSatisfy(\.isRead)
        if facts.contents.isComplete, isRead, isChecksummed || facts.contents.isAttested { return .inspected }
        return isChecksummed ? .checksummed : .listed
    }

    private static func stillTampered(_ facts: Facts) -> [ObjectName] {
        let judged = facts.results.filter { $0.isRead && $0.report.verdict != .inconclusive }.map(
            \.report.name)
        return facts.tampered.subtracting(facts.levelAsked >= .checksummed ? judged : [])
            .subtracting(facts.absent.missing).sorted()
    }

    private var tamperingFindings: [Finding] {
        stillTampered.map { Finding(.bytes(.changeNotAccepted), object: $0) }
    }

    private static func isSetWrong(_ facts: Facts) -> Bool {
        let codes: Set<FindingCode> = [.unlistedObject, .unreadableObject, .backupBusy]
        return !facts.absent.missing.isEmpty || facts.absent.more[.missingObject] != nil
            || facts.findings.contains { $0.severity == .error && codes.contains($0.code) }
    }

    /// Why the level asked for was not reached, when nothing else says so.
    private var levelFindings: [Finding] {
        if case .incomplete(let reasons, let isYoung) = facts.completeness {
            return reasons.map { Finding(.backup(.incomplete(reason: $0, isYoung: isYoung))) }
        }
        guard facts.levelAsked >= .checksummed, level == .listed, facts.backup.sumFile == nil else {
            return []
        }
        let fact = Finding.ControlFact.noSumFile(hasManifest: facts.backup.kind == .plain)
        return [Finding(.control(fact), object: SumFile.name)]
    }

    private static func precedes(_ left: Finding, _ right: Finding) -> Bool {
        let order: [Severity] = [.error, .warning, .note]
        let (mine, theirs) = (
            order.firstIndex(of: left.severity) ?? 0, order.firstIndex(of: right.severity) ?? 0
        )
        if mine != theirs { return mine < theirs }
        if left.isTail != right.isTail { return right.isTail }
        if left.object != right.object { return (left.object ?? "") < (right.object ?? "") }
        // What is wrong with the object itself, before what that does to its contents.
        if (left.cause == nil) != (right.cause == nil) { return left.cause != nil }
        if left.standsForOthers != right.standsForOthers { return right.standsForOthers }
        if left.member != right.member { return (left.member ?? "") < (right.member ?? "") }
        return (left.offset ?? 0) < (right.offset ?? 0)
    }

    // MARK: Memory

    /// What is remembered of the contents: not where a store or a disk may have played a part in it.
    var inspection: InspectionRecord? { verdict == .inconclusive ? nil : facts.contents.record }

    /// A rewritten sum file becomes the new pin only where its objects were read and the backup is sound: else
    /// the old one stays evidence.
    var pinChanges: [PinChange] {
        let isSound = verdict == .verified || verdict == .incomplete
        let mayMove = isSound && facts.levelAsked >= .checksummed
        return results.compactMap(\.pinChange).filter { change in
            mayMove || change.reason == .first || !BackupPlan.excused.contains(change.object)
        }
    }
}

extension BackupSummary.Facts {
    init(
        _ backup: Backup, _ groundwork: Groundwork, _ results: [ObjectResult],
        _ absent: AbsenceCheck.Outcome, _ contents: ContentWork.Conclusion, levelAsked: Level, seconds: Double
    ) {
        self.init(
            backup: backup, started: groundwork.started, seconds: seconds, results: results,
            findings: groundwork.findings.filter { !absent.refutes($0) }, absent: absent,
            isAttestorValid: groundwork.isAttestorValid, hasAttestor: groundwork.hasAttestor,
            completeness: groundwork.completeness, levelAsked: levelAsked, contents: contents,
            tampered: groundwork.tampered)
        self.contents.findings += absent.missing.sorted().compactMap { contents.losses[$0] }
    }
}

extension Finding {
    /// What a finding about the backup as a whole makes of its verdict.
    var verdict: Verdict {
        guard severity == .error else { return .verified }
        switch code {
        case .unreadableObject, .objectChanging, .archivedObject, .unstableRead, .backupBusy:
            return .inconclusive
        default: return .damaged
        }
    }

    /// Whether it stands for what is too much to be told of the backup, which comes last.
    fileprivate var isTail: Bool { object == nil && standsForOthers }
}
