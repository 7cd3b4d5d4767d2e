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

    init(_ path: ObjectName, _ role: MemberRole, size: UInt64, promise: ManifestFile?, plan: InspectionPlan) {
        (self.path, self.role, self.size) = (path, role, size)
        (self.promise, self.plan) = (promise, plan)
        if plan.comparesMembers, let promise, promise.size <= size {
            digest = StreamingDigest(promise.algorithm)
        }
        guard let file = role.relation else { return }
        if file.isIncremental { changedPages = IncrementalPages(file) } else { pages = PageCheck(file) }
    }

    var isSegment: Bool { if case .walSegment = role { true } else { false } }

    mutating func take(_ bytes: RawSpan) {
        takePromised(bytes)
        capture(bytes)
        pages?.take(bytes)
        changedPages?.take(bytes)
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
        guard let file = role.relation,
            let result = pages.take()?.finish() ?? changedPages.take()?.finish()
        else { return }
        contents.pages &+= result.pages
        contents.hasPageChecksums = contents.hasPageChecksums || result.hasChecksums
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
        case .standbySignal where size == 0: return [.addedSignal(object)]
        default:
            return [
                Finding(
                    .extraMember, object: object, member: path.description, expected: "nothing",
                    found: "\(size) bytes", message: "'\(path)' is not in the manifest")
            ]
        }
    }

    private func appendedFindings(_ object: ObjectName, _ promise: ManifestFile) -> [Finding] {
        let digest = digest?.finalized() ?? []
        guard digest == promise.checksum else { return [checksumFinding(object, promise, digest)] }
        guard RecoverySettings.areAll(of: appended) else { return [sizeFinding(object, promise)] }
        return [.appendedSettings(object, path)]
    }

    private func sizeFinding(_ object: ObjectName, _ promise: ManifestFile) -> Finding {
        Finding(
            .memberSize, object: object, member: path.description, expected: "\(promise.size) bytes",
            found: "\(size) bytes",
            message: "'\(path)' has \(size) bytes, \(promise.size) by the manifest")
    }

    private func checksumFinding(_ object: ObjectName, _ promise: ManifestFile, _ digest: [UInt8]) -> Finding
    {
        let name = promise.algorithm.rawValue
        return Finding(
            .memberChecksum, object: object, member: path.description,
            expected: Hex.encode(promise.checksum), found: Hex.encode(digest),
            message: "'\(path)' is not what was backed up: its \(name) is not the manifest's")
    }
}

extension Finding {
    static func addedSignal(_ object: ObjectName) -> Finding {
        Finding(
            .recoverySettingsAdded, .warning, object: object, member: RecoverySettings.signal.description,
            message: "was added by pg_basebackup --write-recovery-conf: restored, this becomes a standby")
    }

    static func appendedSettings(_ object: ObjectName, _ path: ObjectName) -> Finding {
        Finding(
            .recoverySettingsAdded, .warning, object: object, member: path.description,
            message: "pg_basebackup --write-recovery-conf appended settings; the rest is as in the manifest")
    }
}
