// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

/// What damaged pages mean: a page that was being written while it was copied may be torn, and recovery puts
/// it right when the WAL holds the whole page.
struct PageJudgement {
    private(set) var findings: [Finding] = []
    /// False when pages could not be judged.
    private(set) var isComplete = true

    /// Whether the backup holds the files of pg_tde, which encrypts pages after they were summed.
    private let hasEncryption: Bool

    init(_ contents: BackupContents, _ identity: BackupIdentity, wal: WALReader?) {
        hasEncryption = contents.objects.contains(where: \.skeleton.hasEncryption)
        guard let control = identity.control else {
            judgeWithoutControl(contents, identity)
            return
        }
        guard control.blockSize == PageCheck.pageSize,
            control.relationSegmentBlocks == RelationFile.usualSegmentBlocks
        else {
            isComplete = false
            findings.append(
                Finding(
                    .pages(
                        .unusualSizes(
                            pageSize: control.blockSize, blocksPerFile: control.relationSegmentBlocks,
                            usualPageSize: PageCheck.pageSize)),
                    member: PostgresFile.control.rawValue))
            return
        }
        let start = identity.label?.start ?? contents.plan.manifest?.walRanges.map(\.start).min()
        let end = contents.plan.manifest?.walRanges.map(\.end).max()
        for relation in contents.objects.flatMap(\.relations) {
            judge(relation, control, from: start, to: end, wal)
        }
        let forgotten = contents.objects.reduce(0) { $0 + $1.forgottenRelations }
        if control.hasPageChecksums, forgotten > 0 { findings.append(Finding(.pages(.moreFiles(forgotten)))) }
    }

    /// A damaged or missing pg_control is told elsewhere; pages still speak where most have a checksum.
    private mutating func judgeWithoutControl(_ contents: BackupContents, _ identity: BackupIdentity) {
        isComplete = false
        // Of a version that is not known, nobody knows what its pages are like.
        guard !identity.isOfUnknownVersion, contents.objects.contains(where: \.hasPageChecksums) else {
            return
        }
        findings += contents.objects.flatMap(\.relations).map { Finding($0) }
    }

    private mutating func judge(
        _ relation: RelationDamage, _ control: ControlFile, from start: LogSequenceNumber?,
        to end: LogSequenceNumber?, _ wal: WALReader?
    ) {
        var damage = relation
        guard control.hasPageChecksums else {
            (damage.damage.count, damage.damage.failing) = (0, [])
            if damage.damage.isDamaged { findings.append(Finding(damage)) }
            return
        }
        if hasEncryption, damage.damage.isOfEveryPage {
            isComplete = false
            findings.append(Finding(.encrypted(pages: relation.damage.pages), of: relation))
            return
        }
        let changedMeanwhile = relation.damage.failing.filter { page in
            start.map { page.changed >= $0 } ?? false && end.map { page.changed <= $0 } ?? true
        }
        // The first half of a page that is written for the first time may still be zero.
        let torn = relation.damage.failing.filter { page in
            (page.changed.position == 0 || changedMeanwhile.contains(page))
                && wal?.hasImage(of: BlockReference(relation.file, block: page.block)) == true
        }
        // Where images were forgotten, nobody knows of the others changed meanwhile whether WAL holds them.
        let unknown = wal?.hasForgottenImages == true ? changedMeanwhile.filter { !torn.contains($0) } : []
        damage.damage.failing.removeAll { torn.contains($0) || unknown.contains($0) }
        damage.damage.count -= UInt64(torn.count + unknown.count)
        if !torn.isEmpty {
            findings.append(Finding(.torn(Finding.PagesFact.BlockRanges(torn.map(\.block))), of: relation))
        }
        if !unknown.isEmpty {
            isComplete = false
            findings.append(
                Finding(.perhapsTorn(Finding.PagesFact.BlockRanges(unknown.map(\.block))), of: relation))
        }
        if damage.damage.isDamaged { findings.append(Finding(damage)) }
    }
}

extension Finding {
    /// All that is wrong with a relation's file.
    init(_ relation: RelationDamage) {
        let (file, damage) = (relation.file, relation.damage)
        self.init(
            .damaged(
                PagesFact.Damage(
                    database: file.database, fileNode: file.fileNode, fork: file.fork.rawValue,
                    pages: damage.pages, damaged: damage.count, blocks: damage.failing.map(\.block),
                    trailingBytes: damage.trailingBytes, fault: damage.fault,
                    isAsBackedUp: relation.isAsBackedUp)), of: relation)
    }

    fileprivate init(_ fact: PagesFact, of relation: RelationDamage) {
        self.init(.pages(fact), object: relation.object, member: relation.path.description)
    }
}
