// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Testing

@testable import Inspection

@Suite struct `Pages that do not match their checksums` {
    private static let relation: ObjectName = "base/5/16384"

    /// A page that was last changed at this position, and is not what its checksum says.
    private static func page(changed: UInt64) -> [UInt8] {
        var page = [UInt8](repeating: 0x5A, count: 8192)
        for index in 0..<4 {
            page[index] = UInt8(truncatingIfNeeded: changed >> (32 + 8 * index))
            page[4 + index] = UInt8(truncatingIfNeeded: changed >> (8 * index))
        }
        (page[8], page[9]) = (0xFF, 0xFF)
        return page
    }

    private func directory(
        _ control: ControlBytes = ControlBytes(), changed: UInt64 = 0x28, isAsBackedUp: Bool = false,
        tail: [UInt8] = []
    ) -> DataDirectory {
        var directory = DataDirectory(control: control)
        let bytes = Self.page(changed: changed) + tail
        directory.files[Self.relation] = bytes
        directory.listed.append(DataDirectory.promise(Self.relation, isAsBackedUp ? bytes : bytes + [1]))
        return directory
    }

    private func judge(_ directory: DataDirectory) -> PageJudgement {
        let contents = directory.contents
        return PageJudgement(
            contents, BackupIdentity(contents), wal: contents.objects.compactMap(\.wal).first)
    }

    private func damage(_ judgement: PageJudgement) throws -> Finding.PagesFact.Damage {
        let finding = try #require(judgement.findings.first)
        #expect(judgement.findings.count == 1 && finding.member == Self.relation.description)
        guard case .pages(.damaged(let damage)) = finding.fact else {
            throw PagesError.other(finding.message)
        }
        return damage
    }

    private enum PagesError: Error { case other(String) }

    @Test func `are damage, told by database, file and block`() throws {
        let judgement = judge(directory())
        let damage = try damage(judgement)
        #expect(judgement.isComplete && !damage.isAsBackedUp && !damage.hasMore)
        #expect((damage.database, damage.fileNode, damage.fork) == (5, 16384, "main"))
        #expect((damage.pages, damage.damaged, damage.trailingBytes) == (1, 1, 0))
        #expect(damage.blocks == .init([0]))
    }

    @Test func `were so before the backup when the manifest knows them`() throws {
        #expect(try damage(judge(directory(isAsBackedUp: true))).isAsBackedUp)
    }

    @Test func `are damage although they changed meanwhile, when no WAL holds them`() throws {
        #expect(try damage(judge(directory(changed: 0x300100))).damaged == 1)
    }

    @Test func `are nothing where the cluster has no checksums`() throws {
        var control = ControlBytes()
        control.hasPageChecksums = false
        #expect(judge(directory(control)).findings.isEmpty)
        let torn = try damage(judge(directory(control, tail: [1, 2])))
        #expect((torn.damaged, torn.trailingBytes) == (0, 2))
    }

    @Test func `are not judged where pages have other sizes`() {
        var control = ControlBytes()
        control.blockSize = 4096
        let judgement = judge(directory(control))
        #expect(judgement.findings.codes == [.unsupportedFormat] && !judgement.isComplete)
    }

    @Test func `speak for themselves without pg_control, and not of an unknown version`() throws {
        var directory = directory()
        directory.files["global/pg_control"] = nil
        var judgement = judge(directory)
        #expect(try damage(judgement).damaged == 1 && !judgement.isComplete)

        directory.files["global/pg_control"] = ControlBytes(version: 9900).bytes
        judgement = judge(directory)
        #expect(judgement.findings.isEmpty && !judgement.isComplete)
    }
}

@Suite struct `Pages that pg_tde encrypted` {
    private func codes(_ files: [ObjectName], of pages: [[UInt8]]) -> [FindingCode] {
        var directory = DataDirectory()
        for file in files { directory.files[file] = [1] }
        directory.files["base/5/16384"] = Array(pages.joined())
        let contents = directory.contents
        return PageJudgement(
            contents, BackupIdentity(contents), wal: contents.objects.compactMap(\.wal).first
        ).findings.codes
    }

    private let sound = [UInt8](repeating: 0, count: 8192)
    private let sealed = [UInt8](repeating: 0x5A, count: 8192)

    @Test func `are told as such where the backup has its files and no page of a file is sound`() {
        #expect(codes(["pg_tde/wal_keys"], of: [sealed, sealed]) == [.unsupportedFormat])
    }

    @Test func `are damage in a backup without its files, and beside pages that are sound`() {
        #expect(codes([], of: [sealed, sealed]) == [.pageChecksum])
        #expect(codes(["pg_tde/wal_keys"], of: [sealed, sound]) == [.pageChecksum])
    }
}
