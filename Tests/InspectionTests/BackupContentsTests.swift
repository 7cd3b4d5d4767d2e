// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Testing

@testable import Inspection

@Suite struct `The contents of a backup` {
    private func conclude(_ directory: DataDirectory, hasManifest: Bool = true) -> BackupContents.Verdict {
        directory.contents.conclude(hasOwnArchiveForWAL: false, hasManifest: hasManifest)
    }

    @Test func `are sound and summed up`() {
        let verdict = conclude(DataDirectory())
        #expect(verdict.findings.isEmpty && verdict.isComplete)
        #expect((verdict.summary.majorVersion, verdict.summary.files) == (15, 8))
        #expect(verdict.summary.systemIdentifier == ControlBytes().system)
    }

    @Test func `lack what the manifest lists and nothing holds`() {
        var directory = DataDirectory()
        directory.listed.append(DataDirectory.promise("base/5/1", [1, 2]))
        #expect(
            conclude(directory).findings == [Finding(.member(.missing(size: 2)), member: "base/5/1")])
        directory.broken = ["PG_VERSION"]
        let verdict = conclude(directory)
        #expect(verdict.findings.isEmpty && !verdict.isComplete)
    }

    @Test func `say that nobody lists them`() {
        #expect(conclude(DataDirectory(), hasManifest: false).findings.codes == [.manifestMissing])
    }

    @Test func `are in one archive only`() {
        let plan = DataDirectory().plan
        let archives = ["base.tar", "other.tar"].map { (name: ObjectName) in
            var contents = ObjectContents(InspectionOrder(name, .base, size: 0, plan: plan))
            contents.seen = [0]
            return contents
        }
        let finding = BackupContents(plan, archives).repeatedMembers.first
        #expect(finding?.fact == .member(.repeated(in: "base.tar")))
        #expect(finding?.object == "other.tar")
    }
}
