// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Catalogue
import ObjectStore

/// Looks for the backup that an incremental one builds on: the one of the same cluster whose WAL starts where
/// the incremental backup's label says.
struct ParentSearch {
    let context: ReadingContext
    let child: Backup
    let place: BackupPlace
    /// All backups of the store.
    let candidates: [Backup]

    /// What is missing; nil when the parent is there.
    func finding(_ parent: ParentBackup, of system: UInt64?) throws(ObjectStoreError) -> Finding? {
        for candidate in candidates where candidate.label != child.label {
            guard let object = candidate.manifest else { continue }
            let reading = try ControlReader(context: context, place: place).read(
                object, name: BackupManifest.name, pin: nil, provesItself: true
            ) { (try? BackupManifest.parse($0)) != nil }
            guard let manifest = try? BackupManifest.parse(reading.bytes) else { continue }
            if matches(manifest, parent, system) { return nil }
        }
        let start = LogSequenceNumber(parent.start)
        return Finding(
            .missingParent, .warning,
            expected: "a backup that starts at \(start) of timeline \(parent.timeline)",
            found: "none",
            message:
                "this backup is incremental, and the one it builds on, which starts at \(start) of timeline \(parent.timeline), is not in the store"
        )
    }

    private func matches(_ manifest: BackupManifest, _ parent: ParentBackup, _ system: UInt64?) -> Bool {
        guard manifest.systemIdentifier == nil || system == nil || manifest.systemIdentifier == system else {
            return false
        }
        return manifest.walRanges.contains {
            $0.timeline == parent.timeline && $0.start.position == parent.start
        }
    }
}
