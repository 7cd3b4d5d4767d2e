// SPDX-License-Identifier: Apache-2.0
import Archive
import AuditModel
import BackupFormats
import Testing

@testable import Inspection

@Suite struct `The judge of an archive's members` {
    private static let settings: ObjectName = "postgresql.auto.conf"
    private static let appended = Array("primary_conninfo = 'host=a'\n".utf8)
    private let plan = InspectionPlan(
        manifest: BackupManifest(
            version: 1, systemIdentifier: nil,
            files: ManifestFiles([
                DataDirectory.promise("a", [1, 2, 3]), DataDirectory.promise("base/5/folder", []),
                DataDirectory.promise(Self.settings, Array("# settings\n".utf8)),
                DataDirectory.promise("pg_tblspc/7/b", [4]),
            ]), walRanges: [], checksum: ""))

    private func judged(
        _ path: ObjectName, _ bytes: [UInt8], mode: UInt32 = 0o600, kind: TarMember.Kind = .file,
        source: ContentSource = .base, _ plan: InspectionPlan? = nil
    ) throws -> ObjectContents {
        let order = InspectionOrder("base.tar", source, size: 0, plan: plan ?? self.plan)
        let judge = MemberJudge(order)
        try judge.begin(
            TarMember(
                path: path.bytes, kind: kind, size: UInt64(bytes.count), mode: mode, headerOffset: 0))
        for byte in bytes { try judge.receive([byte].span.bytes) }
        if kind == .file { try judge.end() }
        return judge.finish()
    }

    private func facts(of contents: ObjectContents) -> [Finding.Fact] { contents.findings.kept.map(\.fact) }

    @Test func `has nothing to say of what the manifest promises`() throws {
        let contents = try judged("a", [1, 2, 3])
        #expect(facts(of: contents).isEmpty && contents.seen.count == 1)
        #expect((contents.totals.files, contents.totals.bytes) == (1, 3))
    }

    @Test func `knows a tablespace's members by their place in the data directory`() throws {
        #expect(facts(of: try judged("b", [4], source: .tablespace(7))).isEmpty)
    }

    @Test func `tells other bytes, other sizes and other files`() throws {
        let changed = try judged("a", [1, 2, 4]).findings.kept
        #expect(changed.codes == [.memberChecksum])
        #expect(changed.first?.place == Finding.Place(object: "base.tar", member: "a"))
        #expect(facts(of: try judged("a", [1, 2])) == [.member(.size(expected: 3, found: 2))])
        #expect(facts(of: try judged("a", [1, 2, 3, 4])) == [.member(.size(expected: 3, found: 4))])
        #expect(facts(of: try judged("z", [1])) == [.member(.extra(size: 1))])
    }

    @Test(arguments: [
        "pg_wal/000000010000000000000003", "pg_wal/00000002.history",
        "pg_wal/archive_status/000000010000000000000003.done",
    ])
    func `expects WAL that no manifest lists`(_ path: String) throws {
        #expect(facts(of: try judged(ObjectName(path), [])).isEmpty)
    }

    @Test func `tells what pg_basebackup added`() throws {
        #expect(facts(of: try judged("standby.signal", [])) == [.member(.addedSignal)])
        #expect(facts(of: try judged("standby.signal", [1])) == [.member(.extra(size: 1))])
        let settings = Array("# settings\n".utf8) + Self.appended
        #expect(facts(of: try judged(Self.settings, settings)) == [.member(.appendedSettings)])
        let others = Array("# settings\n".utf8) + Array("archive_command = 'rm'\n".utf8)
        #expect(try judged(Self.settings, others).findings.kept.codes == [.memberSize])
    }

    @Test func `tells a directory where the manifest has a file`() throws {
        #expect(
            facts(of: try judged("base/5/folder", [], mode: 0o700, kind: .directory)) == [.member(.folder)])
        #expect(facts(of: try judged("base/5", [], mode: 0o700, kind: .directory)).isEmpty)
    }

    @Test func `tells modes that PostgreSQL does not give`() throws {
        for mode: UInt32 in [0o600, 0o640, 0o700, 0o750] {
            #expect(facts(of: try judged("a", [1, 2, 3], mode: mode)).isEmpty)
        }
        for (mode, severity): (UInt32, Severity) in [
            (0o644, .note), (0o755, .note), (0o620, .warning), (0o602, .warning), (0o4700, .warning),
        ] {
            let finding = try #require(try judged("a", [1, 2, 3], mode: mode).findings.kept.first)
            #expect((finding.fact, finding.severity) == (.member(.mode(mode)), severity))
        }
    }

    @Test func `compares nothing without a manifest`() throws {
        #expect(facts(of: try judged("a", [9], InspectionPlan(manifest: nil))).isEmpty)
    }
}
