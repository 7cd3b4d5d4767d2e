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
        let more = count > shown.count ? " and \(count - shown.count) more" : ""
        return Finding(
            .missingMember, object: archive, expected: "\(count) files", found: "nothing",
            message: "lost with it, by the manifest: \(shown.joined(separator: ", "))\(more)")
    }

    private func wal(_ archive: ObjectName) -> Finding? {
        guard !manifest.walRanges.isEmpty else { return nil }
        let needed = needed.joined(separator: ", ")
        return Finding(
            .walGap, object: archive, expected: needed, found: "nothing",
            message: "WAL that recovery needs is lost with it: \(needed)")
    }

    private var needed: [String] {
        guard let segmentSize else {
            return manifest.walRanges.prefix(Self.mostNames).map {
                "\($0.start) to \($0.end) of timeline \($0.timeline)"
            }
        }
        return WALFileName.names(of: manifest.walRanges, size: segmentSize).lazy.prefix(Self.mostNames)
            .map(\.description)
    }
}
