// SPDX-License-Identifier: Apache-2.0
public import AuditModel
import BackupFormats
import Digests

/// What one object held.
public struct ObjectContents: Sendable {
    let object: ObjectName
    let source: ContentSource
    /// Where in the manifest's list the members stand that were seen.
    var seen: [UInt32] = []
    var findings = FindingList()
    var captured: [CapturedFile: [UInt8]] = [:]
    private(set) var relations: [RelationDamage] = []
    /// Damaged files that there was no room to keep.
    private(set) var forgottenRelations = 0
    private var keptPages = 0
    var pages: UInt64 = 0
    /// How many files of pages there are, and in how many of them any page has a checksum.
    var pagedFiles = (all: 0, checksummed: 0)
    /// Whether pages have checksums, as far as they tell that themselves: what is damaged may look like one.
    var hasPageChecksums: Bool { pagedFiles.checksummed * 2 > pagedFiles.all }
    var wal: WALReader?
    var totals = ContentTotals()
    var skeleton = Skeleton()
    /// What shows that a program other than PostgreSQL packed it, in words; nil when nothing does.
    var repackedWith: String?
    /// Whether it was taken apart to its end.
    var isWhole = false

    init(_ order: InspectionOrder) { (object, source, wal) = (order.object, order.source, order.wal) }

    /// Keeps a damaged file, within limits: where a cluster has no page checksums, every file looks damaged
    /// until pg_control says so.
    mutating func add(_ relation: RelationDamage) {
        guard relations.count < 20_000 else {
            forgottenRelations += 1
            return
        }
        var relation = relation
        relation.damage.failing.removeLast(max(0, relation.damage.failing.count - (65_536 - keptPages)))
        keptPages += relation.damage.failing.count
        relations.append(relation)
    }

    /// In bytes, as its pg_control says; nil when it holds none that can be read.
    public var walSegmentSize: UInt32? {
        captured[.control].flatMap { try? ControlFile.parse($0) }?.walSegmentSize
    }

    /// What is wrong in this object, whatever the others hold.
    public var certainFindings: [Finding] { findings.all(object: object) }

    /// That, and pages that look damaged, if no WAL puts them right.
    public var ownFindings: [Finding] {
        certainFindings + relations.filter { _ in hasPageChecksums }.map { Finding($0) }
    }

    /// Whether all files that the manifest has in this object are there and have its checksums, and nothing
    /// else is wrong.
    ///
    /// Of WAL, which manifests do not list: whether every record that recovery needs is sound.
    public func isIntact(by plan: InspectionPlan) -> Bool {
        guard !hasFaults, plan.comparesMembers, let manifest = plan.manifest else { return false }
        switch source {
        case .directory: return false
        case .wal: return wal != nil
        case .base: return areAll(manifest.files, of: nil)
        case .tablespace(let identifier): return areAll(manifest.files, of: identifier)
        }
    }

    /// Whether as many files were seen as the manifest has here, each with a checksum.
    private func areAll(_ files: ManifestFiles, of tablespace: UInt32?) -> Bool {
        let promised = files.outlines.lazy.filter { $0.tablespace == tablespace }
        return promised.allSatisfy(\.isSummed) && seen.count == promised.reduce(0) { count, _ in count + 1 }
    }

    /// Whether anything in it looks wrong.
    public var hasFaults: Bool {
        !isWhole || !relations.isEmpty || findings.hasErrors
            || wal?.hasFaults == true
    }
}

/// A relation file with pages that are not as they were written.
struct RelationDamage: Sendable {
    var object: ObjectName
    var path: ObjectName
    var file: RelationFile
    var damage: PageDamage
    /// Whether the manifest's checksum is that of the file as it is.
    var isAsBackedUp: Bool
}
