// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import TestKit
import Testing

@testable import Inspection

/// A data directory of a server that was shut down: no label, no manifest, and of WAL its last checkpoint.
@Suite struct `A copy of a cluster that was shut down` {
    /// Of its WAL it has these segments, counted from the first one.
    private func conclude(
        _ control: ControlBytes = Self.control(), segments: [Int] = [0], hasLabel: Bool = false,
        isElsewhere: Bool = false, breaksOff: Bool = false
    ) -> BackupContents.Verdict {
        var directory = DataDirectory(control: control)
        if !hasLabel { directory.files["backup_label"] = nil }
        directory.files[directory.segment] = nil
        directory.wal.switchAfter = nil
        for segment in segments {
            let name = ObjectName("pg_wal/\(directory.wal.name(segment))")
            directory.files[name] = directory.wal.segments(segment + 1)[segment]
        }
        let plan = InspectionPlan(manifest: nil)
        var wal: WALReader?
        let objects = directory.files.sorted { $0.key < $1.key }.map { name, bytes in
            var contents = DataDirectory.contents(of: name, bytes, plan, after: wal)
            if contents.wal != nil { wal = contents.wal }
            if breaksOff { contents.isWhole = false }
            return contents
        }
        return BackupContents(plan, objects).conclude(
            hasOwnArchiveForWAL: false, isWALElsewhere: isElsewhere, hasManifest: false)
    }

    private static func control(
        state: UInt32 = 1, redo: UInt64? = nil, checkpoint: UInt64? = nil, minimum: UInt64 = 0
    ) -> ControlBytes {
        var control = ControlBytes(hasPageChecksums: false)
        (control.state, control.redo, control.minimumRecoveryPoint) = (state, redo, minimum)
        control.checkpoint = checkpoint ?? control.checkpoint
        return control
    }

    /// A position in a segment.
    private static func position(_ segment: UInt64, _ offset: UInt64 = 40_000) -> UInt64 {
        (WALMaker().first + segment) * UInt64(WALMaker().segmentSize) + offset
    }

    @Test func `needs no label`() {
        let verdict = conclude()
        #expect(verdict.findings.codes == [.manifestMissing] && verdict.isComplete)
    }

    @Test func `is none where the server still ran`() {
        #expect(conclude(Self.control(state: 6)).findings.codes.contains(.backupLabelInvalid))
    }

    @Test(arguments: [
        (Self.control(), []), (Self.control(checkpoint: 1 << 40), [0]),
        (Self.control(checkpoint: Self.position(1)), [0, 2]),
        (Self.control(checkpoint: Self.position(0)), [1]),
    ])
    func `needs the WAL of its last checkpoint`(control: ControlBytes, segments: [Int]) {
        let verdict = conclude(control, segments: segments)
        #expect(!verdict.isComplete)
        #expect(verdict.findings.filter { $0.severity == .error }.codes == [.walGap])
    }

    @Test func `needs no WAL before that, nor behind it`() {
        #expect(conclude(Self.control(checkpoint: Self.position(1)), segments: [1, 3]).isComplete)
        #expect(conclude(Self.control(checkpoint: Self.position(3)), segments: [0, 3]).isComplete)
    }

    /// `DB_SHUTDOWNED_IN_RECOVERY`: a standby, which recovers from its last restart point on.
    @Test(arguments: [
        ([0, 1, 2], true), ([1, 2], false), ([0, 2], false), ([0, 1], false), ([0], false),
    ])
    func `needs all WAL from its restart point on where it was recovering`(
        segments: [Int], isComplete: Bool
    ) {
        let control = Self.control(
            state: 2, redo: Self.position(0), checkpoint: Self.position(1), minimum: Self.position(2))
        let verdict = conclude(control, segments: segments)
        #expect(verdict.isComplete == isComplete)
        #expect(verdict.findings.contains { $0.severity == .error } == !isComplete)
    }

    @Test func `may have its WAL elsewhere, which is no damage`() {
        let verdict = conclude(segments: [], isElsewhere: true)
        #expect(!verdict.isComplete && verdict.findings.allSatisfy { $0.severity != .error })
        #expect(verdict.findings.codes.contains(.walGap))
    }

    @Test func `may have its WAL behind where an archive broke off`() {
        let verdict = conclude(segments: [], breaksOff: true)
        #expect(!verdict.isComplete && verdict.findings.allSatisfy { $0.severity != .error })
    }
}
