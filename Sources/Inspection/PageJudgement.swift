// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats

/// What damaged pages mean: a page that was being written while it was copied may be torn, and recovery puts
/// it right when the WAL holds the whole page.
struct PageJudgement {
    private(set) var findings: [Finding] = []
    /// False when pages could not be judged.
    private(set) var isComplete = true

    init(_ contents: BackupContents, _ identity: BackupIdentity, wal: WALReader?) {
        guard let control = identity.control else {
            judgeWithoutControl(contents, identity)
            return
        }
        guard control.blockSize == PageCheck.pageSize,
            control.relationSegmentBlocks == RelationFile.usualSegmentBlocks
        else {
            isComplete = false
            findings.append(.unusualPages(control))
            return
        }
        let start = identity.label?.start ?? contents.plan.manifest?.walRanges.map(\.start).min()
        let end = contents.plan.manifest?.walRanges.map(\.end).max()
        for relation in contents.objects.flatMap(\.relations) {
            judge(relation, control, from: start, to: end, wal)
        }
        let forgotten = contents.objects.reduce(0) { $0 + $1.forgottenRelations }
        if control.hasPageChecksums, forgotten > 0 { findings.append(.moreDamaged(forgotten)) }
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
        if !torn.isEmpty { findings.append(.torn(relation, torn)) }
        if !unknown.isEmpty {
            isComplete = false
            findings.append(.perhapsTorn(relation, unknown))
        }
        if damage.damage.isDamaged { findings.append(Finding(damage)) }
    }
}

extension Finding {
    init(_ relation: RelationDamage) {
        let (file, damage) = (relation.file, relation.damage)
        let database = file.database == 0 ? "shared by all databases" : "database \(file.database)"
        let place = "\(database), file node \(file.fileNode), fork \(file.fork.rawValue)"
        var faults: [String] = []
        if damage.count > 0 {
            let more = damage.count > UInt64(damage.failing.count) ? " and more" : ""
            faults.append(
                "blocks \(Self.ranges(damage.failing.map(\.block)))\(more) do not match their checksums")
        }
        if damage.trailingBytes > 0 { faults.append("it ends with \(damage.trailingBytes) bytes of a page") }
        if let fault = damage.fault { faults.append(fault) }
        if relation.isAsBackedUp {
            faults.append("the file is as in the manifest: it was like this when backed up")
        }
        self.init(
            .pageChecksum, object: relation.object, member: relation.path.description,
            expected: "\(damage.pages) sound pages", found: "\(damage.count) damaged",
            message: "'\(relation.path)' (\(place)): \(faults.joined(separator: "; "))")
    }

    fileprivate static func torn(_ relation: RelationDamage, _ pages: [PageDamage.Page]) -> Finding {
        Finding(
            .pageChecksum, .note, object: relation.object, member: relation.path.description,
            message:
                "'\(relation.path)': blocks \(ranges(pages.map(\.block))) were being written while they were copied; the backup's WAL holds them whole"
        )
    }

    fileprivate static func perhapsTorn(_ relation: RelationDamage, _ pages: [PageDamage.Page]) -> Finding {
        Finding(
            .pageChecksum, .warning, object: relation.object, member: relation.path.description,
            message:
                "'\(relation.path)': blocks \(ranges(pages.map(\.block))) changed while they were copied; the WAL holds more page images than are remembered, so whether these are among them cannot be told"
        )
    }

    fileprivate static func moreDamaged(_ count: Int) -> Finding {
        Finding(
            .pageChecksum, message: "and \(count) more files with pages that do not match their checksums")
    }

    fileprivate static func unusualPages(_ control: ControlFile) -> Finding {
        Finding(
            .unsupportedFormat, .warning, member: PostgresFile.control.rawValue,
            expected: "pages of \(PageCheck.pageSize) bytes in files of 1 GiB",
            found: "\(control.blockSize) bytes, \(control.relationSegmentBlocks) to a file",
            message: "this PostgreSQL was built with other sizes of pages or files: pages were not checked")
    }

    /// `88 to 92, 120`: at most twenty ranges.
    private static func ranges(_ blocks: [UInt32]) -> String {
        var ranges: [ClosedRange<UInt32>] = []
        for block in blocks.sorted() {
            if let last = ranges.last, last.upperBound != .max, last.upperBound + 1 == block {
                ranges[ranges.count - 1] = last.lowerBound...block
            } else {
                ranges.append(block...block)
            }
        }
        let shown = ranges.prefix(20).map { range in
            range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
        }
        return shown.joined(separator: ", ") + (ranges.count > 20 ? ", …" : "")
    }
}
