// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import BackupFormats

/// What all objects of a backup held, put together and judged.
public struct BackupContents: Sendable {
    /// What the contents of a backup come to.
    public struct Verdict: Sendable {
        /// What each object showed comes first, in the order of the objects, then what only all together tell.
        public var findings: [Finding]
        /// Whether every check could be carried out, whatever it found.
        public var isComplete: Bool
        /// Of what could be taken apart; `archiveBytes` is left at 0 for who knows the sizes in the store.
        public var summary: ContentSummary
    }

    let plan: InspectionPlan
    let objects: [ObjectContents]

    /// `objects` are what each came to under this plan; nothing is judged yet.
    public init(_ plan: InspectionPlan, _ objects: [ObjectContents]) {
        (self.plan, self.objects) = (plan, objects)
    }

    /// Judges what no object tells alone.
    ///
    /// `hasOwnArchiveForWAL` says that there is a `pg_wal.tar`: then WAL that is missing was lost. `isWALElsewhere` says
    /// that `pg_wal` is a link that leads to where nothing is read.
    public func conclude(
        hasOwnArchiveForWAL: Bool, isWALElsewhere: Bool = false, hasManifest: Bool
    ) -> Verdict {
        let identity = BackupIdentity(self)
        let wal = WALJudgement(
            self, identity, hasOwnArchive: hasOwnArchiveForWAL, isElsewhere: isWALElsewhere)
        let skeleton = SkeletonJudgement(self, identity, wal: wal)
        let pages = PageJudgement(self, identity, wal: wal.reader)
        let repacked = RepackingJudgement(self)
        let isWhole = objects.allSatisfy(\.isWhole)
        let members = repeatedMembers + (isWhole ? missingMembers : [])
        let findings =
            objects.flatMap { $0.findings.all(object: $0.object) } + members + identity.findings
            + repacked.findings + skeleton.findings + pages.findings + wal.findings
            + (hasManifest ? [] : [Finding(.control(.noManifest), object: BackupManifest.name)])
        return Verdict(
            findings: findings,
            isComplete: isWhole && repacked.isComplete && identity.isComplete && pages.isComplete
                && wal.isComplete,
            summary: summary(identity))
    }

    private func summary(_ identity: BackupIdentity) -> ContentSummary {
        var totals = ContentTotals()
        for object in objects { totals.add(object.totals) }
        var summary = ContentSummary()
        summary.majorVersion = identity.majorVersion
        summary.systemIdentifier = identity.control?.systemIdentifier
        (summary.files, summary.bytes) = (totals.files, totals.bytes)
        if identity.control?.hasPageChecksums == true { summary.pages = objects.reduce(0) { $0 + $1.pages } }
        summary.relations = totals.relationTotals
        summary.parent = identity.label?.parent.map {
            ParentBackup(timeline: $0.timeline, start: $0.start.position)
        }
        return summary
    }
}
