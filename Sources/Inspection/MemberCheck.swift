// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Digests

/// What is done with the bytes of one member while they come in.
struct MemberCheck: ~Copyable {
    /// How much pg_basebackup may append to settings, in bytes.
    private static let appendedLimit: UInt64 = 64 << 10

    private let path: ObjectName
    private let role: MemberRole
    private let size: UInt64
    private let promise: ManifestFile?
    private let plan: InspectionPlan
    private var position: UInt64 = 0
    private var digest: StreamingDigest?
    private var appended: [UInt8] = []
    private var captured: [UInt8] = []
    private var pages: PageCheck?
    private var changedPages: IncrementalPages?
    /// Of a relation that all databases share: one of them is `pg_database`.
    private var databases: CatalogueRows?

    init(_ path: ObjectName, _ role: MemberRole, size: UInt64, promise: ManifestFile?, plan: InspectionPlan) {
        (self.path, self.role, self.size) = (path, role, size)
        (self.promise, self.plan) = (promise, plan)
        if plan.comparesMembers, let promise, promise.size <= size {
            digest = StreamingDigest(promise.algorithm)
        }
        guard let file = role.relation else { return }
        if file.database == 0, file.fork == .main, !file.isIncremental { databases = CatalogueRows() }
        if file.isIncremental { changedPages = IncrementalPages(file) } else { pages = PageCheck(file) }
    }

    var isSegment: Bool { if case .walSegment = role { true } else { false } }

    mutating func receive(_ bytes: RawSpan) {
        takePromised(bytes)
        capture(bytes)
        pages?.receive(bytes)
        changedPages?.receive(bytes)
        databases?.receive(bytes)
        position += UInt64(bytes.byteCount)
    }

    /// The manifest's digest is over as many bytes as it promises; what follows may have been appended.
    private mutating func takePromised(_ bytes: RawSpan) {
        guard let promise, digest != nil else { return }
        let left = promise.size > position ? promise.size - position : 0
        let count = Int(min(UInt64(bytes.byteCount), left))
        digest?.update(bytes.extracting(first: count))
        guard isAppended, count < bytes.byteCount else { return }
        bytes.extracting(droppingFirst: count).withUnsafeBytes { appended.append(contentsOf: $0) }
    }

    private mutating func capture(_ bytes: RawSpan) {
        guard let file = wanted, captured.count < file.limit else { return }
        bytes.extracting(first: min(bytes.byteCount, file.limit - captured.count)).withUnsafeBytes {
            captured.append(contentsOf: $0)
        }
    }

    /// As which of the small files it is kept.
    private var wanted: CapturedFile? {
        if case .history(let timeline)? = role.captured, timeline != plan.laterTimeline { return nil }
        return role.captured
    }

    private var isAppended: Bool {
        guard role == .recoverySettings, let promise, size > promise.size else { return false }
        return size - promise.size <= Self.appendedLimit
    }

    // MARK: The end

    consuming func finish(into contents: inout ObjectContents) {
        if let file = wanted { contents.captured[file] = captured }
        let differences = comparison(contents.object)
        for finding in differences { contents.findings.add(finding) }
        let isCompared = plan.comparesMembers && (promise?.algorithm ?? .none) != .none
        addPages(to: &contents, isAsBackedUp: isCompared && differences.isEmpty)
    }

    private mutating func addPages(to contents: inout ObjectContents, isAsBackedUp: Bool) {
        if let file = role.relation, let rows = databases { contents.skeleton.note(rows, of: file.fileNode) }
        guard let file = role.relation,
            let result = pages.take()?.finish() ?? changedPages.take()?.finish()
        else { return }
        contents.pages &+= result.pages
        contents.pagedFiles.all += 1
        if result.hasChecksums { contents.pagedFiles.checksummed += 1 }
        guard result.isDamaged else { return }
        contents.add(
            RelationDamage(
                object: contents.object, path: path, file: file, damage: result, isAsBackedUp: isAsBackedUp))
    }

    /// What the manifest has to say about this member.
    private func comparison(_ object: ObjectName) -> [Finding] {
        guard plan.comparesMembers, plan.manifest != nil else { return [] }
        guard let promise else { return unpromised(object) }
        if isAppended { return appendedFindings(object, promise) }
        guard size == promise.size else { return [sizeFinding(object, promise)] }
        guard let digest = digest?.finalized(), digest != promise.checksum else { return [] }
        return [checksumFinding(object, promise, digest)]
    }

    private func unpromised(_ object: ObjectName) -> [Finding] {
        switch role {
        case .walSegment, .walHistory, .walCompanion: return []
        case .standbySignal where size == 0: return [finding(.addedSignal, object)]
        default: return [finding(.extra(size: size), object)]
        }
    }

    private func appendedFindings(_ object: ObjectName, _ promise: ManifestFile) -> [Finding] {
        let digest = digest?.finalized() ?? []
        guard digest == promise.checksum else { return [checksumFinding(object, promise, digest)] }
        guard RecoverySettings.areAll(of: appended) else { return [sizeFinding(object, promise)] }
        return [finding(.appendedSettings, object)]
    }

    private func sizeFinding(_ object: ObjectName, _ promise: ManifestFile) -> Finding {
        finding(.size(expected: promise.size, found: size), object)
    }

    private func checksumFinding(_ object: ObjectName, _ promise: ManifestFile, _ digest: [UInt8]) -> Finding
    {
        let (expected, found) = (Hex.encode(promise.checksum), Hex.encode(digest))
        return finding(
            .checksum(algorithm: promise.algorithm.rawValue, expected: expected, found: found), object)
    }

    private func finding(_ fact: Finding.MemberFact, _ object: ObjectName) -> Finding {
        Finding(.member(fact), object: object, member: path.description)
    }
}
