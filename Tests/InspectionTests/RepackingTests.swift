// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Digests
import Testing

@testable import Inspection

@Suite struct `An archive that was packed again` {
    private func judge(
        _ plan: InspectionPlan, hasDamage: Bool = false
    ) -> RepackingJudgement {
        var contents = ObjectContents(InspectionOrder("base.tar", .base, size: 0, plan: plan))
        (contents.isWhole, contents.repackedWith) = (true, "pax headers")
        if hasDamage { contents.findings.add(Finding(.member(.extra(size: 1)), member: "x")) }
        return RepackingJudgement(BackupContents(plan, [contents]))
    }

    @Test func `is told and no more where the manifest sums each of its members`() {
        let judgement = judge(DataDirectory().plan)
        #expect(judgement.isComplete)
        #expect(
            judgement.findings == [
                Finding(.archive(.repacked(trait: "pax headers", isProven: true)), object: "base.tar")
            ])
        #expect(judgement.findings.map(\.severity) == [.warning])
    }

    @Test func `proves nothing without a manifest, or with one that does not sum`() {
        var directory = DataDirectory()
        directory.listed.append(
            ManifestFile(path: "base/5/1", size: 1, algorithm: .none, checksum: []))
        for plan in [InspectionPlan(manifest: nil), directory.plan] {
            let judgement = judge(plan)
            #expect(!judgement.isComplete && judgement.findings.codes == [.unsupportedFormat])
        }
    }

    @Test func `is judged by its damage where it has any`() {
        let judgement = judge(InspectionPlan(manifest: nil), hasDamage: true)
        #expect(judgement.isComplete && judgement.findings.codes == [.repackedArchive])
    }
}
