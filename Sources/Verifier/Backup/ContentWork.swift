// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import Digests
import Inspection

/// What a verification has to do with the contents of a backup, and what it finds in them.
///
/// Contents are a function of the bytes: once taken apart, they need not be again while every object is shown
/// to have the digest it had.
struct ContentWork: Sendable {
    /// What the contents add to a backup's verdict.
    struct Conclusion: Sendable {
        var findings: [Finding] = []
        /// Whether all that the level `inspected` asks for was shown.
        var isComplete = false
        /// Whether every byte of every member was compared with a checksum of the manifest.
        var isAttested = false
        /// What the contents say of themselves; nil when they were not all looked at.
        var summary: ContentSummary?
        /// What would be lost with each archive, should it turn out to be missing.
        var losses: [ObjectName: Finding] = [:]
        /// To be remembered.
        var record: InspectionRecord?

        var descent: Lineage.Descent { Lineage.Descent(summary) }

        /// Whether its cluster summed its pages; nil when that is not known.
        var hasPageChecksums: Bool? { summary?.hasPageChecksums(ifComplete: isComplete) }
    }

    private enum Need: Sendable {
        case nothing
        case unsupported
        case renewal(InspectionRecord, pinned: [ObjectName: String])
        case inspection
    }

    private let backup: Backup
    private let plan: InspectionPlan
    private let isManifestValid: Bool
    private let need: Need
    private let output: (any MemberOutput)?

    /// `manifest` is nil when there is none, and when it is not valid.
    init(
        _ backup: Backup, _ manifest: BackupManifest?, _ memory: BackupMemory, options: VerificationOptions,
        isManifestAttestor: Bool
    ) {
        self.backup = backup
        plan = InspectionPlan(manifest: manifest, comparesMembers: !isManifestAttestor)
        isManifestValid = manifest != nil || backup.manifest == nil
        need = Self.need(backup, plan, memory, options)
        output = options.output
    }

    private static func need(
        _ backup: Backup, _ plan: InspectionPlan, _ memory: BackupMemory, _ options: VerificationOptions
    ) -> Need {
        guard options.level >= .inspected else { return .nothing }
        guard backup.kind == .tar || backup.kind == .plain else { return .unsupported }
        guard !options.isFresh, options.output == nil, let record = memory.inspection,
            record.checks == ContentChecks.version,
            let pinned = pinned(backup, memory), record.digestSet == digestSet(pinned, plan)
        else { return .inspection }
        return .renewal(record, pinned: pinned)
    }

    /// Of the objects as they were pinned; nil while one has no pin.
    private static func pinned(_ backup: Backup, _ memory: BackupMemory) -> [ObjectName: String]? {
        var digests: [ObjectName: String] = [:]
        for object in backup.objects {
            let name = backup.relativeName(of: object)
            guard counts(name) else { continue }
            guard let pin = memory.pins[name] else { return nil }
            digests[name] = pin.sha256
        }
        return digests
    }

    /// What was not compared with the manifest while the manifest attested the objects themselves is to be compared when
    /// it no longer does: those are two sets.
    private static func digestSet(_ digests: [ObjectName: String], _ plan: InspectionPlan) -> String {
        var digests = digests
        if !plan.comparesMembers { digests[""] = "members are attested one by one" }
        return DigestSet.digest(of: digests)
    }

    /// Sum file and info file say something about the contents and are none of them.
    private static func counts(_ name: ObjectName) -> Bool {
        name != SumFile.name && name != BackupInfo.name
    }

    /// Whether contents say what names say of the WAL, and more.
    var judgesWAL: Bool {
        switch need {
        case .nothing, .unsupported: false
        case .renewal, .inspection: true
        }
    }

    /// A task with what is to be done about its contents.
    func ordered(_ task: ObjectTask) -> ObjectTask {
        guard judgesWAL, let source = source(of: task.name) else { return task }
        var task = task
        task.inspection = InspectionOrder(task.name, source, size: task.size, plan: plan)
        task.inspection?.output = output
        if case .inspection = need { task.isInspectedAtOnce = true }
        return task
    }

    private func source(of name: ObjectName) -> ContentSource? {
        if backup.kind == .plain { return BackupPlan.excused.contains(name) ? nil : .directory }
        return switch TarName(name)?.content {
        case .base: .base
        case .wal: .wal
        case .tablespace(let identifier): .tablespace(identifier)
        case nil: nil
        }
    }

    // MARK: Conclusion

    /// `absent` are the objects that should be there and were not listed, or are nothing that can be read.
    func conclude(_ results: [ObjectResult], absent: [ObjectName]) -> Conclusion {
        var conclusion: Conclusion
        switch need {
        case .nothing: return Conclusion()
        case .unsupported: return Conclusion(findings: [unsupported])
        case .renewal(let record, let pinned): conclusion = renewed(record, pinned, results)
        case .inspection: conclusion = inspected(results, absent)
        }
        conclusion.losses = losses(absent, results)
        return conclusion
    }

    private func losses(_ absent: [ObjectName], _ results: [ObjectResult]) -> [ObjectName: Finding] {
        guard let manifest = plan.manifest, !absent.isEmpty else { return [:] }
        let size = results.lazy.compactMap { $0.contents?.walSegmentSize }.first
        let lost = LostContents(manifest: manifest, segmentSize: size)
        var losses: [ObjectName: Finding] = [:]
        for name in absent { losses[name] = source(of: name).flatMap { lost.finding(name, $0) } }
        return losses
    }

    private var unsupported: Finding {
        Finding(.backup(.uninspectable(isLegacyArchive: backup.kind == .legacyArchive)))
    }

    private func renewed(
        _ record: InspectionRecord, _ pinned: [ObjectName: String], _ results: [ObjectResult]
    ) -> Conclusion {
        guard digestSet(results) == record.digestSet else {
            return Conclusion(findings: details(results) + stillTrue(record, pinned, results))
        }
        return Conclusion(
            findings: record.findings, isComplete: record.isComplete, isAttested: isAttested,
            summary: record.contents)
    }

    /// Where in the contents the damage of single objects lies; the rest was not taken apart.
    private func details(_ results: [ObjectResult]) -> [Finding] {
        results.filter { !$0.isSound }.compactMap(\.contents).flatMap(\.ownFindings)
    }

    /// What was found in objects that have the bytes they had, where others have not.
    private func stillTrue(
        _ record: InspectionRecord, _ pinned: [ObjectName: String], _ results: [ObjectResult]
    ) -> [Finding] {
        let same = results.map(\.report).filter { $0.sha256 != nil && $0.sha256 == pinned[$0.name] }
        let names = Set(same.map(\.name))
        return record.findings.filter { $0.object.map(names.contains) ?? false }
    }

    private func inspected(_ results: [ObjectResult], _ absent: [ObjectName]) -> Conclusion {
        let contents = results.compactMap(\.contents)
        let expected = results.count { source(of: $0.report.name) != nil && !$0.isJudgedWhole }
        // What is in an object that could not be read is not missing, nor what is in one that a listing left out.
        guard contents.count == expected, !absent.contains(where: { source(of: $0) != nil }) else {
            return Conclusion(findings: contents.flatMap(\.certainFindings))
        }
        var verdict = BackupContents(plan, contents).conclude(
            hasOwnArchiveForWAL: hasOwnArchiveForWAL,
            isWALElsewhere: backup.objects.contains(where: backup.isLinkOfWAL),
            hasManifest: backup.manifest != nil)
        if !isManifestValid { verdict.isComplete = false }
        // What this machine could not unpack is open, and not remembered.
        guard let set = digestSet(results),
            !verdict.findings.contains(where: { $0.code == .unreadableObject })
        else { return Conclusion(findings: verdict.findings) }
        let held = results.filter { source(of: $0.report.name) != nil }
        verdict.summary.archiveBytes = held.reduce(0) { $0 &+ $1.report.size }
        let record = InspectionRecord(
            checks: ContentChecks.version, digestSet: set, isComplete: verdict.isComplete,
            findings: verdict.findings, contents: verdict.summary)
        return Conclusion(
            findings: verdict.findings, isComplete: verdict.isComplete, isAttested: isAttested,
            summary: verdict.summary, record: record)
    }

    private var hasOwnArchiveForWAL: Bool {
        backup.objects.contains { TarName(backup.relativeName(of: $0))?.content == .wal }
    }

    private var isAttested: Bool {
        plan.manifest?.files.outlines.allSatisfy(\.isSummed) ?? false
    }

    private func digestSet(_ results: [ObjectResult]) -> String? {
        var digests: [ObjectName: String] = [:]
        for report in results.map(\.report) where Self.counts(report.name) {
            guard let digest = report.sha256 else { return nil }
            digests[report.name] = digest
        }
        return Self.digestSet(digests, plan)
    }
}
