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
        /// Of an incremental backup; and the cluster they both are of.
        var parent: ParentBackup?
        var systemIdentifier: UInt64?
        /// To be remembered.
        var record: InspectionRecord?
    }

    private enum Need: Sendable {
        case nothing
        case unsupported
        case renewal(InspectionRecord)
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
        need = Self.need(backup, memory, options)
        output = options.output
    }

    private static func need(
        _ backup: Backup, _ memory: BackupMemory, _ options: VerificationOptions
    ) -> Need {
        guard options.level >= .inspected else { return .nothing }
        guard backup.kind == .tar || backup.kind == .plain else { return .unsupported }
        guard !options.isFresh, options.output == nil, let record = memory.inspection,
            record.checks == ContentChecks.version,
            record.digestSet == digestSet(backup, memory)
        else { return .inspection }
        return .renewal(record)
    }

    /// Of the objects as they were pinned; nil while one has no pin.
    private static func digestSet(_ backup: Backup, _ memory: BackupMemory) -> String? {
        var digests: [ObjectName: String] = [:]
        for object in backup.objects {
            let name = backup.relativeName(of: object)
            guard counts(name) else { continue }
            guard let pin = memory.pins[name] else { return nil }
            digests[name] = pin.sha256
        }
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
        return switch ArchiveName(name)?.content {
        case .base: .base
        case .wal: .wal
        case .tablespace(let identifier): .tablespace(identifier)
        case nil: nil
        }
    }

    // MARK: Conclusion

    /// `absent` are the objects that should be there and were not listed.
    func conclude(_ results: [ObjectResult], absent: [ObjectName]) -> Conclusion {
        switch need {
        case .nothing: Conclusion()
        case .unsupported: Conclusion(findings: [unsupported])
        case .renewal(let record): renewed(record, results)
        case .inspection: inspected(results, absent)
        }
    }

    private var unsupported: Finding {
        let kind =
            backup.kind == .legacyArchive ? "an archive of an older tool" : "no backup of pg_basebackup"
        return Finding(
            .unsupportedFormat, .warning,
            message: "this is \(kind): its bytes were compared, its contents cannot be inspected")
    }

    private func renewed(_ record: InspectionRecord, _ results: [ObjectResult]) -> Conclusion {
        guard digestSet(results) == record.digestSet else { return Conclusion(findings: details(results)) }
        return Conclusion(
            findings: record.findings, isComplete: record.isComplete, isAttested: isAttested,
            parent: record.contents.parent, systemIdentifier: record.contents.systemIdentifier)
    }

    /// Where in the contents the damage of single objects lies; the rest was not taken apart.
    private func details(_ results: [ObjectResult]) -> [Finding] {
        results.filter { !$0.isSound }.compactMap(\.contents).flatMap(\.ownFindings)
    }

    private func inspected(_ results: [ObjectResult], _ absent: [ObjectName]) -> Conclusion {
        let contents = results.compactMap(\.contents)
        let expected = results.count { source(of: $0.report.name) != nil && !$0.isJudgedWhole }
        // What is in an object that could not be read is not missing, nor what is in one that a listing left out.
        guard contents.count == expected, !absent.contains(where: { source(of: $0) != nil }) else {
            return Conclusion(findings: contents.flatMap(\.certainFindings))
        }
        var verdict = BackupContents(plan, contents).conclude(
            hasOwnArchiveForWAL: hasOwnArchiveForWAL, hasManifest: backup.manifest != nil)
        if !isManifestValid { verdict.isComplete = false }
        guard let set = digestSet(results) else { return Conclusion(findings: verdict.findings) }
        let held = results.filter { source(of: $0.report.name) != nil }
        verdict.summary.archiveBytes = held.reduce(0) { $0 &+ $1.report.size }
        let record = InspectionRecord(
            checks: ContentChecks.version, digestSet: set, isComplete: verdict.isComplete,
            findings: verdict.findings, contents: verdict.summary)
        return Conclusion(
            findings: verdict.findings, isComplete: verdict.isComplete, isAttested: isAttested,
            parent: verdict.summary.parent, systemIdentifier: verdict.summary.systemIdentifier, record: record
        )
    }

    private var hasOwnArchiveForWAL: Bool {
        backup.objects.contains { ArchiveName(backup.relativeName(of: $0))?.content == .wal }
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
        return DigestSet.digest(of: digests)
    }
}
