// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Testing

@testable import Inspection

/// A data directory of a server that was shut down: no label, no manifest, and of WAL its last checkpoint.
@Suite struct `A copy of a cluster that was shut down` {
    private func conclude(
        state: UInt32 = 1, checkpoint: UInt64? = nil, hasWAL: Bool = true, hasLabel: Bool = false
    ) -> BackupContents.Verdict {
        var control = ControlBytes(hasPageChecksums: false)
        control.state = state
        if let checkpoint { control.checkpoint = checkpoint }
        var directory = DataDirectory(control: control)
        if !hasLabel { directory.files["backup_label"] = nil }
        if !hasWAL { directory.files[directory.segment] = nil }
        let plan = InspectionPlan(manifest: nil)
        let objects = directory.files.sorted { $0.key < $1.key }.map {
            DataDirectory.contents(of: $0.key, $0.value, plan)
        }
        return BackupContents(plan, objects).conclude(hasOwnArchiveForWAL: false, hasManifest: false)
    }

    @Test func `needs no label`() {
        let verdict = conclude()
        #expect(verdict.findings.codes == [.manifestMissing] && verdict.isComplete)
    }

    @Test func `is none where the server still ran`() {
        #expect(conclude(state: 6).findings.codes.contains(.backupLabelInvalid))
    }

    @Test func `needs the WAL of its last checkpoint`() {
        for verdict in [conclude(hasWAL: false), conclude(checkpoint: 1 << 40)] {
            #expect(!verdict.isComplete)
            #expect(verdict.findings.filter { $0.severity == .error }.codes == [.walGap])
        }
    }
}
