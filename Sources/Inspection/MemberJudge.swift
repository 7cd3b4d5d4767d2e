// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import BackupFormats

/// Judges the members of one archive, or one file of a data directory, one after another.
final class MemberJudge: MemberSink {
    /// What pg_basebackup writes: with and without access for the group.
    private static let modes: Set<UInt32> = [0o600, 0o640, 0o700, 0o750]

    private let order: InspectionOrder
    private let keeper: (any MemberKeeper)?
    private var contents: ObjectContents
    private var check: MemberCheck?

    init(_ order: InspectionOrder) {
        self.order = order
        contents = ObjectContents(order)
        keeper = order.output?.keeper(of: order.object)
    }

    func begin(_ member: TarMember) throws(ArchiveError) {
        let path = order.source.folder + ObjectName(bytes: member.path)
        keeper?.begin(path, member)
        if !Self.modes.contains(member.mode) { contents.findings.add(unexpectedMode(member, path)) }
        guard member.kind == .file else { return beginFolder(path) }
        let role = MemberRole(path)
        contents.skeleton.note(path)
        let files = order.plan.manifest?.files
        let place = files?.place(of: path)
        if let place { contents.seen.append(UInt32(clamping: place)) }
        contents.totals.count(member.size, role.relation)
        if case .walSegment(let name) = role { beginSegment(name, size: member.size) }
        check = MemberCheck(
            path, role, size: member.size, promise: place.flatMap { files?[$0] }, plan: order.plan)
    }

    func receive(_ bytes: RawSpan) throws(ArchiveError) {
        keeper?.receive(bytes)
        check?.receive(bytes)
        if check?.isSegment == true { contents.wal?.receive(bytes) }
    }

    func end() throws(ArchiveError) {
        guard let check = check.take() else { return }
        keeper?.end()
        if check.isSegment { contents.wal?.endSegment() }
        check.finish(into: &contents)
    }

    func finish() -> ObjectContents { contents }

    private func beginSegment(_ name: WALFileName, size: UInt64) {
        if contents.wal == nil {
            // Whether it is of the backup's cluster is judged when all is read.
            contents.wal = WALReader(ranges: order.plan.manifest?.walRanges, systemIdentifier: nil)
        }
        contents.wal?.beginSegment(name, size: size)
    }

    /// Manifests list no folders; one must not stand where they list a file.
    private func beginFolder(_ path: ObjectName) {
        guard order.plan.manifest?.files.place(of: path) != nil else { return }
        contents.findings.add(
            Finding(.member(.folder), object: order.object, member: path.description))
    }

    private func unexpectedMode(_ member: TarMember, _ path: ObjectName) -> Finding {
        Finding(.member(.mode(member.mode)), object: order.object, member: path.description)
    }
}
