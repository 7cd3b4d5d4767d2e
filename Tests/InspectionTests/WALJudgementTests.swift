// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import TestKit
import Testing

@testable import Inspection

@Suite struct `The WAL of a backup` {
    private func judge(_ directory: DataDirectory, hasOwnArchive: Bool = false) -> WALJudgement {
        let contents = directory.contents
        return WALJudgement(contents, BackupIdentity(contents), hasOwnArchive: hasOwnArchive)
    }

    private func facts(_ judgement: WALJudgement) -> [Finding.WALFact] {
        judgement.findings.compactMap { if case .wal(let fact) = $0.fact { fact } else { nil } }
    }

    private var stretch: Finding.WALStretch { .init(from: "0/300028", to: "0/400000", timeline: 1) }

    @Test func `is enough when every record to the end is there`() {
        let judgement = judge(DataDirectory())
        #expect(judgement.findings.isEmpty && judgement.isComplete)
    }

    @Test func `is damaged where a record is not what it was`() throws {
        var directory = DataDirectory()
        directory.files[directory.segment]?[100_000] ^= 1
        let finding = try #require(judge(directory).findings.first)
        #expect((finding.code, finding.severity) == (.walInvalid, .error))
        #expect(finding.place.member == directory.segment.description)
        #expect(finding.object == directory.segment)
    }

    @Test func `is of another cluster or version`() {
        var directory = DataDirectory()
        directory.wal.systemIdentifier = 8
        directory.files[directory.segment] = directory.wal.segments(1)[0]
        #expect(
            facts(judge(directory)) == [.ofCluster(8, expected: ControlBytes().system)])

        let control = ControlBytes(catalog: 202_107_181)
        #expect(facts(judge(DataDirectory(control: control))) == [.ofVersion(15, expected: 14)])
    }

    @Test func `is not there, which is damage only where it was`() {
        var directory = DataDirectory()
        directory.files[directory.segment] = nil
        let needed = Sample([stretch])
        for hasOwnArchive in [false, true] {
            let judgement = judge(directory, hasOwnArchive: hasOwnArchive)
            #expect(facts(judgement) == [.absent(needed: needed, hasOwnArchive: hasOwnArchive)])
            #expect(judgement.findings.map(\.severity) == [hasOwnArchive ? .error : .warning])
        }
    }

    @Test func `has a gap where a segment that recovery needs is missing`() {
        var directory = DataDirectory()
        directory.segments = 2
        let missing = directory.wal.name(1)
        let judgement = judge(directory)
        #expect(facts(judgement) == [.gap(Sample([missing]))] && !judgement.isComplete)
        #expect(judgement.findings.map(\.severity) == [.error] && judgement.findings.codes == [.walGap])
    }

    @Test func `may follow where an archive broke off`() {
        var directory = DataDirectory()
        directory.files[directory.segment] = nil
        directory.broken = ["PG_VERSION"]
        #expect(facts(judge(directory)) == [.untold(.brokenArchive)])
    }

    @Test func `is not read in pages of other sizes, nor of an unknown version`() {
        #expect(
            facts(judge(DataDirectory(control: ControlBytes(walBlockSize: 4096))))
                == [.untold(.unusualPages(4096))])
        let unknown = judge(DataDirectory(control: ControlBytes(version: 9900)))
        #expect(unknown.findings.isEmpty && !unknown.isComplete)
    }
}
