// SPDX-License-Identifier: Apache-2.0
import AuditModel
import BackupFormats
import Inspection

/// What of a backup is lost with an archive that is missing, as far as the manifest tells.
struct LostContents {
    let manifest: BackupManifest
    /// In bytes; nil when nothing of the backup says so.
    let segmentSize: UInt32?
    private static let mostNames = 100

    /// Nil when the manifest has nothing in the archive.
    func finding(_ name: ObjectName, _ source: ContentSource) -> Finding? {
        switch source {
        case .wal: wal(name)
        case .base: files(name, of: nil)
        case .tablespace(let identifier): files(name, of: identifier)
        case .directory: nil
        }
    }

    private func files(_ archive: ObjectName, of tablespace: UInt32?) -> Finding? {
        let places = zip(manifest.files.indices, manifest.files.outlines).lazy
            .filter { $0.1.tablespace == tablespace }.map(\.0)
        let count = places.count { _ in true }
        guard count > 0 else { return nil }
        let shown = places.prefix(Self.mostNames).map { manifest.files[$0].path.description }
        return Finding(
            .presence(.lostFiles(Sample(first: Array(shown), count: count))), object: archive)
    }

    private func wal(_ archive: ObjectName) -> Finding? {
        guard !manifest.walRanges.isEmpty else { return nil }
        return Finding(.presence(lostWAL), object: archive)
    }

    private var lostWAL: Finding.PresenceFact {
        guard let segmentSize else {
            return .lostStretches(
                manifest.walRanges.prefix(Self.mostNames).map {
                    Finding.WALStretch(from: "\($0.start)", to: "\($0.end)", timeline: $0.timeline)
                })
        }
        let names = WALFileName.names(of: manifest.walRanges, size: segmentSize)
        return .lostSegments(names.lazy.prefix(Self.mostNames).map(\.description))
    }
}
